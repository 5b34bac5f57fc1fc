/* SPDX-License-Identifier: MIT */
#include "bench/cli/bridge_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/clock.h"
#include "bench/base/units.h"
#include "bench/bridge/framed.h"
#include "bench/cli/message.h"

#define WIDTH 78
/* What radare2 can take in one packet (kd-protocol 7.5). */
#define RADARE2_READ_MAX 1992

/* The part behind "unix:", "tcp:" or "pty:". */
static const char *address(const struct endpoint_listener *l)
{
	return strchr(l->where, ':') + 1;
}

static void hint(const char *who, const char *what)
{
	fprintf(stderr, "  %-9s", who);
	message_text(stderr, what);
	fputc('\n', stderr);
}

static void hint_unix(const struct endpoint_listener *l,
		      const struct cell *cell)
{
	char text[ENDPOINT_TEXT_MAX + 64];

	snprintf(text, sizeof(text), "r2 -a x86 -b 64 -D winkd winkd://%s",
		 address(l));
	hint("radare2", text);
	if (cell->target.read_max > RADARE2_READ_MAX)
		hint("",
		     "start this with --set target.read-max=1992 for it, or "
		     "it chokes on large reads");
	snprintf(text, sizeof(text),
		 "in a virtual machine with -serial unix:%s", address(l));
	hint("WinDbg", text);
	hint("", "windbg -k com:port=com1,baud=115200");
}

static void hint_tcp(const struct endpoint_listener *l)
{
	const char *at = address(l);
	const char *colon = strrchr(at, ':');
	char text[2 * ENDPOINT_TEXT_MAX];

	snprintf(text, sizeof(text), "windbg -k com:ipport=%s,port=%.*s",
		 colon ? colon + 1 : at, colon ? (int)(colon - at) : 9,
		 colon ? at : "127.0.0.1");
	hint("WinDbg", text);
}

static void hint_pty(const struct endpoint_listener *l)
{
	char text[ENDPOINT_TEXT_MAX + 64];

	snprintf(text, sizeof(text), "in a virtual machine with -serial %s",
		 address(l));
	hint("WinDbg", text);
	hint("", "windbg -k com:port=com1,baud=115200");
}

void bridge_view_hints(const struct endpoint_listener *l,
		       const struct cell *cell, bool keep)
{
	fputs("listening on ", stderr);
	message_text(stderr, l->where);
	fprintf(stderr, ", transport %s; Ctrl-C ends\n", cell->transport.name);
	if (l->kind == ENDPOINT_UNIX)
		hint_unix(l, cell);
	else if (l->kind == ENDPOINT_TCP)
		hint_tcp(l);
	else
		hint_pty(l);
	if (keep)
		hint("", "do not let it send RESETs without limit (resets=0): "
			 "they are kept, and answered");
	fflush(stderr);
}

void bridge_view_clear(const struct bridge_view *v)
{
	if (!v->terminal || v->quiet)
		return;
	fprintf(stderr, "\r%*s\r", WIDTH, "");
	fflush(stderr);
}

static uint64_t acts(const struct serve *s)
{
	return s->bridge.ways[TO_TARGET].chain.acts +
	       s->bridge.ways[TO_DEBUGGER].chain.acts;
}

void bridge_view_change(struct bridge_view *v, const struct serve *s,
			bool connected)
{
	if (v->quiet || v->terminal)
		return;
	fprintf(stderr, "%.3f s: debugger %s (connection %" PRIu64 ")\n",
		(double)(clock_now_ns() - v->began_ns) / NS_PER_S,
		connected ? "connected" : "gone", s->bridge.connections);
	fflush(stderr);
}

/* Bytes per second since the last drawing. */
static const char *rate(struct bridge_view *v, const struct serve *s,
			enum fault_dir dir, uint64_t now,
			char text[UNITS_TEXT_MAX])
{
	uint64_t bytes = s->bridge.ways[dir].counts.bytes;
	double per_s = (double)(bytes - v->bytes[dir]) * (double)NS_PER_S /
		       (double)(now - v->drawn_ns);

	v->bytes[dir] = bytes;
	return units_about(UNIT_RATE, per_s, text);
}

void bridge_view_draw(struct bridge_view *v, const struct serve *s)
{
	const struct bridge_counts *in = &s->bridge.ways[TO_DEBUGGER].counts;
	const struct bridge_counts *out = &s->bridge.ways[TO_TARGET].counts;
	char line[256], up[UNITS_TEXT_MAX], down[UNITS_TEXT_MAX];
	uint64_t now = clock_now_ns();
	const char *to, *from;

	if (v->quiet || !v->terminal || now <= v->drawn_ns)
		return;
	to = rate(v, s, TO_TARGET, now, up);
	from = rate(v, s, TO_DEBUGGER, now, down);
	snprintf(line, sizeof(line),
		 "%s  >%s  <%s  %" PRIu64 " packets  %" PRIu64
		 " RESEND  %" PRIu64 " RESET  %" PRIu64 " faults",
		 s->bridge.debugger ? "connected" : "waiting", to, from,
		 in->packets + out->packets, in->resends + out->resends,
		 in->resets + out->resets, acts(s));
	v->drawn_ns = now;
	fprintf(stderr, "\r%-*.*s", WIDTH, WIDTH, line);
	fflush(stderr);
}

static void row(const char *what, uint64_t to_target, uint64_t to_debugger)
{
	printf("  %-14s %12" PRIu64 " %12" PRIu64 "\n", what, to_target,
	       to_debugger);
}

void bridge_view_totals(const struct bridge_view *v, const struct serve *s)
{
	const struct bridge_way *to = &s->bridge.ways[TO_TARGET];
	const struct bridge_way *from = &s->bridge.ways[TO_DEBUGGER];
	uint64_t connections = s->bridge.connections;

	printf("%.1f s, %" PRIu64 " connection%s\n\n",
	       (double)(clock_now_ns() - v->began_ns) / NS_PER_S, connections,
	       connections == 1 ? "" : "s");
	printf("  %-14s %12s %12s\n", "", "to target", "to debugger");
	row("bytes", to->counts.bytes, from->counts.bytes);
	row("packets", to->counts.packets, from->counts.packets);
	row("RESENDs", to->counts.resends, from->counts.resends);
	row("RESETs", to->counts.resets, from->counts.resets);
	row("break-ins", to->counts.breakins, from->counts.breakins);
	row("bytes dropped", to->counts.dropped, from->counts.dropped);
	row("faults", to->chain.acts, from->chain.acts);
	if (s->bridge.framed) {
		const struct kd_proxy *p = framed_link_proxy(s->bridge.framed);

		row("packets lost", p->undone, p->lost);
	}
	fflush(stdout);
}

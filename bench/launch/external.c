/* SPDX-License-Identifier: MIT */
/* A guest of somebody else, as bench.yaml describes it. */
#include <string.h>

#include "bench/launch/launch.h"

#define EXTERNAL(field) offsetof(struct external_config, field)

/* The port that ReactOS' KD takes if nobody tells it another one. */
#define COM_REACTOS 2

const struct setting external_settings[] = {
	{ "disk", SETTING_TEXT, EXTERNAL(disk), "",
	  "an image; more of them, or other ways to attach one: arguments",
	  NULL, 0, 0 },
	{ "disk-format", SETTING_TEXT, EXTERNAL(disk_format), "",
	  "of the image: raw, qcow2, vmdk, ...; empty: QEMU looks", NULL, 0,
	  0 },
	{ "disk-writes", SETTING_ENUM, EXTERNAL(disk_writes), "discard",
	  "what the guest writes: forgotten with each trial, or in the image",
	  "discard|keep", 0, 0 },
	{ "processors", SETTING_COUNT, EXTERNAL(processors), "1",
	  "how many virtual CPUs", NULL, 1, 255 },
	{ "machine", SETTING_TEXT, EXTERNAL(machine), "pc",
	  "QEMU's -machine: pc, q35, ...", NULL, 0, 0 },
	{ "firmware", SETTING_TEXT, EXTERNAL(firmware), "",
	  "QEMU's -bios, a path; empty: QEMU's own", NULL, 0, 0 },
	{ "com", SETTING_ENUM, EXTERNAL(com), "auto",
	  "serial port that carries KD; auto: 2 with target.profile reactos, "
	  "else 1",
	  "auto|1|2|3|4", 0, 0 },
	{ "up", SETTING_ENUM, EXTERNAL(up), "quiet",
	  "when it has booted: it is silent after it has talked; has sent a "
	  "packet; runs from the start, as a saved state does",
	  "quiet|packet|running", 0, 0 },
	{ "quiet", SETTING_DURATION, EXTERNAL(quiet_ns), "10s",
	  "up: quiet: for how long it says nothing", NULL, UINT64_C(1000000),
	  0 },
	{ "sandbox", SETTING_ENUM, EXTERNAL(sandbox), "on",
	  "QEMU's; spawn: it may start programs; off: what you may",
	  "on|spawn|off", 0, 0 },
	{ "arguments", SETTING_TEXT, EXTERNAL(arguments), "",
	  "more for QEMU, as a list or as a shell would split it; the last "
	  "word "
	  "is theirs",
	  NULL, 0, 0 },
	{ 0 },
};

bool guest_is_external(const struct guest_config *guest)
{
	return guest->name && *guest->name &&
	       strcmp(guest->name, GUEST_OWN) != 0;
}

unsigned guest_com(const struct guest_config *guest)
{
	const struct external_config *e = &guest->external;

	if (!guest_is_external(guest))
		return 1;
	if (e->com)
		return (unsigned)e->com;
	return e->reactos ? COM_REACTOS : 1;
}

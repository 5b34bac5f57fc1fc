/* SPDX-License-Identifier: MIT */
#include "bench/launch/snapshot.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/clock.h"

#define COMMAND_NS (20 * NS_PER_S)
#define NODE "kdbench-snapshot"
#define TAG "kdbench"

/*
 * An empty image of QEMU's own format (docs/interop/qcow2.txt): a header, a
 * table of reference counts, one block of them, and an empty table of clusters.
 */
#define CLUSTER 65536
#define CLUSTERS 4

static void put32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void put64(uint8_t *at, uint64_t value)
{
	put32(at, (uint32_t)(value >> 32));
	put32(at + 4, (uint32_t)value);
}

static bool write_image(int fd)
{
	uint8_t header[104] = { 'Q', 'F', 'I', 0xfb };
	uint8_t table[8], counts[2 * CLUSTERS];

	put32(header + 4, 3);            /* version */
	put32(header + 20, 16);          /* bits of a cluster */
	put64(header + 24, CLUSTER);     /* of the disk that nobody has */
	put32(header + 36, 1);           /* entries of the cluster table, */
	put64(header + 40, 3 * CLUSTER); /* ... which is here */
	put64(header + 48, CLUSTER);     /* the table of counts, */
	put32(header + 56, 1);           /* ... of one cluster */
	put32(header + 96, 4);           /* counts of 16 bits */
	put32(header + 100, sizeof(header));
	put64(table, 2 * CLUSTER);
	for (unsigned i = 0; i < CLUSTERS; i++) {
		counts[2 * i] = 0;
		counts[2 * i + 1] = 1;
	}
	return ftruncate(fd, CLUSTERS * CLUSTER) == 0 &&
	       pwrite(fd, header, sizeof(header), 0) == sizeof(header) &&
	       pwrite(fd, table, sizeof(table), CLUSTER) == sizeof(table) &&
	       pwrite(fd, counts, sizeof(counts), 2 * CLUSTER) ==
		       sizeof(counts);
}

static bool attach(struct qemu *q, struct err *err)
{
	int fd = memfd_create("kdbench-snapshot", MFD_CLOEXEC);
	char path[48];
	bool ok;

	if (fd < 0 || !write_image(fd)) {
		err_sys(err, ERR_HOST, "cannot create an image");
		if (fd >= 0)
			close(fd);
		return false;
	}
	ok = qmp_add_fd(q->qmp, fd, path, sizeof(path), COMMAND_NS, err) &&
	     qmp_execute(q->qmp, "blockdev-add",
			 json_pack("{s:s, s:s, s:{s:s, s:s, s:s}}", "driver",
				   "qcow2", "node-name", NODE, "file", "driver",
				   "file", "filename", path, "locking", "off"),
			 NULL, COMMAND_NS, err);
	close(fd);
	return ok;
}

/* These commands of the monitor for people say nothing if all is well. */
static bool monitor(struct qemu *q, const char *line, struct err *err)
{
	json_t *result = NULL;
	const char *said;

	if (!qmp_execute(q->qmp, "human-monitor-command",
			 json_pack("{s:s}", "command-line", line), &result,
			 COMMAND_NS, err))
		return false;
	said = json_string_value(result);
	if (said && *said)
		err_set(err, ERR_HOST, "QEMU refused: %.*s",
			(int)strcspn(said, "\r\n"), said);
	json_decref(result);
	return err->kind == ERR_NONE;
}

bool snapshot_take(struct snapshot *s, struct qemu *q, struct err *err)
{
	if (!s->attached && !attach(q, err))
		return false;
	s->attached = true;
	s->taken = monitor(q, "savevm " TAG, err);
	return s->taken;
}

bool snapshot_revert(struct qemu *q, struct err *err)
{
	return monitor(q, "loadvm " TAG, err);
}

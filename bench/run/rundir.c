/* SPDX-License-Identifier: MIT */
#include "bench/run/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench/base/clock.h"
#include "bench/base/hash.h"
#include "bench/base/mem.h"

static void make_id(char id[40], uint64_t seed)
{
	time_t now = (time_t)clock_wall_s();
	uint64_t salt =
		hash_add(hash_add(seed, clock_now_ns()), (uint64_t)getpid());
	struct tm tm;
	char stamp[24];

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(id, 40, "%s-%08x", stamp, (unsigned)salt);
}

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool empty = true;

	if (!dir)
		return false;
	while (empty && (entry = readdir(dir)) != NULL)
		empty = strcmp(entry->d_name, ".") == 0 ||
			strcmp(entry->d_name, "..") == 0;
	closedir(dir);
	return empty;
}

static bool make_dirs(const char *path, struct err *err)
{
	char *copy = mem_strdup(path);
	bool ok = true;

	for (char *at = copy + 1; ok && *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		ok = mkdir(copy, 0777) == 0 || errno == EEXIST;
		*at = '/';
	}
	ok = ok && (mkdir(copy, 0777) == 0 || errno == EEXIST);
	free(copy);
	if (ok)
		return true;
	err_sys(err, ERR_HOST, "cannot create the run directory '%s'", path);
	return err_hint(err, "choose a folder you may write to with -o DIR");
}

/* results/latest -> <id>; a nicety, so failing is no failure. */
static void link_latest(const char *results, const char *id)
{
	char *link = mem_printf("%s/latest", results);
	struct stat st;

	if (lstat(link, &st) != 0 || S_ISLNK(st.st_mode)) {
		(void)unlink(link);
		if (symlink(id, link) != 0)
			errno = 0;
	}
	free(link);
}

bool rundir_open(struct rundir *r, const char *dir, const char *results,
		 uint64_t seed, struct err *err)
{
	char *path;

	memset(r, 0, sizeof(*r));
	make_id(r->id, seed);
	r->path = dir ? mem_strdup(dir) : mem_printf("%s/%s", results, r->id);
	if (!make_dirs(r->path, err))
		return false;
	if (!is_empty(r->path)) {
		err_set(err, ERR_USAGE, "the run directory '%s' is not empty",
			r->path);
		return err_hint(err, "name a new one with -o DIR; nothing is "
				     "ever overwritten");
	}
	path = mem_printf("%s/results.jsonl", r->path);
	r->results = fopen(path, "wxe");
	if (!r->results)
		err_sys(err, ERR_HOST, "cannot create '%s'", path);
	free(path);
	if (r->results && !dir)
		link_latest(results, r->id);
	return r->results != NULL;
}

bool rundir_append(struct rundir *r, const json_t *record, struct err *err)
{
	if (json_dumpf(record, r->results,
		       JSON_COMPACT | JSON_REAL_PRECISION(9)) == 0 &&
	    fputc('\n', r->results) != EOF && fflush(r->results) == 0)
		return true;
	return err_sys(err, ERR_HOST, "cannot write '%s/results.jsonl'",
		       r->path);
}

FILE *rundir_create(struct rundir *r, const char *folder, const char *name,
		    struct err *err)
{
	char *dir = mem_printf("%s/%s", r->path, folder);
	char *path = mem_printf("%s/%s", dir, name);
	FILE *file = NULL;

	if (mkdir(dir, 0777) == 0 || errno == EEXIST)
		file = fopen(path, "we");
	if (!file)
		err_sys(err, ERR_HOST, "cannot create '%s'", path);
	free(path);
	free(dir);
	return file;
}

bool rundir_close_file(FILE *file, struct err *err)
{
	bool bad = ferror(file) != 0;

	if (fclose(file) == 0 && !bad)
		return true;
	return err_sys(err, ERR_HOST, "cannot write a file of the run");
}

void rundir_release(struct rundir *r)
{
	if (r->results)
		fclose(r->results);
	free(r->path);
	memset(r, 0, sizeof(*r));
}

/* SPDX-License-Identifier: MIT */
/* yaml: from a path to bytes. */
#include "bench/plan/yaml.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool too_large(const char *path, struct err *err)
{
	err_set(err, ERR_USAGE, "'%s' is larger than %d bytes", path,
		YAML_SIZE_MAX);
	return err_hint(err, "is it the right file?");
}

/* Refuse what fopen() would take but nobody means. */
static bool check_kind(const char *path, struct err *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_sys(err, ERR_USAGE, "cannot open '%s'", path);
	if (S_ISDIR(st.st_mode)) {
		err_set(err, ERR_USAGE, "'%s' is a directory", path);
		return err_hint(err, "write %s/*.yaml", path);
	}
	return true;
}

bool yaml_read(struct yaml_text *text, const char *path, struct arena *arena,
	       struct err *err)
{
	FILE *file;
	char *bytes;
	size_t len;
	bool ok = false;

	if (!check_kind(path, err))
		return false;
	file = fopen(path, "r");
	if (!file)
		return err_sys(err, ERR_USAGE, "cannot open '%s'", path);
	bytes = arena_alloc(arena, YAML_SIZE_MAX + 2);
	len = fread(bytes, 1, YAML_SIZE_MAX + 1, file);
	if (ferror(file))
		err_sys(err, ERR_HOST, "cannot read '%s'", path);
	else if (len > YAML_SIZE_MAX)
		too_large(path, err);
	else
		ok = true;
	fclose(file);
	if (ok)
		*text = (struct yaml_text){ path, bytes, len };
	return ok;
}

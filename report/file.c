/* SPDX-License-Identifier: MIT */
#include "report/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/base/mem.h"

#define READ_BYTES_MAX (64L << 20)

bool file_directory(const char *path, struct err *err)
{
	struct stat st;

	if (mkdir(path, 0777) == 0)
		return true;
	if (errno != EEXIST)
		return err_sys(err, ERR_HOST, "cannot make directory '%s'",
			       path);
	if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return err_set(err, ERR_HOST, "'%s' is not a directory", path);
	return true;
}

FILE *file_create(const char *dir, const char *name, struct err *err)
{
	char *path = mem_printf("%s/%s", dir, name);
	FILE *file = NULL;
	int fd;

	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		  0666);
	if (fd >= 0)
		file = fdopen(fd, "w");
	if (!file)
		err_sys(err, ERR_HOST, "cannot create '%s'", path);
	if (!file && fd >= 0)
		close(fd);
	free(path);
	return file;
}

bool file_close(FILE *file, const char *dir, const char *name, struct err *err)
{
	bool ok = !ferror(file);

	if (fclose(file) != 0)
		ok = false;
	if (!ok)
		return err_sys(err, ERR_HOST, "cannot write '%s/%s'", dir,
			       name);
	return true;
}

void file_remove(const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s", dir, name);

	(void)unlink(path);
	free(path);
}

static char *read_all(FILE *file)
{
	char *text = NULL;
	long size;

	if (fseek(file, 0, SEEK_END) < 0 || (size = ftell(file)) < 0 ||
	    size > READ_BYTES_MAX || fseek(file, 0, SEEK_SET) < 0)
		return NULL;
	text = mem_alloc((size_t)size + 1);
	if (fread(text, 1, (size_t)size, file) != (size_t)size) {
		free(text);
		return NULL;
	}
	return text;
}

char *file_read(const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s", dir, name);
	FILE *file = fopen(path, "re");
	char *text = NULL;

	free(path);
	if (!file)
		return NULL;
	text = read_all(file);
	fclose(file);
	return text;
}

/* SPDX-License-Identifier: MIT */
#include "bench/cli/predict_write.h"

#include <stdlib.h>

#include "bench/base/mem.h"
#include "bench/cli/predict_prompt.h"
#include "report/file.h"

json_t *predict_all_json(const struct models *m, const struct results *r,
			 const struct costs_file *other)
{
	json_t *all = predict_json(m, r, other);

	json_object_set_new(all, "time_to_prompt",
			    predict_prompt_json(m, r, other));
	return all;
}

bool predict_write(const struct models *m, const struct results *r,
		   const struct costs_file *other, const char *dir,
		   struct err *err)
{
	FILE *file = file_create(dir, PREDICT_FILE, err);
	json_t *value;

	if (!file)
		return false;
	value = predict_all_json(m, r, other);
	json_dumpf(value, file, JSON_INDENT(2));
	fputc('\n', file);
	json_decref(value);
	return file_close(file, dir, PREDICT_FILE, err);
}

bool predict_write_run(const char *dir, struct err *err)
{
	char *path = mem_printf("%s/" RESULTS_FILE, dir);
	struct err nothing = { 0 };
	struct models models = { 0 };
	struct results r = { 0 };
	bool ok = results_read(&r, path, err);

	if (ok) {
		/* That there is nothing to model says the file itself. */
		(void)models_make(&models, &r, &nothing);
		ok = !models.calibrations ||
		     predict_write(&models, &r, NULL, dir, err);
		models_release(&models);
	}
	results_release(&r);
	free(path);
	return ok;
}

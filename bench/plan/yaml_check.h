/* SPDX-License-Identifier: MIT */
/* Private to yaml: a look at the bytes before libyaml sees them. */
#ifndef PLAN_YAML_CHECK_H
#define PLAN_YAML_CHECK_H

#include "bench/plan/yaml.h"

/* Fail at a NUL, a control character, broken UTF-8 or a tab that indents. */
bool yaml_check_bytes(const struct yaml_text *text, struct err *err);

/* Line and column of a byte offset. */
struct err_where yaml_place(const struct yaml_text *text, size_t offset);

#endif

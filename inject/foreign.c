/* SPDX-License-Identifier: MIT */
/*
 * foreign: somebody else's text on the line before KD speaks, or in between:
 * firmware, a boot loader, a kernel's console, a login prompt, a modem.
 */
#include "inject/stage.h"

#include <string.h>

struct foreign_config {
	int who;
	const char *text;
};

#define AT(member) offsetof(struct foreign_config, member)
#define TEXT_MAX 512

/*
 * As they look on a serial line. The time stamps of Linux hold KD's leader,
 * four '0' in a row; what ends in a 'b' asks a target to break in.
 */
static const char *const texts[] = {
	"\x1b[2JSeaBIOS (version 1.16.2)\r\nBooting from ROM...\r\n",
	"\x1b[H\x1b[JGNU GRUB  version 2.06\r\n Booting `kernel'\r\n",
	("[    0.000000] Linux version 6.1.0\r\n"
	 "[    0.000000] Command line: console=ttyS0,115200n8\r\n"),
	"\r\nWelcome\r\n\r\ntarget login: ",
	"\r\nNO CARRIER\r\nATZ\r\nOK\r\n",
	"grub", /* what is left of a line whose end was read by another */
};

static const struct setting foreign_settings[] = {
	{ "who", SETTING_ENUM, AT(who), "firmware",
	  "whose text; 'scrap' is one that ends in a 62",
	  "firmware|loader|linux|login|modem|scrap", 0, 0 },
	{ "text", SETTING_TEXT, AT(text), "", "other words instead", NULL, 0,
	  0 },
	{ 0 }
};

static void foreign_apply(const void *config, struct chunk *c,
			  struct chunk_run run, uint64_t draw,
			  struct stage_out *out)
{
	const struct foreign_config *foreign = config;
	const char *text = foreign->text && *foreign->text
				   ? foreign->text
				   : texts[foreign->who];
	size_t len = strnlen(text, TEXT_MAX);

	(void)draw;
	if (c->len + len > CHUNK_MAX)
		return;
	stage_note(out, c, run, -1, -1, len);
	for (size_t i = 0; i < len; i++)
		(void)chunk_insert(c, run.at + (unsigned)i, (uint8_t)text[i]);
}

const struct stage_type foreign_stage = {
	.name = "foreign",
	.help = "let somebody else's text arrive first",
	.tells = "{count} bytes of somebody else's text came before {place}",
	.once = true,
	.config_size = sizeof(struct foreign_config),
	.settings = foreign_settings,
	.apply = foreign_apply,
};

/* SPDX-License-Identifier: MIT */
/*
 * What a scenario with 'search:' found: up to which value a setting is good and
 * from which on it is bad, in a sentence, a line of marks and a table.
 */
#ifndef REPORT_SEARCH_H
#define REPORT_SEARCH_H

#include "report/sheet.h"
#include "report/summary.h"

/* The searches of one scenario, in the order of their rows. */
struct searches {
	const struct result_search **rows;
	size_t count;
};
struct searches search_find(struct arena *arena, const struct results *results,
			    const struct scenario_summary *s);

/* Are its points among the cells of 's', which may be a part of them? */
bool search_has_cells(const struct scenario_summary *s,
		      const struct result_search *search);

/* Is this axis the one that is searched? */
bool search_is_axis(const struct results *results,
		    const struct scenario_summary *s, size_t axis);

/* "uart, think windbg": what else was varied; the transport, if nothing was. */
const char *search_name(struct arena *arena, const struct scenario_summary *s,
			const struct result_search *search);

/*
 * "uart: completes up to delay 312ms, livelock from 320ms (5 of 5 against 0 of
 * 5 trials good, confidence 93 %; 12 points)"
 */
const char *search_sentence(struct arena *arena,
			    const struct scenario_summary *s,
			    const struct result_search *search);

/*
 * The points on a line of 'width' marks from one end to the other: + good, x
 * bad, ? unknown, - not tried. Of marks that fall together the bad one shows.
 */
const char *search_strip(struct arena *arena,
			 const struct result_search *search, size_t width);

/* The word for a point's trials: "livelock", "recovered*", "-". */
const char *search_verdict(struct arena *arena,
			   const struct result_point *point);

/* Sentences and strips for a terminal. */
void search_text(FILE *out, struct summary *s,
		 const struct scenario_summary *scenario);

/* Sentences as a list, escaped. */
void search_html(FILE *out, struct summary *s,
		 const struct scenario_summary *scenario);
void search_markdown(FILE *out, struct summary *s,
		     const struct scenario_summary *scenario);

/* Every point that was tried; false if there is none. */
bool search_sheet(struct sheet *sheet, struct summary *s,
		  const struct scenario_summary *scenario);

/* The point with this value, or NULL. */
const struct result_point *search_at(const struct result_search *search,
				     const char *value);

#endif

#pragma once

#include "reports/markup.hpp"
#include "reports/store/run_record.hpp"

/// The sections of report.html, in the order of the page. Each writes one <section> or <header>.
namespace islandbench::reports::sections {

inline constexpr double page_width = 1100.0;

void verdict_band(Markup& page, const RunRecord& run);
void story(Markup& page, const RunRecord& run);
void residents(Markup& page, const RunRecord& run);
void street(Markup& page, const RunRecord& run);
void golden_figures(Markup& page, const RunRecord& run);
void settlement(Markup& page, const RunRecord& run);
void ledger(Markup& page, const RunRecord& run);
void timeline(Markup& page, const RunRecord& run);
void criteria(Markup& page, const RunRecord& run);
void events(Markup& page, const RunRecord& run);
void links(Markup& page, const RunRecord& run);
void inputs(Markup& page, const RunRecord& run);
void how_to_check(Markup& page, const RunRecord& run);

/// "#c-H2": where the criterion's details stand. The id may be hostile, so it is counted instead.
std::string criterion_anchor(const RunRecord& run, const acceptance::Verdict& verdict);

}  // namespace islandbench::reports::sections

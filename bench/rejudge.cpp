#include "bench/rejudge.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "acceptance/figures.hpp"
#include "acceptance/judge.hpp"
#include "bench/present.hpp"
#include "bench/record_check.hpp"
#include "bench/run.hpp"
#include "bench/scenario.hpp"
#include "reports/ledger.hpp"
#include "reports/rejudged.hpp"
#include "reports/store/run_reader.hpp"

namespace islandbench::bench {
namespace {

using acceptance::CriterionSpec;

/// What the run was judged by, as it has kept it.
struct Kept {
    Scenario scenario;
    Site site;
    acceptance::GridCode grid_code;
    std::vector<acceptance::GridCode> other_codes;  ///< that the site names besides
    acceptance::Catalogue catalogue;
};

/// The input of a kind; a run without one cannot be judged.
const reports::RunInput* input_of(const reports::RunRecord& record, const char* kind,
                                  Diagnostics& problems) {
    for (const reports::RunInput& one : record.header.inputs) {
        if (one.kind == kind) return &one;
    }
    problems.add({"run.sqlite", 0, "", std::string("the run has kept no ") + kind});
    return nullptr;
}

template <class Read>
auto read_input(const reports::RunRecord& record, const char* kind, Read read,
                Diagnostics& problems) -> decltype(read("", "", problems)) {
    const reports::RunInput* input = input_of(record, kind, problems);
    if (input == nullptr) return {};
    return read(input->text, std::string(kind) + " of the run", problems);
}

Kept read_kept(const reports::RunRecord& record, Diagnostics& problems) {
    Kept kept;
    kept.scenario = read_input(record, "scenario", read_scenario, problems);
    kept.site = read_input(
        record, "site",
        [](auto& text, auto file, auto& found) { return read_site(text, file, found); }, problems);
    kept.grid_code = read_input(record, "grid code", acceptance::read_grid_code, problems);
    kept.catalogue = read_input(record, "criteria", acceptance::read_catalogue, problems);
    bool first = true;
    for (const reports::RunInput& one : record.header.inputs) {
        if (one.kind != "grid code" || std::exchange(first, false)) continue;
        kept.other_codes.push_back(
            acceptance::read_grid_code(one.text, one.name + " of the run", problems));
    }
    return kept;
}

/// The criteria to judge by, and where they stand.
struct Criteria {
    acceptance::Catalogue catalogue;
    std::string file;
    bool installed = true;
};

Criteria read_criteria(const RejudgeOptions& options, const Kept& kept, const Fixtures& fixtures,
                       Diagnostics& problems) {
    if (!options.criteria) return {kept.catalogue, "the criteria that it has kept"};
    const auto path = fixtures.find("criteria", *options.criteria);
    const auto text =
        path ? read_text_file(*path)
             : failure(ErrorCode::io, "no file \"" + *options.criteria + "\"" +
                                          suggestion(*options.criteria, fixtures.list("criteria")));
    if (!text) {
        problems.add({"command line", 0, "--criteria", text.error().what});
        return {};
    }
    return {acceptance::read_catalogue(*text, path->string(), problems), path->string(),
            fixtures.is_installed(*path)};
}

bool has(const std::vector<std::string>& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// What the story asks for, and what the run did not have when it was judged.
acceptance::Selection choose(const acceptance::Catalogue& catalogue, const Kept& kept) {
    std::vector<std::string> had;
    for (const CriterionSpec& one : kept.catalogue.criteria) had.push_back(one.id);
    acceptance::Selection selection;
    for (const CriterionSpec& one : catalogue.criteria) {
        if (has(kept.scenario.criteria, one.id) || !has(had, one.id)) {
            selection.judged.push_back(one);
        } else {
            selection.not_selected.push_back(one.id);
        }
    }
    return selection;
}

acceptance::Ended how_ended(const reports::RunRecord& record) {
    using reports::EndReason;
    switch (record.end.reason) {
        case EndReason::completed:
        case EndReason::not_told: return acceptance::Ended::completed;
        case EndReason::interrupted: return acceptance::Ended::interrupted;
        case EndReason::stopped:
        case EndReason::bench_error:
        case EndReason::unfinished: break;
    }
    return acceptance::Ended::broken;
}

std::string joined(const std::vector<std::string>& ids) {
    std::string text;
    for (const std::string& id : ids) text += (text.empty() ? "" : ", ") + id;
    return text;
}

/// What the record says of the bench: of a run that was told to its end.
Result<std::optional<BenchFacts>> facts_of(const reports::RunReader& reader,
                                           const reports::RunRecord& record, const JudgedBy& by) {
    if (by.how != acceptance::Ended::completed) return std::nullopt;
    const auto infos = reader.signals();
    if (!infos) return tl::unexpected(infos.error());
    RecordCheck check(*infos);
    Diagnostics none;  // compiled before
    auto exact = judge_record(
        reader, by, Recorded::exact, none,
        [&check](Instant at, SignalId signal, double value) { check.take(at, signal, value); });
    if (!exact) return tl::unexpected(exact.error());
    if (!record.end.energy.known) acceptance::forget_truth(*exact, truth_unknown);
    const auto& then = record.end.verdict.criteria;
    const auto contradicted = contradictions(reader, by, then, *exact);
    if (!contradicted) return tl::unexpected(contradicted.error());
    return BenchFacts{check.missing_seconds(), std::ssize(*contradicted), incomplete(then),
                      record.end.pace.ticks.max};
}

/// The run with the verdicts that its record gives by these criteria; problems with the files are
/// diagnostics.
Result<reports::Rejudged> judge_again(const RejudgeOptions& options,
                                      const reports::RunReader& reader, const Fixtures& fixtures,
                                      Diagnostics& problems) {
    auto record = reader.read([](std::string_view /*signal*/) { return false; });
    if (!record) return tl::unexpected(record.error());
    const Kept kept = read_kept(*record, problems);
    const Criteria criteria = read_criteria(options, kept, fixtures, problems);
    if (!problems.empty()) return reports::Rejudged{};
    const acceptance::Selection selection = choose(criteria.catalogue, kept);
    const auto figures = acceptance::figures_of(kept.grid_code, kept.site,
                                                kept.scenario.observation, kept.other_codes);
    const JudgedBy by{without_bench(selection.judged), figures, acceptance::groups_of(kept.site),
                      record->end.at, how_ended(*record)};
    BenchJudge bench(selection.judged, figures, by.groups, problems);
    auto verdicts = judge_record(reader, by, Recorded::to_dead_band, problems);
    if (!verdicts) return tl::unexpected(verdicts.error());
    if (!problems.empty()) return reports::Rejudged{};
    const auto facts = facts_of(reader, *record, by);
    if (!facts) return tl::unexpected(facts.error());
    auto all = in_order(selection.judged, std::move(*verdicts),
                        bench.judge(*facts, record->end.at, by.how));
    if (reader.finished() && !record->end.energy.known) {
        acceptance::forget_truth(all, truth_unknown);
    }
    if (const auto& known = kept.scenario.known_failure) {
        acceptance::expect_failures(all, known->criteria, known->reason);
    }
    reports::Rejudged run{*record, std::move(*record), criteria.file};
    run.now.header.strict = run.now.header.strict || options.strict;
    run.now.header.not_judged = joined(selection.not_selected);
    if (!criteria.installed) run.now.header.own_limits = "criteria " + criteria.file;
    run.now.end.verdict = acceptance::combine(std::move(all));
    return run;
}

}  // namespace

int rejudge(const RejudgeOptions& options, const Fixtures& fixtures) {
    const auto reader = reports::RunReader::open(options.run);
    if (!reader) return complain(reader.error().what);
    const auto fits = reader->verify();
    if (!fits && fits.error().code != ErrorCode::not_available) {
        return complain(fits.error().what +
                        "\nThe run was changed since it was closed, or is damaged; it is not "
                        "judged.");
    }
    Diagnostics problems;
    const auto run = judge_again(options, *reader, fixtures, problems);
    if (!run) return complain(run.error().what);
    if (!problems.empty()) {
        std::cerr << problems;
        return exit_usage;
    }
    const bool colours = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    std::cout << (options.json ? reports::rejudged_json(*run)
                               : reports::rejudged_text(*run, colours ? reports::Colours::ansi
                                                                      : reports::Colours::none));
    return reports::exit_code_of(run->now);
}

}  // namespace islandbench::bench

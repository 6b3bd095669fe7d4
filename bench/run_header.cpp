#include "bench/run_header.hpp"

#include <ctime>

#include "bench/version.hpp"

namespace islandbench::bench {
namespace {

template <class Document>
reports::RunInput input(const std::string& name, const char* kind, const Document& document) {
    return {name, kind, json::to_text(json::write_document(document))};
}

std::string joined(const std::vector<std::string>& ids) {
    std::string text;
    for (const std::string& id : ids) text += (text.empty() ? "" : ", ") + id;
    return text;
}

}  // namespace

std::string utc_now(const char* format) {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, format, &parts);
    return text;
}

reports::Lateness lateness_of(const DurationHistogram& all) {
    return {all.percentile(0.5).value_or(0ns), all.percentile(0.95).value_or(0ns),
            all.percentile(0.99).value_or(0ns), all.longest()};
}

reports::RunHeader run_header(const RunOptions& options, const RunFiles& files, std::uint64_t seed,
                              bool hardware, std::string started_at) {
    reports::RunHeader header;
    header.scenario = files.scenario.name;
    header.scenario_title = files.scenario.title;
    header.site = files.site.name;
    header.site_title = files.site.title;
    header.clock = options.clock;
    header.hardware = hardware;
    header.strict = options.strict;
    header.not_judged = joined(files.selection.not_selected);
    header.own_limits = joined(files.own_limits);
    header.seed = seed;
    header.duration = files.scenario.duration;
    header.started_at = std::move(started_at);
    header.nominal_v = files.site.nominal_v;
    header.nominal_f = files.site.nominal_f;
    header.versions = {{"islandbench", version}, {"compiler", compiler}};
    header.inputs.push_back(input(files.scenario.name, "scenario", files.scenario));
    header.inputs.push_back(input(files.site.name, "site", files.site));
    if (files.measured) {
        header.inputs.push_back(
            {files.measured->file, reports::load_profiles_kind, files.measured->record});
    }
    for (const auto& [name, file] : files.records) {
        header.inputs.push_back({name, "frequency record", file.text});
    }
    for (const auto& [name, profile] : files.profiles) {
        header.inputs.push_back(input(name, "profile", profile));
    }
    for (const Deviation& one : files.deviations) {
        header.inputs.push_back(input(one.id, "deviation", one));
    }
    header.inputs.push_back(input(files.grid_code.name, "grid code", files.grid_code));
    for (const acceptance::GridCode& code : files.other_codes) {
        header.inputs.push_back(input(code.name, "grid code", code));
    }
    header.inputs.push_back(input(files.catalogue.name, "criteria", files.catalogue));
    return header;
}

}  // namespace islandbench::bench

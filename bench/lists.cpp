#include "bench/lists.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "acceptance/catalogue_text.hpp"
#include "acceptance/figures.hpp"
#include "acceptance/judge.hpp"
#include "acceptance/unit_criteria.hpp"
#include "base/json_schema.hpp"
#include "bench/deviations.hpp"
#include "bench/present.hpp"
#include "bench/run.hpp"
#include "bench/run_checks.hpp"
#include "bench/run_files.hpp"
#include "emulators/devices/deviant.hpp"
#include "reports/store/run_reader.hpp"

namespace islandbench::bench {
namespace {

void line(const std::string& name, const std::string& about) {
    std::printf("%-20s %s\n", name.c_str(), about.c_str());
}

/// Reads every installed file of a folder and prints its name and a line about it.
template <class ReadTitle>
int list_folder(const Fixtures& fixtures, const char* folder, ReadTitle title_of) {
    Diagnostics problems;
    for (const std::string& name : fixtures.list(folder)) {
        const auto path = fixtures.find(folder, name);
        const auto text = path ? read_text_file(*path) : failure(ErrorCode::io, name);
        if (text) line(name, title_of(*text, path->string(), problems));
    }
    std::cerr << problems;
    return problems.empty() ? exit_pass : exit_usage;
}

/// ", known to fail: D1, D2"
std::string known_failures_of(const Scenario& scenario) {
    if (!scenario.known_failure) return {};
    std::string ids;
    for (const std::string& id : scenario.known_failure->criteria) {
        ids += (ids.empty() ? "" : ", ") + id;
    }
    return ", known to fail: " + ids;
}

/// Those that follow from a grid code: of all installed ones together.
void list_unit_criteria(const Fixtures& fixtures, Diagnostics& problems) {
    acceptance::Catalogue of_codes;
    for (const std::string& name : fixtures.list("gridcodes")) {
        const auto path = fixtures.find("gridcodes", name);
        const auto text = path ? read_text_file(*path) : failure(ErrorCode::io, name);
        if (!text) continue;
        acceptance::add_unit_criteria(of_codes,
                                      acceptance::read_grid_code(*text, path->string(), problems));
    }
    for (const acceptance::CriterionSpec& one : of_codes.criteria) {
        line(one.id + "  " + std::string(json::enum_text(one.severity)),
             one.title + " (grid code of the site)");
    }
}

int list_criteria(ListFormat format, const Fixtures& fixtures) {
    Diagnostics problems;
    const auto path = fixtures.find("criteria", "pilot");
    const auto text = path ? read_text_file(*path) : failure(ErrorCode::io, "no criteria");
    if (!text) {
        return complain(text.error().what);
    }
    const auto catalogue = acceptance::read_catalogue(*text, path->string(), problems);
    if (format == ListFormat::json) {
        std::cout << json::to_text(acceptance::catalogue_json(catalogue)) << '\n';
    } else if (format == ListFormat::markdown) {
        std::cout << acceptance::catalogue_markdown(catalogue);
    }
    if (format == ListFormat::lines) {
        for (const acceptance::CriterionSpec& one : catalogue.criteria) {
            line(one.id + "  " + std::string(json::enum_text(one.severity)),
                 one.title + " (" + one.clause + ")");
        }
        list_unit_criteria(fixtures, problems);
    }
    std::cerr << problems;
    return problems.empty() ? exit_pass : exit_usage;
}

/// What a file is, by the keys that only its kind has.
enum class FileKind { scenario, site, profile, grid_code, criteria, deviation, device, unknown };

FileKind kind_of(const json::Value& root) {
    if (!root.is(json::Kind::object)) return FileKind::unknown;
    const auto has = [&root](const char* key) { return root.find(key) != nullptr; };
    if (has("deeds")) return FileKind::deviation;
    if (has("deviations")) return FileKind::device;
    if (has("steps") || has("site")) return FileKind::scenario;
    if (has("homes") || has("interconnect") || has("former")) return FileKind::site;
    if (has("role") || has("protocol")) return FileKind::profile;
    for (const char* key : {"trip", "enter_service", "export_limit", "quality", "envelope"}) {
        if (has(key)) return FileKind::grid_code;
    }
    if (has("criteria")) return FileKind::criteria;
    return FileKind::unknown;
}

/// With all that it refers to, as a run would read it.
void validate_scenario(const std::string& file, const std::optional<FeederChoice>& feeder,
                       const Fixtures& fixtures, Diagnostics& problems) {
    auto files = load_run_files(fixtures, file, std::nullopt, problems, feeder);
    if (files) check_run(std::move(*files), problems);
}

/// With the deviations that it names.
void check_personality(std::string_view text, const std::string& file, const Fixtures& fixtures,
                       Diagnostics& problems) {
    const Personality device = read_personality(text, file, problems);
    const auto known = load_deviations(fixtures, problems);
    for (const std::string& id : device.deviations) {
        if (find_deviation(known, id) != nullptr) continue;
        problems.add({file, device.place.line, "$.deviations", "no deviation \"" + id + "\""});
    }
}

void validate_file(const std::string& file, const std::optional<FeederChoice>& feeder,
                   const Fixtures& fixtures, Diagnostics& problems) {
    const auto text = read_text_file(file);
    if (!text) return problems.add({file, 0, "", text.error().what});
    Diagnostics syntax;
    const json::Value root = json::parse(*text, file, syntax);
    switch (kind_of(root)) {
        case FileKind::scenario: return validate_scenario(file, feeder, fixtures, problems);
        case FileKind::site: {
            RunFiles files;
            files.site = read_site(*text, file, problems);
            load_grid_codes(fixtures, files, problems);
            load_profiles(fixtures, files.site, files.profiles, problems);
            if (problems.empty()) check_links(files, true, problems);
            return;
        }
        case FileKind::profile: return void(read_device_profile(*text, file, problems));
        case FileKind::grid_code: return void(acceptance::read_grid_code(*text, file, problems));
        case FileKind::criteria: return void(acceptance::read_catalogue(*text, file, problems));
        case FileKind::deviation: {
            const Deviation deviation = read_deviation(*text, file, problems);
            return devices::Deviant::check(deviation, problems);
        }
        case FileKind::device: return check_personality(*text, file, fixtures, problems);
        case FileKind::unknown: break;
    }
    if (syntax.empty()) {
        problems.add(
            {file, 0, "", "is no scenario, site, device profile, grid code or criteria file"});
    }
    for (const Diagnostic& one : syntax.list()) problems.add(one);
}

/// Says of each feeder of a folder what it has. False: there was something to complain about.
bool validate_feeder(const FeederChoice& feeder, const Fixtures& fixtures, Diagnostics& problems) {
    const auto feeders = read_feeder_folder(fixtures, feeder.folder, problems);
    for (const FeederModel& one : feeders) {
        const auto days = std::count_if(one.loads.begin(), one.loads.end(),
                                        [](const auto& load) { return load.day.has_value(); });
        const bool all = static_cast<std::size_t>(days) == one.loads.size();
        std::cout << feeder.folder << ": good: transformer " << one.transformer.name << ", "
                  << format_measure(one.transformer.rating) << ", " << one.lines.size() + 1
                  << " buses, " << one.loads.size() << (one.loads.size() == 1 ? " load" : " loads");
        if (days > 0) std::cout << (all ? ", measured" : ", some of them measured");
        std::cout << '\n';
    }
    return !feeders.empty();
}

}  // namespace

int list(const std::string& what, ListFormat format, const Fixtures& fixtures) {
    if (format != ListFormat::lines && what != "criteria") {
        (void)complain("--json and --markdown go with \"list criteria\"");
        return exit_usage;
    }
    if (what == "scenarios") {
        return list_folder(fixtures, "scenarios", [](auto& text, auto file, auto& problems) {
            const Scenario s = read_scenario(text, file, problems);
            return s.title + " (" + format_duration(s.duration) + ", on " + s.site + ")" +
                   known_failures_of(s);
        });
    }
    if (what == "sites") {
        return list_folder(fixtures, "sites", [](auto& text, auto file, auto& problems) {
            return read_site(text, file, problems).title;
        });
    }
    if (what == "devices") {
        const int profiles =
            list_folder(fixtures, "profiles", [](auto& text, auto file, auto& problems) {
                const DeviceProfile p = read_device_profile(text, file, problems);
                return std::string(json::enum_text(p.role)) + ", " + p.maker + " " + p.model +
                       ", " + std::string(json::enum_text(p.protocol));
            });
        if (profiles != exit_pass) return profiles;
        return list_folder(fixtures, "devices", [](auto& text, auto file, auto& problems) {
            return "to emulate: " + read_personality(text, file, problems).title;
        });
    }
    if (what == "deviations") {
        Diagnostics problems;
        for (const Deviation& one : load_deviations(fixtures, problems)) {
            std::printf("%-4s %-9s  %s\n", one.id.c_str(),
                        std::string(json::enum_text(one.kind)).c_str(), one.title.c_str());
        }
        std::cerr << problems;
        return problems.empty() ? exit_pass : exit_usage;
    }
    if (what == "codes") {
        return list_folder(fixtures, "gridcodes", [](auto& text, auto file, auto& problems) {
            const acceptance::GridCode code = acceptance::read_grid_code(text, file, problems);
            return code.title + " (version " + std::to_string(code.version) + ", " + code.edition +
                   ")";
        });
    }
    if (what == "feeders") {
        for (const std::string& name : fixtures.list_folders("feeders")) {
            if (Diagnostics problems; !validate_feeder({name, {}}, fixtures, problems)) {
                std::cerr << problems;
                return exit_usage;
            }
        }
        return exit_pass;
    }
    return list_criteria(format, fixtures);
}

int schema(const std::string& kind) {
    using json::schema_of;
    const json::Value text = kind == "scenario"    ? schema_of<Scenario>("islandbench scenario")
                             : kind == "site"      ? schema_of<Site>("islandbench site")
                             : kind == "profile"   ? schema_of<DeviceProfile>("islandbench profile")
                             : kind == "deviation" ? schema_of<Deviation>("islandbench deviation")
                             : kind == "device"    ? schema_of<Personality>("islandbench device")
                             : kind == "gridcode"
                                 ? schema_of<acceptance::GridCode>("islandbench grid code")
                                 : schema_of<acceptance::Catalogue>("islandbench criteria");
    std::cout << json::to_text(text) << '\n';
    return exit_pass;
}

int validate(const std::vector<std::string>& files, const std::optional<FeederChoice>& feeder,
             const Fixtures& fixtures) {
    Diagnostics problems;
    const bool usable = !feeder || validate_feeder(*feeder, fixtures, problems);
    for (const std::string& file : files) {
        Diagnostics own;
        validate_file(file, usable ? feeder : std::nullopt, fixtures, own);
        if (own.empty()) std::cout << file << ": good\n";
        for (const Diagnostic& one : own.list()) problems.add(one);
    }
    std::cerr << problems;
    return problems.empty() ? exit_pass : exit_usage;
}

int report(const std::string& run_folder) {
    const auto reader = reports::RunReader::open(run_folder);
    const auto fits = reader ? reader->verify() : Result<void>{};
    if (!fits && fits.error().code != ErrorCode::not_available) {
        return complain(fits.error().what +
                        "\nThe run was changed since it was closed, or is damaged; nothing is "
                        "rendered from it.");
    }
    const auto record = reader ? reader->read() : tl::unexpected(reader.error());
    if (!record) return complain(record.error().what);
    return present(run_folder, *record);
}

}  // namespace islandbench::bench

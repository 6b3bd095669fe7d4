#include "bench/run_files.hpp"

#include <algorithm>

#include "acceptance/unit_criteria.hpp"
#include "bench/deviations.hpp"
#include "emulators/devices/grid_settings.hpp"

namespace islandbench::bench {
namespace {

struct TextFile {
    std::string path;
    std::string text;
};

/// Finds and reads a file of a fixtures folder; what goes wrong stands at `place`.
std::optional<TextFile> find_and_read(const Fixtures& fixtures, const char* folder,
                                      const std::string& name, const json::Place& place,
                                      Diagnostics& diagnostics) {
    const auto path = fixtures.find(folder, name, place.file);
    if (!path) {
        const std::string where(folder);
        diagnostics.add({place.file, place.line, place.path,
                         "no file \"" + name + "\" or \"" + name +
                             ".json\" in the working folder, beside the file that names it, or in "
                             "the installed " +
                             where + suggestion(name, fixtures.list(folder))});
        return std::nullopt;
    }
    auto text = read_text_file(*path);
    if (!text) {
        diagnostics.add({place.file, place.line, place.path, text.error().what});
        return std::nullopt;
    }
    return TextFile{path->string(), std::move(*text)};
}

void check_role(const DeviceRef& device, const DeviceProfile& profile, Diagnostics& diagnostics) {
    if (profile.role == device.role) return;
    const json::Place& place = device.spec->place;
    diagnostics.add({place.file, place.line, place.path + ".profile",
                     "profile \"" + profile.name + "\" is for a " +
                         std::string(json::enum_text(profile.role)) + ", and " + device.name +
                         " is a " + std::string(json::enum_text(device.role))});
}

/// Limits are shares of the nominal values: a site cannot widen them by naming others.
void check_nominal(const Site& site, const acceptance::GridCode& code, Diagnostics& diagnostics) {
    const json::Place& place = site.place;
    if (!code.nominal) return;  // it speaks of shares only, or was complained about already
    if (site.nominal_v != code.nominal->v) {
        diagnostics.add({place.file, place.line, place.path + ".nominal_v",
                         "is " + format_measure(site.nominal_v) + ", and grid code \"" + code.name +
                             "\" is for " + format_measure(code.nominal->v)});
    }
    if (site.nominal_f != code.nominal->f) {
        diagnostics.add({place.file, place.line, place.path + ".nominal_f",
                         "is " + format_measure(site.nominal_f) + ", and grid code \"" + code.name +
                             "\" is for " + format_measure(code.nominal->f)});
    }
}

/// Reads a code that the site names at `place`.
std::optional<acceptance::GridCode> read_code(const Fixtures& fixtures, const std::string& name,
                                              const json::Place& place, RunFiles& files,
                                              Diagnostics& diagnostics) {
    const auto file = find_and_read(fixtures, "gridcodes", name, place, diagnostics);
    if (!file) return std::nullopt;
    Diagnostics found;
    auto code = acceptance::read_grid_code(file->text, file->path, found);
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    if (!fixtures.is_installed(file->path)) files.own_limits.push_back("grid code " + file->path);
    if (!found.empty()) return std::nullopt;
    check_nominal(files.site, code, diagnostics);
    return code;
}

}  // namespace

void load_profiles(const Fixtures& fixtures, const Site& site,
                   std::map<std::string, DeviceProfile>& into, Diagnostics& diagnostics) {
    for (const DeviceRef& device : devices_of(site)) {
        const std::string& name = device.spec->profile;
        if (!into.contains(name)) {
            const auto file =
                find_and_read(fixtures, "profiles", name, device.spec->place, diagnostics);
            if (!file) continue;
            into[name] = read_device_profile(file->text, file->path, diagnostics);
        }
        // A profile that could not be read has been complained about already.
        if (!into[name].name.empty()) check_role(device, into[name], diagnostics);
    }
}

namespace {

/// Every hybrid is set to a grid code, as an installer does it: its own, or that of the site.
void set_up_units(const Fixtures& fixtures, Site& site, Diagnostics& diagnostics) {
    std::map<std::string, devices::GridSettings> known;
    for (HomeSpec& home : site.homes) {
        if (!home.hybrid) continue;
        HybridSpec& unit = *home.hybrid;
        const bool own = !unit.grid_code.empty();
        const std::string& name = own ? unit.grid_code : site.grid_code;
        json::Place place = own ? unit.place : site.place;
        place.path += ".grid_code";
        if (!known.contains(name)) {
            Diagnostics found;
            if (const auto file = find_and_read(fixtures, "gridcodes", name, place, found)) {
                known[name] = devices::read_grid_settings(file->text, file->path, found);
            }
            // What is wrong with the site's code has been said already.
            for (const Diagnostic& one : found.list()) {
                if (own) diagnostics.add(one);
            }
            if (!found.empty()) continue;
        }
        const devices::GridSettings& settings = known[name];
        if (settings.name.empty()) continue;
        if (own && (settings.nominal_v != site.nominal_v || settings.nominal_f != site.nominal_f)) {
            diagnostics.add({place.file, place.line, place.path,
                             "\"" + settings.name + "\" is for " +
                                 format_measure(settings.nominal_v) + " and " +
                                 format_measure(settings.nominal_f) + ", and the site is not"});
        }
        devices::set_up(unit, settings);
    }
}

}  // namespace

void load_grid_codes(const Fixtures& fixtures, RunFiles& files, Diagnostics& diagnostics) {
    const Site& site = files.site;
    const auto at = [&site](const std::string& key) {
        return json::Place{site.place.file, site.place.line, site.place.path + key};
    };
    const auto complain = [&](const json::Place& place, const std::string& message) {
        diagnostics.add({place.file, place.line, place.path, message});
    };
    if (!site.grid_code.empty()) {
        const json::Place place = at(".grid_code");
        auto code = read_code(fixtures, site.grid_code, place, files, diagnostics);
        if (code && !code->enter_service) {
            complain(place, "\"" + code->name +
                                "\" does not say when a unit may enter service; a code that does "
                                "is needed here, and this one stands under \"codes\"");
        }
        if (code) files.grid_code = std::move(*code);
        set_up_units(fixtures, files.site, diagnostics);
    }
    for (std::size_t i = 0; i < site.codes.size(); ++i) {
        const json::Place place = at(".codes[" + std::to_string(i) + "]");
        const bool twice = std::find(site.codes.begin(), site.codes.begin() + std::ptrdiff_t(i),
                                     site.codes[i]) != site.codes.begin() + std::ptrdiff_t(i);
        if (twice) {
            complain(place, "\"" + site.codes[i] + "\" comes twice");
            continue;
        }
        auto code = read_code(fixtures, site.codes[i], place, files, diagnostics);
        const auto same_name = [&](const auto& other) { return code && other.name == code->name; };
        if (std::any_of(files.other_codes.begin(), files.other_codes.end(), same_name)) {
            complain(place, "another of the codes is named \"" + code->name + "\" too");
        } else if (code) {
            files.other_codes.push_back(std::move(*code));
        }
    }
}

namespace {

const json::Place command_line{"command line", 0, ""};

void read_records(const Fixtures& fixtures, RunFiles& files, Diagnostics& found) {
    for (const Step& step : files.scenario.steps) {
        if (!step.grid_frequency || step.grid_frequency->record.empty()) continue;
        const std::string& name = step.grid_frequency->record;
        if (files.records.contains(name)) continue;
        json::Place place = step.place;
        place.path += ".grid_frequency.record";
        const auto path = fixtures.find("records", name, place.file);
        const auto text = path ? read_text_file(*path)
                               : failure(ErrorCode::io, "no file \"" + name +
                                                            "\" in the working folder or beside "
                                                            "the file that names it");
        if (!text) {
            found.add({place.file, place.line, place.path, text.error().what});
            continue;
        }
        auto record = read_frequency_record(*text, path->string(), found);
        files.records[name] = {std::make_shared<FrequencyRecord>(std::move(record)), *text};
    }
}

/// The deviations that the story names, of devices that can have them.
void read_deviations(const Fixtures& fixtures, RunFiles& files, Diagnostics& found) {
    std::vector<Deviation> all;
    for (const Step& step : files.scenario.steps) {
        if (!step.fault || !step.fault->deviations) continue;
        const auto complain = [&](const std::string& message) {
            found.add(
                {step.place.file, step.place.line, step.place.path + ".fault.deviations", message});
        };
        for (const DeviceRef& device : devices_of(files.site)) {
            if (device.name != step.fault->device) continue;
            const auto profile = files.profiles.find(device.spec->profile);
            const bool known = profile != files.profiles.end();
            if (known && profile->second.protocol != Protocol::sunspec) {
                complain(device.name + " does not speak SunSpec");
            }
        }
        if (all.empty()) all = load_deviations(fixtures, found);
        for (const std::string& id : *step.fault->deviations) {
            const Deviation* const one = find_deviation(all, id);
            if (one == nullptr) {
                complain("no deviation \"" + id + "\": docs/deviations.md has them");
            } else if (find_deviation(files.deviations, id) == nullptr) {
                files.deviations.push_back(*one);
            }
        }
    }
}

/// Puts the site on the feeder's wires.
void move_to_feeder(const FeederModel& feeder, RunFiles& files, Diagnostics& found) {
    StreetOnFeeder street = put_on_feeder(files.site, feeder);
    check_left_out(files.scenario, street, feeder, found);
    if (!found.empty()) return;
    files.site = std::move(street.site);
    check_site(files.site, found);
    if (!street.days.empty()) {
        files.measured = loads_of_feeder(std::move(street.days), feeder.name, files.site);
    }
    files.notes = std::move(street.notes);
}

/// What a story says of services stands in place of what the site says.
void agree_services(const Scenario& scenario, Site& site) {
    if (!scenario.services) return;
    site.services = *scenario.services;
    if (site.services.export_limit) {
        site.interconnect.export_limit = site.services.export_limit;
    }
}

/// The scenario, if there is one, the site that it or the command line names, and its profiles.
void load_story_and_site(const Fixtures& fixtures, const std::optional<std::string>& scenario,
                         const std::optional<std::string>& site,
                         const std::optional<FeederChoice>& feeder, RunFiles& files,
                         Diagnostics& found) {
    const auto wires = feeder ? choose_feeder(fixtures, *feeder, found) : std::nullopt;
    if (scenario) {
        const auto file = find_and_read(fixtures, "scenarios", *scenario, command_line, found);
        if (!file) return;
        files.scenario = read_scenario(file->text, file->path, found);
    }
    read_records(fixtures, files, found);
    const json::Place& place = site ? command_line : files.scenario.site_place;
    const std::string name = site.value_or(files.scenario.site);
    const auto site_file =
        name.empty() ? std::nullopt : find_and_read(fixtures, "sites", name, place, found);
    if (!site_file) return;
    files.site = read_site(site_file->text, site_file->path, found);
    files.site_text = site_file->text;
    if (scenario) check_scenario(files.scenario, files.site, found);
    agree_services(files.scenario, files.site);
    // Only what was read without a complaint is joined.
    if (wires && found.empty()) move_to_feeder(*wires, files, found);
    load_profiles(fixtures, files.site, files.profiles, found);
    read_deviations(fixtures, files, found);
}

}  // namespace

std::optional<RunFiles> load_run_files(const Fixtures& fixtures, const std::string& scenario,
                                       const std::optional<std::string>& site,
                                       Diagnostics& diagnostics,
                                       const std::optional<FeederChoice>& feeder) {
    Diagnostics found;
    RunFiles files;
    load_story_and_site(fixtures, scenario, site, feeder, files, found);
    load_grid_codes(fixtures, files, found);
    if (const auto file = find_and_read(fixtures, "criteria", "pilot", command_line, found)) {
        files.catalogue = acceptance::read_catalogue(file->text, file->path, found);
        add_unit_criteria(files.catalogue, files.grid_code);
        if (!fixtures.is_installed(file->path)) {
            files.own_limits.push_back("criteria " + file->path);
        }
        files.selection = acceptance::select(files.catalogue, files.scenario.criteria,
                                             files.scenario.criteria_place, found);
        check_known_failure(files.scenario, files.selection, found);
    }
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    if (!found.empty()) return std::nullopt;
    return files;
}

std::optional<RunFiles> load_street_files(const Fixtures& fixtures,
                                          const std::optional<std::string>& site,
                                          const std::optional<std::string>& story,
                                          Diagnostics& diagnostics) {
    Diagnostics found;
    RunFiles files;
    load_story_and_site(fixtures, story, site, std::nullopt, files, found);
    load_grid_codes(fixtures, files, found);
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    if (!found.empty()) return std::nullopt;
    return files;
}

}  // namespace islandbench::bench

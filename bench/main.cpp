#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "bench/check/check.hpp"
#include "bench/check/emulate_devices.hpp"
#include "bench/emulate.hpp"
#include "bench/lists.hpp"
#include "bench/proxy.hpp"
#include "bench/rejudge.hpp"
#include "bench/run.hpp"
#include "bench/scan.hpp"
#include "bench/version.hpp"

/// The composition root: command line, signals, installed fixtures.
namespace {

using namespace islandbench;

constexpr const char* examples = R"(Examples:
  islandbench run miniature_outage                    the story in simulated time
  islandbench run miniature_short --clock wall        the same devices over TCP on this machine
  islandbench run story.json --site street.json --out runs/monday
  islandbench emulate --site miniature --port 15001   a street for other programs to drive
  islandbench list scenarios
  islandbench run miniature_outage --feeder mill_lane the same equipment on other wires
  islandbench scan tcp://192.168.1.20:502?unit=1      what an inverter or meter shows
  islandbench proxy 127.0.0.1:1502 tcp://192.168.1.20:502 --loss "5 %"
  islandbench check tcp://192.168.1.20:502?unit=1     whether it keeps what it promises
  islandbench validate street.json story.json
  islandbench report runs/monday
  islandbench judge runs/monday --criteria stricter.json

Exit codes: 0 pass, 1 fail, 2 wrong use or file, 3 the bench could not go on, 4 inconclusive,
5 nothing selected, 130 interrupted.)";

void ask_to_stop(int /*signal*/) {
    // The first request lets the run leave its devices safe; the second does not wait for that.
    if (bench::stop_requests.fetch_add(1) > 0) _exit(bench::exit_interrupted);
}

/// Beside the executable when installed, else where it was built from.
std::filesystem::path fixtures_folder() {
    if (const char* set = std::getenv("ISLANDBENCH_FIXTURES")) return set;
    std::error_code ignored;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
    const auto installed = self.parent_path().parent_path() / "share" / "islandbench" / "fixtures";
    return std::filesystem::is_directory(installed, ignored) ? installed : IB_FIXTURES_DIR;
}

/// --feeder DIR [--transformer NAME]
void add_feeder(CLI::App& command, std::optional<bench::FeederChoice>& into) {
    CLI::Option* folder = command.add_option_function<std::string>(
        "--feeder",
        [&into](const std::string& name) {
            if (!into) into.emplace();
            into->folder = name;
        },
        "folder of a published feeder: its wires and loads take the place of the site's");
    folder->type_name("DIR");
    command
        .add_option_function<std::string>(
            "--transformer",
            [&into](const std::string& name) {
                if (!into) into.emplace();
                into->transformer = name;
            },
            "which feeder, where the folder has several transformers")
        ->type_name("NAME")
        ->needs(folder);
}

void add_run(CLI::App& app, bench::RunOptions& options, std::string& clock) {
    CLI::App* run = app.add_subcommand("run", "Take a street through a scenario, to a verdict");
    run->add_option("SCENARIO", options.scenario, "a file, or the name of an installed scenario")
        ->required();
    run->add_option("--site", options.site, "site file that replaces the scenario's");
    add_feeder(*run, options.feeder);
    run->add_option("--load-profiles", options.load_profiles,
                    "CSV of measured homes, kW by the minute; column k is what home k uses")
        ->type_name("FILE");
    run->add_option("--out", options.out, "run folder to make (default: runs/<time>-<scenario>)");
    run->add_option("--clock", clock, "sim: as fast as it goes; wall: real time, over TCP")
        ->check(CLI::IsMember({"sim", "wall"}))
        ->capture_default_str();
    run->add_option("--seed", options.seed, "seed that replaces the scenario's");
    run->add_option("--arm", options.arm, "device that may be written to, by its name in the site")
        ->type_name("NAME");
    run->add_option(
           "--keep", options.keep,
           "what services must not forget (counters, lock-outs) is read from this file and "
           "kept in it; with real devices: beside the run folder unless given")
        ->type_name("FILE");
    run->add_flag("--strict", options.strict, "a limit that nobody has verified is not enough");
    run->add_flag("--every-step", options.every_step,
                  "solve the street in every millisecond, also while nothing moves");
    run->add_flag("--quiet", options.quiet, "no progress");
}

void add_emulate(CLI::App& app, bench::EmulateOptions& options, std::vector<std::string>& devices) {
    CLI::App* emulate = app.add_subcommand(
        "emulate",
        "Serve a street's devices on this machine, or single ones, for a client elsewhere");
    CLI::Option* alone = emulate->add_option(
        "DEVICE", devices,
        "what stands alone: profiles (inverters, meters, batteries), or inverters with "
        "deviations (list devices)");
    emulate->add_option("--site", options.site, "site file (default: the story's)")
        ->excludes(alone);
    emulate
        ->add_option("--story", options.story,
                     "scenario whose steps happen by themselves, from 10 s after the first "
                     "client on")
        ->excludes(alone);
    emulate
        ->add_option("--port", options.port,
                     "of the first device, the others follow (default: free)")
        ->check(CLI::Range(1, 65535));
    emulate->add_option("--write-site", options.write_site, "site file to make that leads here")
        ->type_name("FILE")
        ->excludes(alone);
    emulate->add_option("--seed", options.seed, "seed that replaces the story's");
    emulate->add_option("--duration", options.duration,
                        "how long, such as \"5 min\" (default: until Ctrl-C)");
}

void add_judge(CLI::App& app, bench::RejudgeOptions& options) {
    CLI::App* judge = app.add_subcommand(
        "judge", "Judge a stored run once more, and show what moved; the run stays as it is");
    judge->add_option("RUN", options.run, "run folder")->required();
    judge
        ->add_option("--criteria", options.criteria,
                     "criteria file, or the name of an installed one (default: the run's own)")
        ->type_name("FILE");
    judge->add_flag("--strict", options.strict, "a limit that nobody has verified is not enough");
    judge->add_flag("--json", options.json, "for scripts");
}

/// What a command line asks for; each subcommand looks at its own part.
struct Asked {
    bench::RunOptions run;
    std::string clock = "sim";
    bench::EmulateOptions street;
    std::vector<std::string> devices;  ///< of emulate, in place of a street
    bench::RejudgeOptions judge;
    bench::ScanOptions scan;
    bench::ProxyOptions proxy;
    bench::CheckOptions check;
    std::string what;  ///< of list and schema
    bench::ListFormat format = bench::ListFormat::lines;
    std::vector<std::string> files;
    std::optional<bench::FeederChoice> feeder;
    std::string folder;
};

void add_scan(CLI::App& app, bench::ScanOptions& options) {
    CLI::App* scan = app.add_subcommand(
        "scan", "Read all that a SunSpec device has; writes a map, a profile and a site stub");
    scan->add_option("LINK", options.link, "tcp://host:502?unit=1, rtu:/dev/ttyUSB0?unit=1")
        ->required();
    scan->add_option("--out", options.out, "folder to make")->capture_default_str();
}

void add_proxy(CLI::App& app, bench::ProxyOptions& options) {
    CLI::App* proxy = app.add_subcommand(
        "proxy", "Make the link to a Modbus TCP device bad on purpose, for any client");
    proxy
        ->add_option("LISTEN", options.listen,
                     "where clients come, 127.0.0.1:1502; port 0: any free one")
        ->required();
    proxy->add_option("DEVICE", options.device, "tcp://192.168.1.20:502")->required();
    proxy->add_option("--delay-median", options.delay_median, "of a reply, such as \"200 ms\"");
    proxy->add_option("--delay-p99", options.delay_p99, "99th percentile (default: the median)");
    proxy->add_option("--loss", options.loss, "share of replies that are lost, such as \"5 %\"");
    proxy->add_option("--corrupt", options.corrupt, "share of replies in which one bit is wrong");
    proxy->add_option("--reorder", options.reorder, "share of replies that come behind the next");
    proxy->add_option("--reset", options.reset,
                      "share of replies in whose place the connection is reset");
    proxy->add_option("--drip", options.drip, "pause between any two bytes of a reply");
    proxy->add_option("--half-open-every", options.half_open_every,
                      "leaves all connections open and dead, again and again");
    proxy->add_option("--seed", options.seed, "start of all chance")->capture_default_str();
    proxy->add_option("--duration", options.duration,
                      "how long, such as \"5 min\" (default: until Ctrl-C)");
}

void add_check(CLI::App& app, bench::CheckOptions& options) {
    CLI::App* check = app.add_subcommand(
        "check",
        "Check a SunSpec device: its map, its values, its link, and what it does when told");
    check->add_option("LINK", options.link, "tcp://host:502?unit=1, rtu:/dev/ttyUSB0?unit=1")
        ->required();
    check
        ->add_option(
            "--profile", options.profile,
            "device profile, a file or an installed name: who it should be, how it is asked")
        ->type_name("FILE");
    check
        ->add_option("--arm", options.arm,
                     "write to it, if this is its name: the profile's, or what it calls its model "
                     "or serial number; all is set back")
        ->type_name("NAME");
    check->add_option("--out", options.out, "folder to make (default: runs/<time>-check)");
    check
        ->add_option("--against", options.against,
                     "capabilities.json of an earlier check: what is lost fails")
        ->type_name("FILE");
    check->add_option("--meter", options.meter, "link of a meter of the same place, only read")
        ->type_name("LINK");
    check->add_option("--meter-profile", options.meter_profile, "its profile")
        ->type_name("FILE")
        ->capture_default_str();
    check
        ->add_option("--bms", options.bms, "link of its battery, only read: tcp://, slcan://, can:")
        ->type_name("LINK");
    check->add_option("--only", options.only, "parts beside the map: values, access, link, control")
        ->check(CLI::IsMember({"values", "access", "link", "control"}));
    check->add_flag("--patient", options.patient, "also what takes minutes");
    check->add_flag("--strict", options.strict, "what could not be tested is not enough");
    check->add_flag("--quiet", options.quiet, "no progress");
}

void add_list(CLI::App& app, Asked& asked) {
    CLI::App* list = app.add_subcommand("list", "What is installed");
    list->add_flag_callback(
        "--json", [&] { asked.format = bench::ListFormat::json; }, "criteria: all that they say");
    list->add_flag_callback(
        "--markdown", [&] { asked.format = bench::ListFormat::markdown; },
        "the same as docs/catalogue.md has it");
    list->add_option("WHAT", asked.what,
                     "scenarios, sites, criteria, codes, devices, deviations or feeders")
        ->required()
        ->check(CLI::IsMember(
            {"scenarios", "sites", "criteria", "codes", "devices", "deviations", "feeders"}));
}

void add_files(CLI::App& app, Asked& asked) {
    CLI::App* validate =
        app.add_subcommand("validate", "Everything that is wrong with files, at once");
    validate->add_option(
        "FILE", asked.files,
        "scenario, site, device profile, grid code, criteria, deviation or device");
    add_feeder(*validate, asked.feeder);
    validate->require_option(1, 0);  // a file, a feeder, or both
    app.add_subcommand("schema", "JSON Schema of a kind of file, for editors")
        ->add_option("KIND", asked.what,
                     "scenario, site, profile, gridcode, criteria, deviation or device")
        ->required()
        ->check(CLI::IsMember(
            {"scenario", "site", "profile", "gridcode", "criteria", "deviation", "device"}));
    app.add_subcommand("report", "Render a run folder again")
        ->add_option("RUN", asked.folder, "run folder")
        ->required();
}

int dispatch_command(const CLI::App& app, Asked& asked) {
    const Fixtures fixtures(fixtures_folder());
    if (app.got_subcommand("run")) {
        asked.run.clock =
            asked.clock == "wall" ? reports::ClockKind::wall : reports::ClockKind::simulated;
        return bench::run(asked.run, fixtures);
    }
    if (app.got_subcommand("emulate")) {
        if (asked.devices.empty()) return bench::emulate(asked.street, fixtures);
        return bench::emulate_devices({asked.devices, asked.street.port, asked.street.duration},
                                      fixtures);
    }
    if (app.got_subcommand("check")) return bench::check(asked.check, fixtures);
    if (app.got_subcommand("scan")) return bench::scan(asked.scan);
    if (app.got_subcommand("proxy")) return bench::proxy(asked.proxy);
    if (app.got_subcommand("list")) return bench::list(asked.what, asked.format, fixtures);
    if (app.got_subcommand("validate")) {
        return bench::validate(asked.files, asked.feeder, fixtures);
    }
    if (app.got_subcommand("schema")) return bench::schema(asked.what);
    if (app.got_subcommand("judge")) return bench::rejudge(asked.judge, fixtures);
    return bench::report(asked.folder);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"islandbench: a test bench for streets that keep themselves lit"};
    app.footer(examples);
    app.set_version_flag("--version", std::string("islandbench ") + bench::version);
    app.require_subcommand(1);

    Asked asked;
    add_run(app, asked.run, asked.clock);
    add_emulate(app, asked.street, asked.devices);
    add_judge(app, asked.judge);
    add_scan(app, asked.scan);
    add_proxy(app, asked.proxy);
    add_check(app, asked.check);
    add_list(app, asked);
    add_files(app, asked);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        const int code = app.exit(problem);
        return code == 0 ? bench::exit_pass : bench::exit_usage;
    }
    std::signal(SIGINT, ask_to_stop);
    std::signal(SIGTERM, ask_to_stop);
    std::signal(SIGPIPE, SIG_IGN);
    return dispatch_command(app, asked);
}

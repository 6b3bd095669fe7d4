#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>

#include "bench/emulate.hpp"
#include "bench/lists.hpp"
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
  islandbench validate street.json story.json
  islandbench report runs/monday

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
    run->add_flag("--strict", options.strict, "a limit that nobody has verified is not enough");
    run->add_flag("--quiet", options.quiet, "no progress");
}

void add_emulate(CLI::App& app, bench::EmulateOptions& options) {
    CLI::App* emulate = app.add_subcommand(
        "emulate", "Serve a street's devices on this machine, for a bench or a client elsewhere");
    emulate->add_option("--site", options.site, "site file (default: the story's)");
    emulate->add_option("--story", options.story,
                        "scenario whose steps happen by themselves, from 10 s after the first "
                        "client on");
    emulate
        ->add_option("--port", options.port,
                     "of the first device, the others follow (default: free)")
        ->check(CLI::Range(1, 65535));
    emulate->add_option("--write-site", options.write_site, "site file to make that leads here")
        ->type_name("FILE");
    emulate->add_option("--seed", options.seed, "seed that replaces the story's");
    emulate->add_option("--duration", options.duration,
                        "how long, such as \"5 min\" (default: until Ctrl-C)");
}

int dispatch_command(const CLI::App& app, bench::RunOptions& options,
                     const bench::EmulateOptions& street, const std::string& clock,
                     const std::optional<bench::FeederChoice>& feeder, const std::string& what,
                     const std::vector<std::string>& files, const std::string& folder) {
    const Fixtures fixtures(fixtures_folder());
    if (app.got_subcommand("run")) {
        options.clock = clock == "wall" ? reports::ClockKind::wall : reports::ClockKind::simulated;
        return bench::run(options, fixtures);
    }
    if (app.got_subcommand("emulate")) return bench::emulate(street, fixtures);
    if (app.got_subcommand("list")) return bench::list(what, fixtures);
    if (app.got_subcommand("validate")) return bench::validate(files, feeder, fixtures);
    if (app.got_subcommand("schema")) return bench::schema(what);
    return bench::report(folder);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"islandbench: a test bench for streets that keep themselves lit"};
    app.footer(examples);
    app.set_version_flag("--version", std::string("islandbench ") + bench::version);
    app.require_subcommand(1);

    bench::RunOptions options;
    std::string clock = "sim";
    add_run(app, options, clock);
    bench::EmulateOptions street;
    add_emulate(app, street);

    bench::ScanOptions scan;
    CLI::App* scanning = app.add_subcommand(
        "scan", "Read all that a SunSpec device has; writes a map, a profile and a site stub");
    scanning->add_option("LINK", scan.link, "tcp://host:502?unit=1, rtu:/dev/ttyUSB0?unit=1")
        ->required();
    scanning->add_option("--out", scan.out, "folder to make")->capture_default_str();

    std::string what;
    app.add_subcommand("list", "What is installed")
        ->add_option("WHAT", what, "scenarios, sites, criteria, devices or feeders")
        ->required()
        ->check(CLI::IsMember({"scenarios", "sites", "criteria", "devices", "feeders"}));
    std::vector<std::string> files;
    std::optional<bench::FeederChoice> feeder;
    CLI::App* validate =
        app.add_subcommand("validate", "Everything that is wrong with files, at once");
    validate->add_option("FILE", files, "scenario, site, device profile, grid code or criteria");
    add_feeder(*validate, feeder);
    validate->require_option(1, 0);  // a file, a feeder, or both
    app.add_subcommand("schema", "JSON Schema of a kind of file, for editors")
        ->add_option("KIND", what, "scenario, site, profile, gridcode or criteria")
        ->required()
        ->check(CLI::IsMember({"scenario", "site", "profile", "gridcode", "criteria"}));
    std::string folder;
    app.add_subcommand("report", "Render a run folder again")
        ->add_option("RUN", folder, "run folder")
        ->required();

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& problem) {
        const int code = app.exit(problem);
        return code == 0 ? bench::exit_pass : bench::exit_usage;
    }
    std::signal(SIGINT, ask_to_stop);
    std::signal(SIGTERM, ask_to_stop);
    std::signal(SIGPIPE, SIG_IGN);
    if (app.got_subcommand(scanning)) return bench::scan(scan);
    return dispatch_command(app, options, street, clock, feeder, what, files, folder);
}

#include "bench/check/check.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "base/unit_text.hpp"
#include "bench/check/capabilities.hpp"
#include "bench/check/check_device.hpp"
#include "bench/check/solo_device.hpp"
#include "bench/present.hpp"
#include "bench/run.hpp"
#include "bench/run_header.hpp"
#include "bench/version.hpp"
#include "conformance/wire.hpp"
#include "drivers/eastron_meter.hpp"
#include "drivers/pylontech_bms.hpp"
#include "drivers/sunspec_battery.hpp"
#include "drivers/sunspec_meter.hpp"
#include "links/slcan_port.hpp"
#include "links/tcp_network.hpp"
#include "protocols/can/pylontech.hpp"
#include "reports/check_report.hpp"

namespace islandbench::bench {
namespace {

using conformance::Snapshot;
using conformance::Survey;

int wrong_use(const std::string& why) {
    std::cerr << "islandbench: " << why << "\n";
    return exit_usage;
}

/// The profile by its name or file.
std::optional<DeviceProfile> read_profile(const std::string& name, const Fixtures& fixtures,
                                          Diagnostics& problems) {
    const auto path = fixtures.find("profiles", name);
    const auto text = path ? read_text_file(*path) : Result<std::string>(std::string{});
    if (!path || !text) {
        problems.add(
            {name, 0, "", "no such profile" + suggestion(name, fixtures.list("profiles"))});
        return std::nullopt;
    }
    return read_device_profile(*text, path->string(), problems);
}

/// Of the device itself; a plain SunSpec device without one.
std::optional<DeviceProfile> profile_of(const CheckOptions& options, const Fixtures& fixtures,
                                        Diagnostics& problems) {
    if (!options.profile) return DeviceProfile{};
    auto profile = read_profile(*options.profile, fixtures, problems);
    const bool sunspec =
        profile && (profile->protocol == Protocol::sunspec || speaks_sunspec_100(*profile));
    if (profile && problems.empty() && !sunspec) {
        problems.add(
            {*options.profile, 0, "$.protocol", "a check needs a device that speaks SunSpec"});
    }
    return profile;
}

/// An earlier statement: what an earlier check left as capabilities.json.
std::optional<json::Value> earlier_of(const CheckOptions& options, Diagnostics& problems) {
    if (!options.against) return std::nullopt;
    const auto text = read_text_file(*options.against);
    if (!text) {
        problems.add({options.against->string(), 0, "", text.error().what});
        return std::nullopt;
    }
    json::Value value = json::parse(*text, options.against->string(), problems);
    if (problems.empty() && (!value.is(json::Kind::object) || value.find("models") == nullptr)) {
        problems.add({options.against->string(), 1, "$", "is no statement of capabilities"});
    }
    return value;
}

Task<> run_survey(Survey& survey, bool& done) {
    co_await survey.run();
    done = true;
}

/// Who stands beside the device: only read.
struct Witnesses {
    std::unique_ptr<drivers::ModbusDevice> modbus_meter, modbus_bms;
    std::unique_ptr<drivers::PylontechBms> can_bms;
    MeterPort* meter = nullptr;
    BmsPort* bms = nullptr;
};

std::optional<LinkAddress> link_of(const std::string& text, const char* option,
                                   Diagnostics& problems) {
    const auto link = parse_link_address(text);
    if (link && link->kind != LinkAddress::Kind::emulated) return *link;
    problems.add({option, 0, "", link ? "needs a link to a device" : link.error().what});
    return std::nullopt;
}

template <class Driver, class Port>
void install(std::unique_ptr<drivers::ModbusDevice>& into, Port*& port, Scheduler& clock,
             links::Network& network, const drivers::WriteGuard& guard,
             const drivers::DeviceSettings& settings) {
    auto driver = std::make_unique<Driver>(clock, network, guard, settings);
    port = driver.get();
    into = std::move(driver);
}

/// The links must have been read without a complaint.
Witnesses call_witnesses(const std::optional<LinkAddress>& meter, const DeviceProfile& profile,
                         const std::optional<LinkAddress>& bms, Scheduler& clock,
                         links::TcpNetwork& network, const drivers::WriteGuard& nobody) {
    Witnesses called;
    if (meter) {
        const drivers::DeviceSettings settings{"meter", *meter, modbus_place(*meter), profile};
        if (profile.protocol == Protocol::eastron) {
            install<drivers::EastronMeter>(called.modbus_meter, called.meter, clock, network,
                                           nobody, settings);
        } else {
            install<drivers::SunSpecMeter>(called.modbus_meter, called.meter, clock, network,
                                           nobody, settings);
        }
    }
    if (!bms) return called;
    if (bms->kind == LinkAddress::Kind::tcp || bms->kind == LinkAddress::Kind::rtu) {
        const drivers::DeviceSettings settings{"bms", *bms, modbus_place(*bms), {}};
        install<drivers::SunSpecBattery>(called.modbus_bms, called.bms, clock, network, nobody,
                                         settings);
        return called;
    }
    const auto& ids = can::pylontech::battery_ids;
    std::unique_ptr<links::CanPort> port;
    if (bms->kind == LinkAddress::Kind::slcan) {
        port = std::make_unique<links::SlcanPort>(clock, network, host_and_port(*bms));
    } else {
        port = network.can_port(bms->host, {ids.begin(), ids.end()});
    }
    called.can_bms = std::make_unique<drivers::PylontechBms>(clock, std::move(port), "bms");
    called.bms = called.can_bms.get();
    return called;
}

/// Asks until all is asked. A person who wants to stop waits for what must be set back.
void survey_device(Scheduler& clock, links::TcpNetwork& network, Survey& survey) {
    bool done = false;
    TaskGroup tasks(clock);
    tasks.spawn(run_survey(survey, done));
    clock.run_ready();
    while (!done) {
        const Instant look = clock.now() + Duration{100ms};
        clock.advance_to(network.wait(std::min(clock.next_timer(), look)));
        clock.run_ready();
    }
}

/// Rules of parts that nobody asked for are no part of the report; those of the map always are.
void keep_only(const std::set<std::string>& parts, reports::CheckRecord& record) {
    if (parts.empty()) return;
    std::erase_if(record.rows, [&](const reports::CheckRow& row) {
        const std::string group = row.id.substr(0, row.id.find('.'));
        const bool values = group == "value" || group == "plausible";
        return group != "map" && group != "witness" && !parts.contains(values ? "values" : group);
    });
}

/// What libmodbus got for a request that we found something wrong with.
std::string compared(const conformance::Exchange& ours, const conformance::Exchange& theirs) {
    using Outcome = conformance::Exchange::Outcome;
    if (theirs.outcome == Outcome::exception)
        return "exception " + modbus::to_text(*theirs.exception);
    if (theirs.outcome != Outcome::answered) return "no usable reply";
    if (theirs.registers == ours.registers) return "the same registers";
    return std::to_string(theirs.registers.size()) + " registers, others than ours";
}

Task<> repeat_reads(Scheduler& clock, links::TcpNetwork& network,
                    const conformance::SurveyOptions& options, const Snapshot& device,
                    Opinions& into, bool& done) {
    // Our own connection is closed by now; some devices take a moment before they let anybody in.
    const Duration pause = std::max(Duration{1s}, options.profile.request_gap);
    co_await clock.sleep_for(pause);
    std::vector<conformance::Exchange> journal;
    conformance::Wire wire(clock, network, "libmodbus:" + options.where, options.profile, journal);
    for (const std::size_t index : doubtful_reads(device)) {
        const conformance::Exchange& ours = device.journal[index];
        constexpr std::size_t pdu_begin = 7;
        const modbus::Pdu pdu(std::span(ours.request).subspan(pdu_begin));
        const std::size_t theirs = co_await wire.ask("second opinion", options.link.unit, pdu);
        into[index] = compared(ours, journal[theirs]);
    }
    done = true;
}

/// Another Modbus implementation is asked for the reads that violations rest on.
Opinions second_opinion(Scheduler& clock, links::TcpNetwork& network,
                        const conformance::SurveyOptions& options, const Snapshot& device) {
    Opinions opinions;
    const bool over_tcp = options.link.kind == LinkAddress::Kind::tcp;
    if (!over_tcp || device.interrupted || doubtful_reads(device).empty()) return opinions;
    bool done = false;
    TaskGroup tasks(clock);
    tasks.spawn(repeat_reads(clock, network, options, device, opinions, done));
    clock.run_ready();
    while (!done && stop_requests == 0) {
        const Instant look = clock.now() + Duration{100ms};
        clock.advance_to(network.wait(std::min(clock.next_timer(), look)));
        clock.run_ready();
    }
    return opinions;
}

class Progress {
  public:
    explicit Progress(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) != 0) {}
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void say(const std::string& what) {
        if (quiet_) return;
        clear();
        std::fprintf(stderr, terminal_ ? "%s ..." : "%s\n", what.c_str());
        drawn_ = terminal_;
    }
    void clear() {
        if (drawn_) std::fprintf(stderr, "\r\x1b[2K");
        drawn_ = false;
    }

  private:
    bool quiet_, terminal_, drawn_ = false;
};

}  // namespace

int check(const CheckOptions& options, const Fixtures& fixtures) {
    Diagnostics problems;
    const auto link = parse_link_address(options.link);
    if (!link) return wrong_use(link.error().what);
    if (link->kind != LinkAddress::Kind::tcp && link->kind != LinkAddress::Kind::rtu) {
        return wrong_use("check needs a link to Modbus: tcp:// or rtu:");
    }
    const auto profile = profile_of(options, fixtures, problems);
    const auto deviations = load_deviations(fixtures, problems);
    const auto earlier = earlier_of(options, problems);
    const auto meter = options.meter ? link_of(*options.meter, "--meter", problems) : std::nullopt;
    const auto bms = options.bms ? link_of(*options.bms, "--bms", problems) : std::nullopt;
    const auto meter_profile =
        meter ? read_profile(options.meter_profile, fixtures, problems) : DeviceProfile{};
    if (!problems.empty()) {
        std::cerr << problems;
        return exit_usage;
    }
    conformance::SurveyOptions survey_options;
    survey_options.name = profile->name;
    survey_options.may_write = options.arm.has_value();
    survey_options.link = *link;
    survey_options.where = modbus_place(*link);
    survey_options.profile = *profile;
    survey_options.has_profile = options.profile.has_value();
    survey_options.only = options.only;
    survey_options.patient = options.patient;
    std::set<std::string> armed;
    if (options.arm) armed.insert(*options.arm);
    const drivers::WriteGuard guard(armed);

    const std::string started_at = utc_now("%Y-%m-%dT%H:%M:%SZ");
    const auto folder =
        options.out.value_or(std::filesystem::path("runs") / (utc_now("%Y%m%d-%H%M%S") + "-check"));
    Scheduler clock;
    links::TcpNetwork network(clock);
    const drivers::WriteGuard nobody{{}};
    const Witnesses witnesses = call_witnesses(meter, *meter_profile, bms, clock, network, nobody);
    survey_options.meter = witnesses.meter;
    survey_options.bms = witnesses.bms;
    Survey survey(clock, network, guard, survey_options);
    Progress progress(options.quiet);
    survey.asked_to_stop = [] { return stop_requests > 0; };
    survey.tell = [&](const std::string& what) { progress.say(what); };
    const Instant begin = clock.now();
    survey_device(clock, network, survey);
    const Opinions opinions = second_opinion(clock, network, survey_options, survey.snapshot());
    progress.clear();

    const Snapshot& device = survey.snapshot();
    const bool heard = std::any_of(device.journal.begin(), device.journal.end(), [](const auto& e) {
        return e.outcome == conformance::Exchange::Outcome::answered ||
               e.outcome == conformance::Exchange::Outcome::exception;
    });
    if (!heard && !device.interrupted) {
        return complain(to_text(*link) + ": nobody answers there");
    }
    reports::CheckRecord record = record_of(device, deviations, opinions);
    keep_only(options.only, record);
    std::erase_if(record.rows, [&](const reports::CheckRow& row) {
        return !meter && !bms && row.id.starts_with("witness.");
    });
    record.link = to_text(*link);
    record.started_at = started_at;
    record.version = version;
    record.took_s = to_seconds(clock.now() - begin);
    record.strict = options.strict;
    if (earlier) {
        record.against = options.against->string();
        const CapabilityChange change = compare_capabilities(*earlier, record.capabilities);
        record.lost = change.lost;
        record.gained = change.gained;
    }
    const bool colours = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    std::cout << check_terminal(record, colours ? reports::Colours::ansi : reports::Colours::none);
    if (const auto written = write_check(folder, record); !written) {
        return complain(written.error().what);
    }
    std::cout << "\n" << (folder / "report.html").string() << "\n" << std::flush;
    if (device.interrupted) return exit_interrupted;
    if (options.arm && !device.armed && device.base) {
        return wrong_use("--arm " + *options.arm + ": the device calls itself \"" +
                         device.identity.maker + "\" \"" + device.identity.model + "\" \"" +
                         device.identity.serial + "\"; it was only read");
    }
    switch (verdict_of(record)) {
        case acceptance::Outcome::pass: return exit_pass;
        case acceptance::Outcome::fail: return exit_fail;
        case acceptance::Outcome::inconclusive: return exit_inconclusive;
        case acceptance::Outcome::error: return exit_bench_error;
    }
    return exit_bench_error;
}

}  // namespace islandbench::bench

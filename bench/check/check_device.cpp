#include "bench/check/check_device.hpp"

#include <algorithm>

#include "base/unit_text.hpp"
#include "bench/check/capabilities.hpp"
#include "conformance/controls.hpp"
#include "conformance/latency.hpp"
#include "conformance/wire.hpp"

namespace islandbench::bench {
namespace {

using conformance::Exchange;
using conformance::Judged;
using conformance::Snapshot;
using Row = reports::CheckRow;

std::string_view outcome_text(Exchange::Outcome outcome) {
    switch (outcome) {
        case Exchange::Outcome::answered: return "answered";
        case Exchange::Outcome::exception: return "refused";
        case Exchange::Outcome::silent: return "not answered";
        case Exchange::Outcome::closed: return "connection closed";
        case Exchange::Outcome::refused: return "no connection";
    }
    return "";
}

reports::CheckFrames frames_of(const Exchange& one, const std::string& opinion) {
    const auto whole = std::chrono::round<std::chrono::milliseconds>(one.took);
    std::string what = one.purpose + ", ";
    what += outcome_text(one.outcome);
    what += " after " + format_duration(whole);
    if (!opinion.empty()) what += "; libmodbus: " + opinion;
    return {conformance::hex(one.request), conformance::hex(one.reply), std::move(what)};
}

Row row_of(const Snapshot& device, const std::vector<Deviation>& known, const Opinions& opinions,
           const Judged& judged) {
    Row row;
    row.id = judged.rule->id;
    row.title = judged.rule->title;
    row.kind = json::enum_text(judged.rule->kind);
    row.not_tested = judged.judgement.not_tested;
    for (const conformance::Found& found : judged.judgement.found) {
        reports::CheckFinding finding{found.text, std::nullopt};
        const bool framed = found.exchange && !device.journal[*found.exchange].request.empty();
        if (framed) {
            const auto opinion = opinions.find(*found.exchange);
            finding.frames = frames_of(device.journal[*found.exchange],
                                       opinion == opinions.end() ? "" : opinion->second);
        }
        row.findings.push_back(std::move(finding));
    }
    if (!row.findings.empty()) {
        const bool violation = judged.rule->kind == conformance::Kind::violation;
        row.outcome = violation ? Row::Outcome::failed : Row::Outcome::noted;
        row.deviations = names_of(known, judged.rule->id);
    } else if (!row.not_tested.empty()) {
        row.outcome = Row::Outcome::not_tested;
    }
    return row;
}

std::string rounded(Duration d) {
    return format_duration(std::chrono::round<std::chrono::milliseconds>(d));
}

/// So many registers it gave at once.
std::size_t longest_read(const Snapshot& device) {
    std::size_t most = 0;
    for (const Exchange& one : device.journal) {
        if (one.ok() && !one.byte_count_wrong) most = std::max(most, one.registers.size());
    }
    return most;
}

std::vector<reports::CheckFact> facts_of(const Snapshot& device) {
    std::vector<reports::CheckFact> facts;
    if (device.base) facts.push_back({"SunS at", std::to_string(*device.base)});
    const std::string kind = conformance::kind_of(device);
    if (!kind.empty()) facts.push_back({"Kind", kind});
    std::string told;
    for (const auto* const way : conformance::ways_of(device)) {
        told += (told.empty() ? "" : "; ") + way->text();
    }
    if (!told.empty()) facts.push_back({"Takes orders by", told});
    std::string models;
    for (const auto& model : device.models) {
        models += (models.empty() ? "" : " ") + std::to_string(model.where.id);
    }
    if (!models.empty()) facts.push_back({"Models", models});
    facts.push_back({"Longest read", std::to_string(longest_read(device)) + " registers"});
    const conformance::Latency latency = conformance::latency_of(device);
    facts.push_back({"Replies after", rounded(latency.p50) + " (median), " + rounded(latency.p95) +
                                          " (95 %), " + rounded(latency.p99) + " (99 %), " +
                                          rounded(latency.max) + " at most"});
    if (const auto period = conformance::refresh_period(device)) {
        facts.push_back({"Measurements renewed", "every " + rounded(*period)});
    }
    facts.push_back({"Exchanges", std::to_string(device.journal.size())});
    return facts;
}

}  // namespace

std::vector<std::string> names_of(const std::vector<Deviation>& known, std::string_view rule) {
    std::vector<std::string> names;
    for (const Deviation& one : known) {
        if (std::find(one.finds.begin(), one.finds.end(), rule) != one.finds.end()) {
            names.push_back(one.id);
        }
    }
    return names;
}

std::vector<std::size_t> doubtful_reads(const Snapshot& device) {
    constexpr std::size_t a_few = 8;
    constexpr std::size_t pdu_begin = 7, read_size = 12;
    std::vector<std::size_t> reads;
    for (const Judged& one : conformance::judge(device)) {
        if (one.rule->kind != conformance::Kind::violation) continue;
        for (const conformance::Found& found : one.judgement.found) {
            if (!found.exchange || reads.size() == a_few) continue;
            const auto& request = device.journal[*found.exchange].request;
            const bool reads_registers =
                request.size() == read_size && (request[pdu_begin] == 3 || request[pdu_begin] == 4);
            const bool known =
                std::find(reads.begin(), reads.end(), *found.exchange) != reads.end();
            if (reads_registers && !known) reads.push_back(*found.exchange);
        }
    }
    return reads;
}

reports::CheckRecord record_of(const Snapshot& device, const std::vector<Deviation>& known,
                               const Opinions& opinions) {
    reports::CheckRecord record;
    record.device = device.base ? to_text(device.identity) : "no SunSpec device";
    record.armed = device.armed;
    record.not_armed = device.not_armed;
    record.interrupted = device.interrupted;
    record.complete = device.chains.size() > 1 || !device.base;
    record.took_nothing = device.armed && !device.writes.empty() &&
                          std::none_of(device.writes.begin(), device.writes.end(),
                                       [](const auto& w) { return w.done; });
    const std::vector<Judged> judged = conformance::judge(device);
    for (const Judged& one : judged) record.rows.push_back(row_of(device, known, opinions, one));
    for (const conformance::Write& write : device.writes) {
        record.writes.push_back({write.what, write.done, write.restored});
    }
    record.facts = facts_of(device);
    record.capabilities = capabilities_of(device, judged);
    return record;
}

}  // namespace islandbench::bench

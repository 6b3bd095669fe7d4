#include "dispatch/loop/service_memory.hpp"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <vector>

#include "base/json_binding.hpp"

namespace islandbench::dispatch {
namespace {

constexpr int version = 1;

/// ServiceState with its times as ages and rests, in milliseconds (a double holds them exactly).
struct Kept {
    std::optional<double> excess_ago, locked_for, peak_ago, calm_ago, storm_for;
    std::vector<double> counted_ago;  ///< the newest first
    double demand_mw = 0.0, aim_mw = 0.0, excursions = 0.0, highest_w = 0.0;
    int limit = 0, storm = 0;
    bool counted = false, demand_known = false;
};
template <class V>
void declare(V& v, Kept& s) {
    v.optional("excess_ago", s.excess_ago, "ms since a limit has been exceeded");
    v.optional("locked_for", s.locked_for, "ms until the lock-out ends");
    v.optional("peak_ago", s.peak_ago, "ms since the peak began");
    v.optional("calm_ago", s.calm_ago, "ms since demand is below the target");
    v.optional("storm_for", s.storm_for, "ms until the storm has passed");
    v.required("counted_ago", s.counted_ago, "ms since the last excursions");
    v.required("demand_mw", s.demand_mw, "filtered demand");
    v.required("aim_mw", s.aim_mw, "what import is held below");
    v.required("excursions", s.excursions, "counted, ever");
    v.required("highest_w", s.highest_w, "mean import of the highest quarter-hour");
    v.required("limit", s.limit, "state of the limits");
    v.required("storm", s.storm, "state of storm pre-charge");
    v.required("counted", s.counted, "the present excess is");
    v.required("demand_known", s.demand_known, "there is a filtered demand");
}

struct Document {
    int services = 0;  ///< version
    double written_s = 0.0;
    std::string checksum;
    Kept kept;
};
template <class V>
void declare(V& v, Document& s) {
    v.required("services", s.services, "version of this file");
    v.required("written_s", s.written_s, "seconds since 1970");
    v.required("checksum", s.checksum, "of all else");
    v.required("kept", s.kept, "what services must not forget");
}

/// FNV-1a of the document without it.
std::string checksum_of(const Document& document) {
    Document rest = document;
    rest.checksum.clear();
    std::uint64_t sum = 0xcbf29ce484222325U;
    for (const char c : json::to_text(json::write_document(rest))) {
        sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(sum));
    return text;
}

std::optional<double> ago(std::int64_t then_ms, std::int64_t now_ms) {
    if (then_ms == core::never_reported) return std::nullopt;
    return static_cast<double>(now_ms - then_ms);
}

/// So long before `then_ms`; a number that nobody wrote means nothing.
std::int64_t before(std::optional<double> ms, std::int64_t then_ms) {
    constexpr double most = 1e15;
    if (!ms) return core::never_reported;
    return then_ms - static_cast<std::int64_t>(std::clamp(*ms, -most, most));
}

std::optional<double> minus(std::optional<double> ms) {
    return ms ? std::optional(-*ms) : std::nullopt;
}

Kept kept_of(const core::ServiceState& s, std::int64_t now_ms) {
    Kept k;
    k.excess_ago = ago(s.excess_since_ms, now_ms);
    k.locked_for = minus(ago(s.locked_until_ms, now_ms));
    k.peak_ago = ago(s.peak_since_ms, now_ms);
    k.calm_ago = ago(s.calm_since_ms, now_ms);
    k.storm_for = minus(ago(s.storm_until_ms, now_ms));
    for (const std::int64_t at : s.counted_ms) {
        if (const auto ms = ago(at, now_ms)) k.counted_ago.push_back(*ms);
    }
    k.demand_mw = static_cast<double>(s.demand_mw);
    k.aim_mw = static_cast<double>(s.aim_mw);
    k.excursions = s.excursions;
    k.highest_w = s.highest_w;
    k.limit = static_cast<int>(s.limit);
    k.storm = static_cast<int>(s.storm);
    k.counted = s.counted != 0;
    k.demand_known = s.demand_known != 0;
    return k;
}

/// `written_ms`: the moment of writing by the loop's clock.
core::ServiceState state_of(const Kept& k, std::int64_t written_ms) {
    core::ServiceState s;
    s.excess_since_ms = before(k.excess_ago, written_ms);
    s.locked_until_ms = before(minus(k.locked_for), written_ms);
    s.peak_since_ms = before(k.peak_ago, written_ms);
    s.calm_since_ms = before(k.calm_ago, written_ms);
    s.storm_until_ms = before(minus(k.storm_for), written_ms);
    for (std::size_t i = 0; i < std::min(k.counted_ago.size(), s.counted_ms.size()); ++i) {
        s.counted_ms[i] = before(k.counted_ago[i], written_ms);
    }
    s.demand_mw = static_cast<std::int64_t>(k.demand_mw);
    s.aim_mw = static_cast<std::int64_t>(k.aim_mw);
    s.excursions = static_cast<std::int32_t>(k.excursions);
    s.highest_w = static_cast<std::int32_t>(k.highest_w);
    s.limit = static_cast<core::LimitState>(k.limit);
    s.storm = static_cast<core::StormState>(k.storm);
    s.counted = k.counted ? 1 : 0;
    s.demand_known = k.demand_known ? 1 : 0;
    return s;
}

}  // namespace

std::string to_text(const core::ServiceState& state, std::int64_t now_ms, std::int64_t wall_s) {
    Document document;
    document.services = version;
    document.written_s = static_cast<double>(wall_s);
    document.kept = kept_of(state, now_ms);
    document.checksum = checksum_of(document);
    return json::to_text(json::write_document(document)) + "\n";
}

Result<core::ServiceState> service_memory(std::string_view text, std::int64_t now_ms,
                                          std::int64_t wall_s) {
    Diagnostics problems;
    const auto bad = [](const std::string& why) { return failure(ErrorCode::bad_input, why); };
    // The version first: another one may have other keys.
    const json::Value root = json::parse(text, "", problems);
    const json::Value* told = root.is(json::Kind::object) ? root.find("services") : nullptr;
    if (!problems.empty() || told == nullptr || !told->is(json::Kind::integer)) {
        return bad("is damaged, or something else");
    }
    if (told->integer() != version) {
        return bad("is of version " + std::to_string(told->integer()) + ", not " +
                   std::to_string(version));
    }
    const auto document = json::read_document<Document>(text, "", problems);
    if (!problems.empty() || document.checksum != checksum_of(document)) return bad("is damaged");
    const Kept& kept = document.kept;
    const bool known =
        kept.limit >= 0 && kept.limit <= static_cast<int>(core::LimitState::locked) &&
        kept.storm >= 0 && kept.storm <= static_cast<int>(core::StormState::returning);
    if (!known) return bad("says what cannot be");
    const auto written_s = static_cast<std::int64_t>(std::clamp(document.written_s, 0.0, 1e12));
    const bool looked = wall_s > 0 && written_s > 0;
    const std::int64_t gone_s = looked ? std::max<std::int64_t>(0, wall_s - written_s) : 0;
    return state_of(kept, now_ms - gone_s * 1000);
}

core::ServiceState locked_services(const core::ServiceConfig& config, std::int64_t now_ms) {
    core::ServiceState state;
    state.limit = core::LimitState::locked;
    state.locked_until_ms = now_ms + config.lock_ms;
    return state;
}

}  // namespace islandbench::dispatch

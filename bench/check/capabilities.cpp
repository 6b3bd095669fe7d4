#include "bench/check/capabilities.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "conformance/controls.hpp"
#include "conformance/latency.hpp"

namespace islandbench::bench {
namespace {

using conformance::Judged;
using conformance::ModelData;
using conformance::Snapshot;

struct Ability {
    const char* name;
    const char* rule;  ///< that proves it
    bool (*offered)(const Snapshot& device);
};

bool has(const Snapshot& device, std::uint16_t model, std::string_view point) {
    return static_cast<bool>(number(device.find(model), point));
}

/// By any of its ways in.
template <conformance::Lever conformance::Controls::*lever,
          std::string_view conformance::Lever::*point = &conformance::Lever::value>
bool takes(const Snapshot& device) {
    const auto ways = ways_of(device);
    return std::any_of(ways.begin(), ways.end(), [&](const conformance::Controls* way) {
        const conformance::Lever& one = way->*lever;
        return has(device, one.model, one.*point);
    });
}

using conformance::Controls;
using conformance::Lever;

constexpr Ability abilities[] = {
    {"set_point", "control.set_point", takes<&Controls::set_point>},
    {"reversion", "control.reversion", takes<&Controls::set_point, &Lever::time_out>},
    {"limit", "control.limit", takes<&Controls::limit>},
    {"permission", "control.permission", takes<&Controls::permission>},
    {"power_factor", "control.power_factor", takes<&Controls::factor>},
    {"reactive_power", "control.reactive", takes<&Controls::reactive, &Lever::enable>},
    {"reserve", "control.reserve", [](const Snapshot& d) { return has(d, 124, "MinRsvPct"); }},
    {"curves", "control.curves", [](const Snapshot& d) { return has(d, 705, "AdptCrvReq"); }},
};

const Judged* find(const std::vector<Judged>& judged, std::string_view rule) {
    const auto found = std::find_if(judged.begin(), judged.end(),
                                    [&](const Judged& j) { return j.rule->id == rule; });
    return found == judged.end() ? nullptr : &*found;
}

std::string standing(const Snapshot& device, const std::vector<Judged>& judged,
                     const Ability& ability) {
    if (!ability.offered(device)) return "not offered";
    const Judged* const rule = find(judged, ability.rule);
    if (rule == nullptr) return "declared";
    if (!rule->judgement.found.empty()) return "failed";
    return rule->judgement.not_tested.empty() ? "proven" : "declared";
}

json::Value model_json(const ModelData& model) {
    json::Value one = json::Value::object();
    one.set("id", int{model.where.id});
    one.set("address", int{model.where.address});
    one.set("length", int{model.where.length});
    json::Value points = json::Value::array();
    std::set<std::string> told;
    for_each_point(model, [&](const sunspec::Point& p) {
        const bool there = p.type == sunspec::Type::string ? !model.view().text(p).empty()
                                                           : !model.view().number(p).absent();
        const bool counts = p.type != sunspec::Type::pad && p.name != "ID" && p.name != "L";
        if (there && counts && told.emplace(p.name).second) points.push(p.name);
    });
    one.set("points", std::move(points));
    return one;
}

/// "model 701", "point 701 W", "ability set_point", ...: what a statement says that can be lost.
std::set<std::string> claims(const json::Value& statement) {
    std::set<std::string> all;
    if (const json::Value* const models = statement.find("models")) {
        for (const json::Value& model : models->items()) {
            const std::string id = std::to_string(model.find("id")->integer());
            all.insert("model " + id);
            for (const json::Value& point : model.find("points")->items()) {
                all.insert("point " + id + " " + point.text());
            }
        }
    }
    if (const json::Value* const broken = statement.find("rules_held")) {
        for (const json::Value& rule : broken->items()) all.insert("rule " + rule.text());
    }
    return all;
}

const json::Value* member(const json::Value& statement, const char* group,
                          const std::string& name) {
    const json::Value* const object = statement.find(group);
    return object == nullptr ? nullptr : object->find(name);
}

std::string text_of(const json::Value* value) {
    return value == nullptr || !value->is(json::Kind::string) ? "" : value->text();
}

}  // namespace

json::Value capabilities_of(const Snapshot& device, const std::vector<Judged>& judged) {
    json::Value root = json::Value::object();
    json::Value who = json::Value::object();
    who.set("maker", device.identity.maker);
    who.set("model", device.identity.model);
    who.set("version", device.identity.version);
    who.set("serial", device.identity.serial);
    root.set("device", std::move(who));
    root.set("kind", conformance::kind_of(device));
    json::Value ways = json::Value::array();
    for (const auto* const way : ways_of(device)) ways.push(way->text());
    root.set("orders_by", std::move(ways));
    root.set("register_base", device.base ? int{*device.base} : -1);
    root.set("read_max", device.read_max);
    json::Value models = json::Value::array();
    for (const ModelData& model : device.models) models.push(model_json(model));
    root.set("models", std::move(models));
    json::Value can = json::Value::object();
    for (const Ability& ability : abilities)
        can.set(ability.name, standing(device, judged, ability));
    root.set("abilities", std::move(can));
    const conformance::Latency latency = conformance::latency_of(device);
    json::Value times = json::Value::object();
    times.set("p50", to_seconds(latency.p50));
    times.set("p95", to_seconds(latency.p95));
    times.set("p99", to_seconds(latency.p99));
    times.set("max", to_seconds(latency.max));
    root.set("reply_s", std::move(times));
    if (const auto period = conformance::refresh_period(device)) {
        root.set("refresh_s", to_seconds(*period));
    }
    json::Value held = json::Value::array(), broken = json::Value::array();
    for (const Judged& one : judged) {
        const bool found = !one.judgement.found.empty();
        if (!found && !one.judgement.not_tested.empty()) continue;
        (found ? broken : held).push(one.rule->id);
    }
    root.set("rules_held", std::move(held));
    root.set("rules_broken", std::move(broken));
    return root;
}

CapabilityChange compare_capabilities(const json::Value& earlier, const json::Value& now) {
    CapabilityChange change;
    const std::set<std::string> before = claims(earlier), after = claims(now);
    std::set<std::string> broken;
    if (const json::Value* const rules = now.find("rules_broken")) {
        for (const json::Value& rule : rules->items()) broken.insert(rule.text());
    }
    for (const std::string& claim : before) {
        if (after.contains(claim)) continue;
        const bool is_rule = claim.starts_with("rule ");
        // A rule that was not tested this time says nothing.
        if (is_rule && !broken.contains(claim.substr(5))) continue;
        const std::size_t space = claim.rfind(' ');
        const bool model_gone =
            claim.starts_with("point ") && !after.contains("model " + claim.substr(6, space - 6));
        if (!model_gone) change.lost.push_back(claim);
    }
    for (const std::string& claim : after) {
        const std::size_t space = claim.rfind(' ');
        const bool with_model =
            claim.starts_with("point ") && !before.contains("model " + claim.substr(6, space - 6));
        const bool is_rule = claim.starts_with("rule ");
        if (!before.contains(claim) && !with_model && !is_rule) change.gained.push_back(claim);
    }
    for (const Ability& ability : abilities) {
        const std::string was = text_of(member(earlier, "abilities", ability.name));
        const std::string is = text_of(member(now, "abilities", ability.name));
        if (was == is || was.empty() || is.empty()) continue;
        const std::string text = std::string(ability.name) + " was " + was + ", is " + is;
        const bool worse = is == "failed" || (is == "not offered" && was != "failed");
        if (worse) change.lost.push_back(text);
        const bool better = is == "proven" || (is == "declared" && was == "not offered");
        if (better) change.gained.push_back(text);
    }
    const json::Value* const most = earlier.find("read_max");
    const json::Value* const most_now = now.find("read_max");
    if (most != nullptr && most_now != nullptr && most_now->integer() < most->integer()) {
        change.lost.push_back("reads of " + std::to_string(most->integer()) + " registers, now " +
                              std::to_string(most_now->integer()));
    }
    return change;
}

}  // namespace islandbench::bench

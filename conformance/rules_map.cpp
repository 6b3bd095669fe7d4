#include <algorithm>
#include <map>

#include "conformance/rules.hpp"
#include "protocols/sunspec/chain.hpp"

/// Where the map is, and whether its chain of models is whole.
namespace islandbench::conformance {
namespace {

using Kind_ = sunspec::Finding::Kind;
using Outcome = Exchange::Outcome;

std::string at(int address) {
    return " at " + std::to_string(address);
}
std::string model_text(const sunspec::ModelAddress& where) {
    return "model " + std::to_string(where.id) + at(where.address);
}

/// The models of the chain, up to a wrong L. There must be a chain.
std::span<const sunspec::ModelAddress> trusted(const Snapshot& device) {
    const Chain& chain = device.chains.front();
    return std::span(chain.models).first(std::min(chain.trusted, chain.models.size()));
}

const Judgement no_map = Judgement::unknown("there is no map");

/// Passes a finding of the walk on.
Judgement of_walk(const Snapshot& device, Kind_ kind) {
    if (device.chains.empty()) return no_map;
    Judgement judgement;
    for (const sunspec::Finding& finding : device.chains.front().findings) {
        if (finding.kind == kind) judgement.add(finding.text);
    }
    return judgement;
}

Judgement found(const Snapshot& device) {
    Judgement judgement;
    if (device.base) return judgement;
    const Exchange* const last = device.last_of("bases");
    const bool answers = last != nullptr && (last->outcome == Outcome::answered ||
                                             last->outcome == Outcome::exception);
    judgement.add(answers ? "the device answers, but \"SunS\" stands nowhere"
                          : "the device does not answer");
    return judgement;
}

Judgement other_unit(const Snapshot& device) {
    Judgement judgement;
    if (device.other_unit) {
        judgement.add("\"SunS\" stands at unit " + std::to_string(*device.other_unit) +
                          ", not at the unit of the link",
                      device.probe("bases")->back());
    }
    return judgement;
}

/// A gateway that has nobody of that unit id behind it.
Judgement unit_unknown(const Snapshot& device) {
    Judgement judgement;
    if (device.base || device.other_unit) return judgement;
    const Steps* const bases = device.probe("bases");
    if (bases == nullptr) return judgement;
    for (const std::size_t step : *bases) {
        const auto exception = device.journal[step].exception;
        if (exception == modbus::ExceptionCode::gateway_target_failed_to_respond ||
            exception == modbus::ExceptionCode::gateway_path_unavailable) {
            judgement.add("a gateway says that nobody answers to this unit id", step);
            break;
        }
    }
    return judgement;
}

Judgement shifted(const Snapshot& device) {
    Judgement judgement;
    if (!device.base) return judgement;
    for (const int right : {0, 40000, 50000}) {
        const int off = *device.base - right;
        if (off == 1 || off == -1) {
            judgement.add("\"SunS\" stands" + at(*device.base) + ", one register off " +
                          std::to_string(right));
        }
    }
    return judgement;
}

Judgement common_first(const Snapshot& device) {
    return of_walk(device, Kind_::first_model_not_common);
}

Judgement common_length(const Snapshot& device) {
    if (device.chains.empty()) return no_map;
    Judgement judgement;
    for (const auto& where : device.chains.front().models) {
        if (where.id == 1 && where.length == 65) {
            judgement.add("model 1 has L 65, without its pad: the next model stands" +
                          at(where.address + where.size()));
        }
    }
    return judgement;
}

Judgement length_lies(const Snapshot& device) {
    if (device.chains.empty()) return no_map;
    Judgement judgement;
    for (const auto& next : device.behind_lie) {
        judgement.add("an L leads past " + model_text(next) + ", where the table's length leads");
    }
    return judgement;
}

/// What of_walk() says of lengths, without those that other rules name.
Judgement length(const Snapshot& device) {
    if (device.chains.empty()) return no_map;
    Judgement judgement;
    for (const auto& where : trusted(device)) {
        const sunspec::Model* const model = sunspec::find_model(where.id);
        if (model == nullptr || model->repetition.stride > 0) continue;
        if (where.size() == model->size() || (where.id == 1 && where.length == 65)) continue;
        judgement.add(model_text(where) + ": L is " + std::to_string(where.length) +
                      ", the table has " + std::to_string(model->size() - 2));
    }
    return judgement;
}

Judgement group_cut(const Snapshot& device) {
    if (device.chains.empty()) return no_map;
    Judgement judgement;
    for (const auto& where : trusted(device)) {
        const sunspec::Model* const model = sunspec::find_model(where.id);
        if (model == nullptr || model->repetition.stride == 0) continue;
        const sunspec::Repetition& group = model->repetition;
        int stride = group.stride;
        if (group.has_slots()) {
            const auto data = std::find_if(device.models.begin(), device.models.end(),
                                           [&](const ModelData& d) { return d.where == where; });
            if (data == device.models.end() || !data->read) continue;
            stride = group.size(data->view().slots());
        }
        const int left = where.size() - model->size();
        if (left >= 0 && left % stride == 0) continue;
        judgement.add(model_text(where) + ": L is " + std::to_string(where.length) + ", " +
                      std::to_string(left) + " registers for groups of " + std::to_string(stride));
    }
    return judgement;
}

Judgement ended_by_zero(const Snapshot& device) {
    return of_walk(device, Kind_::ended_by_zero);
}

Judgement end_without_length(const Snapshot& device) {
    const Exchange* const end = device.last_of("end_length");
    if (end == nullptr) return Judgement::unknown("the end of the chain was not found");
    if (device.chains.front().end_id != sunspec::end_id) return {};
    Judgement judgement;
    if (end->outcome != Outcome::answered && end->outcome != Outcome::exception) {
        return Judgement::unknown("the L of the end model was asked for and not answered");
    }
    if (end->outcome == Outcome::exception) {
        judgement.add("the L of the end model is refused: " + modbus::to_text(*end->exception),
                      device.probe("end_length")->back());
    } else if (!end->registers.empty() && end->registers[0] != 0) {
        judgement.add("the end model has L " + std::to_string(end->registers[0]),
                      device.probe("end_length")->back());
    }
    return judgement;
}

Judgement broken_off(const Snapshot& device) {
    if (device.chains.empty()) return no_map;
    Judgement judgement;
    for (const sunspec::Finding& finding : device.chains.front().findings) {
        const bool broken =
            finding.kind == Kind_::id_refused || finding.kind == Kind_::length_refused ||
            finding.kind == Kind_::length_zero || finding.kind == Kind_::past_last_address ||
            finding.kind == Kind_::too_many_models;
        if (broken) judgement.add(finding.text);
    }
    return judgement;
}

Judgement answers_behind_end(const Snapshot& device) {
    const Exchange* const past = device.last_of("past_end");
    if (past == nullptr) return Judgement::unknown("the end of the chain was not found");
    Judgement judgement;
    if (past->ok()) {
        judgement.add("registers behind the end model answer: a model may have been cut off there",
                      device.probe("past_end")->back());
    }
    return judgement;
}

Judgement model_off_chain(const Snapshot& device) {
    if (device.chains.empty()) return no_map;
    Judgement judgement;
    for (const auto& where : device.off_chain) {
        judgement.add(model_text(where) + " stands behind the end of the chain");
    }
    return judgement;
}

Judgement unreadable(const Snapshot& device) {
    if (device.chains.empty()) return no_map;
    Judgement judgement;
    for (const ModelData& model : device.models) {
        if (model.model == nullptr || model.read) continue;
        judgement.add(
            model_text(model.where) + " is in the chain and cannot be read: " + model.trouble,
            model.steps.empty() ? std::nullopt : std::optional(model.steps.back()));
    }
    return judgement;
}

/// A float model beside a scaled one that measures the same, or where the profile has the other
/// kind: somebody can change it by a menu, and has.
Judgement float_models(const Snapshot& device) {
    if (device.chains.empty()) return no_map;
    const auto is_float = [](std::uint16_t id) {
        return (id >= 111 && id <= 113) || (id >= 211 && id <= 214);
    };
    const auto is_scaled = [](std::uint16_t id) {
        return id == 701 || (id >= 101 && id <= 103) || (id >= 201 && id <= 204);
    };
    const bool beside = std::any_of(trusted(device).begin(), trusted(device).end(),
                                    [&](const auto& where) { return is_scaled(where.id); });
    const bool wanted =
        device.has_profile && device.profile.protocol == Protocol::sunspec_100_float;
    const bool expected = !device.has_profile || wanted;
    Judgement judgement;
    for (const auto& where : trusted(device)) {
        if (wanted && where.id >= 101 && where.id <= 103) {
            judgement.add(model_text(where) + " is a scaled one, the profile has float32");
        }
        if (!is_float(where.id) || (!beside && expected)) continue;
        judgement.add(model_text(where) +
                      " is a float32 one: a menu may change it to scaled numbers, and move "
                      "what follows");
    }
    return judgement;
}

Judgement repeated(const Snapshot& device) {
    if (device.chains.empty()) return no_map;
    Judgement judgement;
    std::map<std::uint16_t, int> times;
    for (const auto& where : trusted(device)) {
        if (where.id == 1) times.clear();  // a device of its own begins
        if (++times[where.id] > 1) judgement.add(model_text(where) + " is there again");
    }
    return judgement;
}

Judgement several_commons(const Snapshot& device) {
    if (device.chains.empty()) return no_map;
    Judgement judgement;
    int commons = 0;
    for (const auto& where : trusted(device)) {
        if (where.id == 1 && ++commons > 1) {
            judgement.add(model_text(where) + ": another device in the same chain");
        }
    }
    return judgement;
}

std::string ids_of(const Chain& chain) {
    std::string text;
    for (const auto& where : chain.models) {
        text += (text.empty() ? "" : " ") + std::to_string(where.id);
    }
    return text;
}

Judgement grew(const Snapshot& device) {
    if (device.chains.size() < 2) return Judgement::unknown("the chain was walked only once");
    Judgement judgement;
    const Chain& first = device.chains.front();
    const Chain& last = device.chains.back();
    if (last.models.size() > first.models.size()) {
        judgement.add("the chain was " + ids_of(first) + " and has become " + ids_of(last));
    }
    return judgement;
}

Judgement moved(const Snapshot& device) {
    if (device.chains.size() < 2) return Judgement::unknown("the chain was walked only once");
    Judgement judgement;
    const Chain& first = device.chains.front();
    const Chain& last = device.chains.back();
    if (last.models != first.models && last.models.size() <= first.models.size()) {
        judgement.add("the chain was " + ids_of(first) + " and has become " + ids_of(last) +
                      ", or its models have moved");
    }
    return judgement;
}

/// The models that a driver of such a profile reads first; empty: it is not known here.
std::vector<std::uint16_t> models_of(const DeviceProfile& profile) {
    if (profile.role == Role::inverter && speaks_sunspec_100(profile)) {
        return {101, 102, 103, 111, 112, 113};
    }
    if (profile.role == Role::inverter) return {701};
    if (profile.role == Role::meter) return {201, 202, 203, 204, 211, 212, 213, 214};
    return {};
}

Judgement as_profile_says(const Snapshot& device) {
    if (!device.has_profile) return Judgement::unknown("no profile was named");
    if (device.find(1) == nullptr) return no_map;
    Judgement judgement;
    const auto compare = [&](const char* what, const std::string& told, const std::string& is) {
        if (!told.empty() && told != is) {
            judgement.add(std::string(what) + " is \"" + is + "\", the profile says \"" + told +
                          "\"");
        }
    };
    compare("the maker", device.profile.maker, device.identity.maker);
    compare("the product", device.profile.model, device.identity.model);
    const auto models = models_of(device.profile);
    const bool any = std::any_of(models.begin(), models.end(),
                                 [&](std::uint16_t id) { return device.find(id) != nullptr; });
    if (!models.empty() && !any) {
        judgement.add("the profile is of a device with model " + std::to_string(models.front()) +
                      (models.size() > 1 ? " or its like" : "") + ", and it has none");
    }
    if (device.base && device.profile.register_base != *device.base) {
        judgement.add("\"SunS\" stands" + at(*device.base) + ", the profile says " +
                      std::to_string(device.profile.register_base));
    }
    return judgement;
}

constexpr Rule table[] = {
    {"map.found", Kind::violation, "\"SunS\" stands at 40000, 0 or 50000", found},
    {"map.other_unit", Kind::condition, "The map is at the unit id of the link", other_unit},
    {"map.unit_unknown", Kind::condition, "Somebody answers to the unit id", unit_unknown},
    {"map.shifted", Kind::violation, "Registers count from 0, not from 1", shifted},
    {"map.common_first", Kind::violation, "The chain begins with model 1", common_first},
    {"map.common_length", Kind::variant, "Model 1 has its pad", common_length},
    {"map.length_lies", Kind::violation, "L leads to the next model", length_lies},
    {"map.length", Kind::violation, "L is that of the model's table", length},
    {"map.group_cut", Kind::violation, "Repeating groups are whole", group_cut},
    {"map.ended_by_zero", Kind::violation, "The chain ends with ID 65535", ended_by_zero},
    {"map.end_without_length", Kind::violation, "The end model has L 0", end_without_length},
    {"map.broken_off", Kind::violation, "The chain can be walked to its end", broken_off},
    {"map.answers_behind_end", Kind::variant, "Nothing answers behind the end", answers_behind_end},
    {"map.model_off_chain", Kind::violation, "Every model is in the chain", model_off_chain},
    {"map.model_unreadable", Kind::violation, "Every model can be read", unreadable},
    {"map.float_models", Kind::variant, "Numbers are of the kind that was expected", float_models},
    {"map.model_repeated", Kind::variant, "Each model is there once", repeated},
    {"map.several_commons", Kind::variant, "The chain is one device", several_commons},
    {"map.chain_grew", Kind::condition, "The chain is complete from the beginning", grew},
    {"map.chain_moved", Kind::violation, "The chain stays as it is", moved},
    {"map.profile", Kind::violation, "The device is the one of the profile", as_profile_says},
};

}  // namespace

const std::span<const Rule> detail::map_rules = table;

}  // namespace islandbench::conformance

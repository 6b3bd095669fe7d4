#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>

#include "conformance/controls.hpp"
#include "conformance/rules.hpp"

/// What stands in the registers: types, scale factors, not-implemented values, texts, enums.
namespace islandbench::conformance {
namespace {

using detail::named;
using detail::shown_by;
using sunspec::Point;
using sunspec::Type;

const Judgement nothing_read = Judgement::unknown("no model could be read");

/// Asks `judge(model, point, judgement)` of every point of every model that was read.
template <class Visit>
Judgement each_point(const Snapshot& device, Visit visit) {
    bool any = false;
    Judgement judgement;
    for (const ModelData& model : device.models) {
        if (model.model == nullptr || !model.read) continue;
        any = true;
        for_each_point(model, [&](const Point& p) {
            if (judgement.found.size() < most_found) visit(model, p, judgement);
        });
    }
    return any ? judgement : nothing_read;
}

Judgement mandatory(const Snapshot& device) {
    return each_point(device, [](const ModelData& model, const Point& p, Judgement& into) {
        // A counter of 0 has not counted anything yet.
        const bool counter =
            p.type == Type::acc16 || p.type == Type::acc32 || p.type == Type::acc64;
        if (!p.mandatory || p.type == Type::pad || counter) return;
        const bool absent =
            p.type == Type::string ? model.view().text(p).empty() : model.view().number(p).absent();
        if (absent)
            into.add(named(model, p) + " is mandatory and not implemented", shown_by(model));
    });
}

Judgement scale_not_implemented(const Snapshot& device) {
    return each_point(device, [](const ModelData& model, const Point& p, Judgement& into) {
        if (p.scale_offset == 0 || p.type == Type::string) return;
        const bool lost =
            model.view().number(p).problem() == sunspec::Problem::scale_not_implemented;
        // Beside a zero it does no harm.
        const auto bits = registers(model, p);
        const bool zero = std::all_of(bits.begin(), bits.end(), [](auto r) { return r == 0; });
        if (lost && !zero) {
            into.add(named(model, p) + " has a value, and its scale factor " +
                         std::string(p.scale) + " is not implemented",
                     shown_by(model));
        }
    });
}

Judgement scale_range(const Snapshot& device) {
    return each_point(device, [](const ModelData& model, const Point& p, Judgement& into) {
        if (p.type != Type::sunssf) return;
        const auto raw = std::bit_cast<std::int16_t>(registers(model, p)[0]);
        if (raw != INT16_MIN && (raw < -10 || raw > 10)) {
            into.add(named(model, p) + " is " + std::to_string(raw) + ", outside -10..10",
                     shown_by(model));
        }
    });
}

Judgement enums(const Snapshot& device) {
    return each_point(device, [](const ModelData& model, const Point& p, Judgement& into) {
        if ((p.type != Type::enum16 && p.type != Type::enum32) || p.symbols.empty()) return;
        const auto raw = model.view().raw(p);
        if (!raw) return;
        const std::string wanted = std::to_string(*raw) + "=";
        const std::string symbols(p.symbols);
        if (symbols.starts_with(wanted) || symbols.find(";" + wanted) != std::string::npos) return;
        into.add(named(model, p) + " is " + std::to_string(*raw) + ", which means nothing",
                 shown_by(model));
    });
}

/// The not-implemented value of another type, shown as a number.
Judgement other_types_ni(const Snapshot& device) {
    return each_point(device, [](const ModelData& model, const Point& p, Judgement& into) {
        const auto bits = registers(model, p);
        const bool measured = p.unit == "V" || p.unit == "A" || p.unit == "W" || p.unit == "VA" ||
                              p.unit == "Var" || p.unit == "var" || p.unit == "Hz";
        if (!measured || p.writable() || !model.view().number(p)) return;
        const bool uint = (p.type == Type::uint16 && bits[0] == 0x8000) ||
                          (p.type == Type::uint32 && bits[0] == 0x8000 && bits[1] == 0);
        const bool sint = (p.type == Type::int16 && bits[0] == 0x7FFF) ||
                          (p.type == Type::int32 && bits[0] == 0x7FFF && bits[1] == 0xFFFF);
        if (uint || sint) {
            into.add(named(model, p) + " shows " + figure(*model.view().number(p)) + " " +
                         std::string(p.unit) +
                         ", which is what others write for \"not implemented\"",
                     shown_by(model));
        }
    });
}

Judgement nan_payload(const Snapshot& device) {
    return each_point(device, [](const ModelData& model, const Point& p, Judgement& into) {
        if (p.type != Type::float32) return;
        const auto bits = registers(model, p);
        const std::uint32_t raw = (std::uint32_t{bits[0]} << 16) | bits[1];
        const float value = std::bit_cast<float>(raw);
        const bool other_nan = std::isnan(value) && raw != 0x7FC00000;
        // What some write in place of a NaN.
        const bool absurd = raw == 0x4EFF8000;
        if (other_nan || absurd) {
            char text[16];
            std::snprintf(text, sizeof text, "%08X", raw);
            into.add(
                named(model, p) + " is 0x" + text + ", expected 0x7FC00000 for \"not implemented\"",
                shown_by(model));
        }
    });
}

Judgement texts(const Snapshot& device) {
    return each_point(device, [](const ModelData& model, const Point& p, Judgement& into) {
        if (p.type != Type::string) return;
        std::string bytes;
        for (const std::uint16_t r : registers(model, p)) {
            bytes += static_cast<char>(r >> 8);
            bytes += static_cast<char>(r & 0xFF);
        }
        const std::size_t end = std::min(bytes.find('\0'), bytes.size());
        const bool behind = bytes.find_first_not_of('\0', end) != std::string::npos;
        const std::string text = bytes.substr(0, end);
        const bool odd = std::any_of(text.begin(), text.end(), [](char c) {
            const auto u = static_cast<unsigned char>(c);
            return u < 0x20 || u == 0xFF || u == 0x7F;
        });
        const bool no_utf8 = model.view().text(p).find("\xEF\xBF\xBD") != std::string::npos;
        const bool blanks = !text.empty() && text.back() == ' ';
        const char* const what = odd || no_utf8 ? "has bytes that are no text"
                                 : behind       ? "has something behind its end"
                                 : blanks       ? "ends with blanks"
                                                : nullptr;
        if (what != nullptr) into.add(named(model, p) + " " + what, shown_by(model));
    });
}

Judgement pads(const Snapshot& device) {
    return each_point(device, [](const ModelData& model, const Point& p, Judgement& into) {
        if (p.type != Type::pad || registers(model, p)[0] == 0x8000) return;
        into.add(named(model, p) + " is " + std::to_string(registers(model, p)[0]) +
                     ", not 0x8000; it means nothing",
                 shown_by(model));
    });
}

Judgement ratings(const Snapshot& device) {
    struct Rating {
        std::uint16_t model;
        std::string_view point;
    };
    constexpr Rating all[] = {{702, "WMaxRtg"}, {702, "VAMaxRtg"}, {702, "WMax"},  {702, "VNomRtg"},
                              {702, "VNom"},    {713, "WHRtg"},    {802, "AHRtg"}, {802, "WHRtg"},
                              {802, "SoCMax"},  {120, "WRtg"},     {120, "VARtg"}, {121, "WMax"},
                              {121, "VRef"}};
    Judgement judgement;
    bool any = false;
    for (const Rating& rating : all) {
        const ModelData* const model = device.find(rating.model);
        const sunspec::Reading reading = number(model, rating.point);
        if (!reading) continue;
        any = true;
        if (*reading == 0.0) {
            judgement.add(std::to_string(rating.model) + " " + std::string(rating.point) + " is 0",
                          shown_by(*model));
        }
    }
    return any ? judgement : Judgement::unknown("it tells no ratings");
}

/// 32 bits with the low word first: out of range as they stand, in it when swapped.
Judgement words_swapped(const Snapshot& device) {
    return each_point(device, [](const ModelData& model, const Point& p, Judgement& into) {
        if (p.registers != 2 || p.unit != "Hz" || p.writable()) return;
        const sunspec::Reading as_is = model.view().number(p);
        if (!as_is || (*as_is > 40.0 && *as_is < 70.0)) return;
        const auto bits = registers(model, p);
        const std::uint16_t swapped[] = {bits[1], bits[0]};
        const auto exponent = model.view().exponent(p);
        if (!exponent) return;
        const double other = sunspec::decode_number(p.type, swapped, *exponent).value_or(0.0);
        if (other > 40.0 && other < 70.0) {
            into.add(named(model, p) + " is " + figure(*as_is) + " Hz, and " + figure(other) +
                         " Hz with its registers swapped",
                     shown_by(model));
        }
    });
}

Judgement power_factor(const Snapshot& device) {
    return each_point(device, [](const ModelData& model, const Point& p, Judgement& into) {
        const bool is_pf = p.name == "PF" || p.name == "PFphA";
        if (!is_pf || p.writable()) return;
        const sunspec::Reading pf = model.view().number(p);
        // The scaled models of the 1xx and 2xx kind have percent.
        const bool percent = p.unit == "Pct";
        if (!pf || *pf == 0.0) return;
        const double most = percent ? 100.0 : 1.0;
        const bool too_large = std::fabs(*pf) > most * 1.001;
        const bool too_small = percent && std::fabs(*pf) <= 1.0;
        if (too_large || too_small) {
            into.add(named(model, p) + " is " + figure(*pf) + (percent ? " %" : "") +
                         ", expected up to " + figure(most),
                     shown_by(model));
        }
    });
}

Judgement coarse(const Snapshot& device) {
    const ModelData* const ac = ac_of(device);
    const double rating = rated_power(device);
    const sunspec::Reading exponent = number(ac, "W_SF");
    if (!exponent || rating <= 0.0) return Judgement::unknown("no power with a rating");
    const double step = std::pow(10.0, *exponent);
    Judgement judgement;
    if (step >= 10.0 && step > rating * 0.0005) {
        judgement.add("power comes in steps of " + figure(step) + " W, with a rating of " +
                          figure(rating) + " W",
                      shown_by(*ac));
    }
    return judgement;
}

constexpr Rule table[] = {
    {"value.mandatory", Kind::violation, "Mandatory points are there", mandatory},
    {"value.scale_not_implemented", Kind::violation, "What has a value has a scale",
     scale_not_implemented},
    {"value.scale_range", Kind::violation, "Scale factors are -10 to 10", scale_range},
    {"value.enum", Kind::violation, "Enums have a meaning", enums},
    {"value.other_types_ni", Kind::violation, "\"Not implemented\" is that of the type",
     other_types_ni},
    {"value.nan_payload", Kind::violation, "\"Not implemented\" of a float is 0x7FC00000",
     nan_payload},
    {"value.text", Kind::violation, "Texts are texts", texts},
    {"value.pad", Kind::variant, "Pads are 0x8000", pads},
    {"value.rating_zero", Kind::violation, "Ratings are not zero", ratings},
    {"value.words_swapped", Kind::violation, "The high word comes first", words_swapped},
    {"value.power_factor", Kind::violation, "The power factor is up to 1", power_factor},
    {"value.coarse_power", Kind::variant, "Power is finer than 10 W", coarse},
    {"value.scale_moves", Kind::variant, "Scale factors stand still", detail::scale_moves},
    {"value.zero_frame", Kind::violation, "No reading is zero for once", detail::zero_frame},
    {"value.counter_falls", Kind::violation, "Counters only rise", detail::counter_falls},
    {"value.frozen", Kind::violation, "Measurements move", detail::frozen},
};

}  // namespace

std::string detail::named(const ModelData& model, const Point& point) {
    return std::to_string(model.where.id) + " " + std::string(point.name) + " (" +
           std::to_string(model.where.address + point.offset) + ")";
}

std::optional<std::size_t> detail::shown_by(const ModelData& model) {
    return model.steps.empty() ? std::nullopt : std::optional(model.steps.back());
}

const std::span<const Rule> detail::value_rules = table;

}  // namespace islandbench::conformance

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>

#include "conformance/controls.hpp"
#include "conformance/rules.hpp"

/// What stands in the registers: types, scale factors, not-implemented values, texts, enums, and
/// what moves that should not.
namespace islandbench::conformance {
namespace {

using sunspec::Point;
using sunspec::Type;

const Judgement nothing_read = Judgement::unknown("no model could be read");

std::string named(const ModelData& model, const Point& point) {
    return std::to_string(model.where.id) + " " + std::string(point.name) + " (" +
           std::to_string(model.where.address + point.offset) + ")";
}

std::optional<std::size_t> shown_by(const ModelData& model) {
    return model.steps.empty() ? std::nullopt : std::optional(model.steps.back());
}

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

// Over time: rounds of reads, one second apart.

const Judgement not_polled = Judgement::unknown("it measures nothing that was polled");

bool all_zero(const ModelData& model) {
    int zeros = 0;
    for (const std::string_view name : {"W", "Hz", "LNV", "PhVphA", "A"}) {
        const sunspec::Reading reading = number(&model, name);
        if (reading && *reading != 0.0) return false;
        zeros += reading ? 1 : 0;
    }
    return zeros >= 2;
}

Judgement scale_moves(const Snapshot& device) {
    if (device.polls.size() < 2) return not_polled;
    Judgement judgement;
    for (const ModelData& first : device.polls.front().models) {
        for_each_point(first, [&](const Point& p) {
            if (p.type != Type::sunssf || judgement.found.size() >= most_found) return;
            for (const Poll& poll : device.polls) {
                const ModelData* const now = poll.find(first.where.id);
                if (now == nullptr || all_zero(*now)) continue;  // that is another matter
                if (registers(*now, p)[0] == registers(first, p)[0]) continue;
                judgement.add(named(first, p) + " changed while it was watched", shown_by(*now));
                break;
            }
        });
    }
    return judgement;
}

Judgement zero_frame(const Snapshot& device) {
    if (device.polls.size() < 3) return not_polled;
    Judgement judgement;
    for (std::size_t i = 1; i + 1 < device.polls.size(); ++i) {
        for (const ModelData& model : device.polls[i].models) {
            const ModelData* const before = device.polls[i - 1].find(model.where.id);
            const ModelData* const after = device.polls[i + 1].find(model.where.id);
            if (before == nullptr || after == nullptr) continue;
            if (!all_zero(model) || all_zero(*before) || all_zero(*after)) continue;
            judgement.add("model " + std::to_string(model.where.id) +
                              " was all zero in one reading, and not before or after it",
                          shown_by(model));
        }
    }
    return judgement;
}

bool reads_zero(const ModelData& model, std::string_view name) {
    bool zero = false;
    for_each_point(model, [&](const Point& p) {
        if (p.name != name) return;
        const auto bits = registers(model, p);
        zero = std::all_of(bits.begin(), bits.end(), [](auto r) { return r == 0; });
    });
    return zero;
}

Judgement counter_zero(const Snapshot& device) {
    if (device.polls.size() < 3) return not_polled;
    Judgement judgement;
    for (const ModelData& first : device.polls.front().models) {
        for (const std::string_view name : {"TotWhInj", "TotWhAbs", "WH", "TotWhExp", "TotWhImp"}) {
            double highest = 0.0;
            for (const Poll& poll : device.polls) {
                const ModelData* const model = poll.find(first.where.id);
                // A frame that is zero as a whole is another matter.
                if (model == nullptr || all_zero(*model)) continue;
                // An accumulator that reads 0 is one that does not count; this one did.
                const sunspec::Reading counter = number(model, name);
                const bool stopped = counter.absent() && reads_zero(*model, name);
                if ((counter && *counter < highest) || (stopped && highest > 0.0)) {
                    judgement.add(std::to_string(first.where.id) + " " + std::string(name) +
                                      " fell from " + figure(highest) + " to " +
                                      figure(counter.value_or(0.0)),
                                  shown_by(*model));
                    break;
                }
                if (counter) highest = std::max(highest, *counter);
            }
        }
    }
    return judgement;
}

/// The frequency of a live grid never stands still.
Judgement frozen(const Snapshot& device) {
    if (device.polls.size() < 10) return not_polled;
    Judgement judgement;
    bool any = false;
    for (const ModelData& first : device.polls.front().models) {
        const sunspec::Reading hz = number(&first, "Hz");
        if (!hz || *hz <= 0.0) continue;
        any = true;
        const bool same = std::all_of(device.polls.begin(), device.polls.end(), [&](const Poll& p) {
            const ModelData* const now = p.find(first.where.id);
            return now == nullptr || now->registers == first.registers;
        });
        if (same) {
            judgement.add("model " + std::to_string(first.where.id) + " did not move at all for " +
                              figure(to_seconds(device.polls.back().at - device.polls.front().at)) +
                              " s",
                          shown_by(first));
        }
    }
    return any ? judgement : not_polled;
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
    {"value.scale_moves", Kind::variant, "Scale factors stand still", scale_moves},
    {"value.zero_frame", Kind::violation, "No reading is zero for once", zero_frame},
    {"value.counter_falls", Kind::violation, "Counters only rise", counter_zero},
    {"value.frozen", Kind::violation, "Measurements move", frozen},
};

}  // namespace

const std::span<const Rule> detail::value_rules = table;

}  // namespace islandbench::conformance

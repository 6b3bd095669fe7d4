#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_binding.hpp"
#include "conformance/snapshot.hpp"

/// What a check asks of a device: a table of small rules, each one function over a snapshot. To add
/// a rule, write the function and its line in the table (rules.cpp).
namespace islandbench::conformance {

enum class Kind {
    violation,  ///< breaks the standard, or what the device itself declares
    variant,    ///< allowed, but a client that does not know it fails
    condition,  ///< of the moment: the hour, the link, somebody else's settings
};
constexpr auto enum_names(Kind /*of*/) {
    return json::EnumNames<Kind, 3>{{{Kind::violation, "violation"},
                                     {Kind::variant, "variant"},
                                     {Kind::condition, "condition"}}};
}

struct Found {
    std::string text;                     ///< names the model, the point, the figure
    std::optional<std::size_t> exchange;  ///< of the journal: the frames that show it
};

/// What a rule says: it holds, or what it found, or why it could not be asked.
struct Judgement {
    std::vector<Found> found;
    std::string not_tested;
    bool not_there = false;  ///< not tested because the device has nothing of the kind

    void add(std::string text, std::optional<std::size_t> exchange = std::nullopt) {
        found.push_back({std::move(text), exchange});
    }
    static Judgement unknown(std::string why) { return {{}, std::move(why)}; }
    static Judgement absent(std::string why) { return {{}, std::move(why), true}; }
};

struct Rule {
    std::string_view id;
    Kind kind;
    std::string_view title;
    Judgement (*judge)(const Snapshot& device);
};

struct Judged {
    const Rule* rule = nullptr;
    Judgement judgement;
};

/// All rules, in the order of a report.
[[nodiscard]] std::span<const Rule> rules();
[[nodiscard]] std::vector<Judged> judge(const Snapshot& device);

/// A number as findings show it.
[[nodiscard]] std::string figure(double value);
/// The write that an experiment's finding rests on.
[[nodiscard]] std::optional<std::size_t> frames_of(const Experiment& experiment);

/// Most of one rule's findings say the same: a report shows so many.
inline constexpr std::size_t most_found = 12;

/// The groups of the table; each is one file.
namespace detail {
extern const std::span<const Rule> map_rules, value_rules, plausibility_rules, access_rules,
    link_rules, control_rules, witness_rules;
/// "701 W (40074)"
std::string named(const ModelData& model, const sunspec::Point& point);
/// The last read that brought it.
std::optional<std::size_t> shown_by(const ModelData& model);
/// Of value_rules (rules_over_time.cpp).
Judgement scale_moves(const Snapshot& device);
Judgement zero_frame(const Snapshot& device);
Judgement counter_falls(const Snapshot& device);
Judgement frozen(const Snapshot& device);
/// Of control_rules (rules_reactive.cpp).
Judgement power_factor(const Snapshot& device);
Judgement reactive(const Snapshot& device);
Judgement told(const Snapshot& device);
}  // namespace detail

}  // namespace islandbench::conformance

#pragma once

#include "acceptance/grid_code_rows.hpp"

/// The rows of codes that do not speak of one unit: export limits, the quality of the voltage, and
/// what equipment survives.
namespace islandbench::acceptance {

/// "So many within so long."
struct CodeCount {
    int count = 0;
    Duration within{};
    Certainty certainty = Certainty::s1;
    std::string source;
};
template <class V>
void declare(V& v, CodeCount& s) {
    v.required("count", s.count, "how often");
    v.required("within", s.within, "in what time");
    declare_tag(v, s);
}

/// A limit of export or import at the connection (EREC G100): when an excursion counts, when the
/// scheme locks out, and how fast it acts.
struct ExportLimit {
    std::optional<CodeDuration> counted_after;   ///< an excursion so long counts
    std::optional<CodeDuration> lock_out_after;  ///< one so long locks out
    std::vector<CodeCount> lock_out_counts;      ///< so many counted excursions lock out
    std::vector<CodeCount> warning_counts;       ///< so many are told
    std::optional<CodeDuration> correct_within;
    std::optional<CodeDuration> fail_safe_within;  ///< a part or its link lost: inside the limit
    std::optional<CodeCount> user_resets;          ///< then an installer has to
    std::optional<CodeDuration> commercial_hold;   ///< after which a lock-out ends by itself
};
template <class V>
void declare(V& v, ExportLimit& s) {
    v.optional("counted_after", s.counted_after, "an excursion so long counts");
    v.optional("lock_out_after", s.lock_out_after, "an excursion so long locks out");
    v.optional("lock_out_counts", s.lock_out_counts, "so many excursions lock out");
    v.optional("warning_counts", s.warning_counts, "so many excursions are told");
    v.optional("correct_within", s.correct_within, "an excess is corrected within");
    v.optional("fail_safe_within", s.fail_safe_within, "a part lost: inside the limit within");
    v.optional("user_resets", s.user_resets, "resets of a home's user");
    v.optional("commercial_hold", s.commercial_hold, "until a lock-out ends by itself");
}

enum class QualityOf { voltage, frequency, thd, unbalance, flicker };
constexpr auto enum_names(QualityOf /*of*/) {
    return json::EnumNames<QualityOf, 5>{{{QualityOf::voltage, "voltage"},
                                          {QualityOf::frequency, "frequency"},
                                          {QualityOf::thd, "thd"},
                                          {QualityOf::unbalance, "unbalance"},
                                          {QualityOf::flicker, "flicker"}}};
}

/// Networks that a row is for.
enum class NetworkKind { any, synchronous, non_synchronous };
constexpr auto enum_names(NetworkKind /*of*/) {
    return json::EnumNames<NetworkKind, 3>{{{NetworkKind::any, "any"},
                                            {NetworkKind::synchronous, "synchronous"},
                                            {NetworkKind::non_synchronous, "non_synchronous"}}};
}

/// A band that a quantity of the supply keeps, for a share of the time.
struct QualityLimit {
    QualityOf of = QualityOf::voltage;
    std::string name;  ///< where a code has several rows of a kind
    NetworkKind network = NetworkKind::any;
    std::string min, max;               ///< one may be absent
    std::optional<Duration> mean_over;  ///< what is held against it
    Ratio share{1.0};                   ///< of the time
    std::optional<Duration> of_time;    ///< over which the share is taken
    Certainty certainty = Certainty::kh;
    std::string source;
    json::Place place;
    std::optional<Measure> low, high;
};
template <class V>
void declare(V& v, QualityLimit& s) {
    v.place(s.place);
    v.required("of", s.of, "what is limited");
    v.optional("name", s.name, "where a code has several rows of a kind");
    v.optional("network", s.network, "networks that the row is for");
    v.optional("min", s.min, "lowest value");
    v.optional("max", s.max, "highest value");
    v.optional("mean_over", s.mean_over, "what is held against it is a mean over this");
    v.optional("share", s.share, "of the time");
    v.optional("of_time", s.of_time, "time over which the share is taken");
    declare_tag(v, s);
}

/// A voltage that equipment bears for a time; absent = always.
struct EnvelopePoint {
    Beyond beyond = Beyond::below;  ///< side of nominal
    Ratio voltage;
    std::optional<Duration> duration;
    Certainty certainty = Certainty::kh;
    std::string source;
};
template <class V>
void declare(V& v, EnvelopePoint& s) {
    v.required("beyond", s.beyond, "side of nominal");
    v.required("voltage", s.voltage, "of nominal");
    v.optional("for", s.duration, "time that it is borne; without it, always");
    declare_tag(v, s);
}

}  // namespace islandbench::acceptance

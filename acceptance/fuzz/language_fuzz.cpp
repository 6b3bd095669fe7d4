#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string_view>

#include "acceptance/judge.hpp"
#include "acceptance/language/parser.hpp"

/// libFuzzer on the language of criteria: whatever a text says, it is read, or refused with a
/// column inside it, and what is read is judged without a crash.
namespace {

using namespace islandbench;
using namespace islandbench::acceptance;

void require(bool so) {
    if (!so) std::abort();
}

template <class Read>
void check_column(const Read& read, std::string_view text) {
    if (read) return;
    require(read.error().column >= 1);
    require(read.error().column <= static_cast<int>(text.size()) + 1);
    require(!read.error().message.empty());
}

/// Looks names up and judges a few moments, time gaps and missing values among them.
void judge(std::string_view text) {
    Signals signals;
    for (const char* name : {"truth.home1.v", "truth.home2.v"}) {
        signals.set(signals.add({name, Dimension::voltage, 0.0, 1.0}), 230.0);
    }
    const SignalId f =
        signals.add({"truth.island.f", Dimension::frequency, 0.0, 0.0, Between::linear});
    const SignalId ok = signals.add({"truth.grid.ok", Dimension::none});
    const SignalId outage = signals.add_event("outage");
    signals.add_event("reclosed");
    CriterionSpec spec;
    spec.id = "F";
    spec.formulas = {std::string(text)};
    Diagnostics found;
    Judge judge({spec}, signals, Figures{}, Groups{{"home", {"home1", "home2"}}, {"nobody", {}}},
                found);
    const double values[] = {50.0, 49.0, Signals::no_value, 51.0};
    Instant now = story_start - Duration{1'000'000};
    for (int i = 0; i < 8; ++i) {
        signals.set(f, values[i % 4]);
        signals.set(ok, i % 3 != 0);
        if (i == 2 || i == 5) signals.happened(outage);
        judge.step(now);
        now += Duration{i == 4 ? 3'000'000'000 : 1'000'000};
    }
    require(judge.finish(now, Ended::completed).size() == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto claim = language::parse_claim(text);
    check_column(claim, text);
    check_column(language::parse_trigger(text), text);
    check_column(language::parse_condition(text), text);
    // Judging takes ten times as long as reading: one in eight of what can be read.
    if (claim && std::hash<std::string_view>{}(text) % 8 == 0) judge(text);
    return 0;
}

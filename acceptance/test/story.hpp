#pragma once

#include <optional>
#include <string>
#include <vector>

#include "acceptance/catalogue.hpp"
#include "acceptance/figures.hpp"
#include "acceptance/grid_code.hpp"
#include "acceptance/judge.hpp"
#include "acceptance/verdict.hpp"
#include "base/signals.hpp"
#include "base/site.hpp"

/// Builders for reference traces: a small street, and what happens in it.
namespace islandbench::acceptance::test {

/// former; home1 and home2 with hybrids, home3 without; the clinic has a promise. All loads are T3.
Site small_site();
GridCode gb_code();
Catalogue pilot_catalogue();

/// All signals of the small street with a healthy, connected state, and all events.
Signals street_signals();

/// A criterion that consists of one formula.
CriterionSpec criterion(std::string formula);

/// A trace: values that hold until they are set again, and events.
class Story {
  public:
    /// When samples are taken besides those where something changes: every second, as a recorder
    /// does, every 7 ms, or on every millisecond, as the plant does.
    enum class Sampling { changes_only, often, every_millisecond };

    Story() : signals_(street_signals()) {}

    /// What follows happens at this time.
    Story& at(double seconds) {
        now_ = at_seconds(seconds);
        return *this;
    }
    Story& set(const std::string& signal, double value);
    /// Phase-neutral voltage of every load.
    Story& loads(double volts);
    Story& event(const std::string& name);
    Story& end(double seconds) {
        end_ = at_seconds(seconds);
        return *this;
    }
    Story& ended(Ended how) {
        how_ = how;
        return *this;
    }
    Story& sampled(Sampling sampling) {
        sampling_ = sampling;
        return *this;
    }
    Story& agreed(const std::string& name) {
        site_.agreed[name] = "pilot owner";
        return *this;
    }
    Story& observation(Duration shortened) {
        observation_ = shortened;
        return *this;
    }
    Site& site() { return site_; }

    /// Judges criteria; expects that they compile.
    [[nodiscard]] std::vector<Verdict> judge(std::vector<CriterionSpec> criteria) const;
    [[nodiscard]] Verdict judge(const CriterionSpec& one) const;
    [[nodiscard]] Verdict judge(const std::string& formula) const;
    /// Judges one criterion of the pilot catalogue.
    [[nodiscard]] Verdict pilot(const std::string& id) const;

  private:
    struct Change {
        Instant at{};
        SignalId signal{};
        double value = 0.0;
        bool is_event = false;
    };

    Signals signals_;
    Site site_ = small_site();
    std::vector<Change> changes_;
    Instant now_{};
    std::optional<Instant> end_;
    Ended how_ = Ended::completed;
    Sampling sampling_ = Sampling::changes_only;
    std::optional<Duration> observation_;
};

/// An outage at 20 s, an island that holds from 20.2 s on, reclosed at 160 s, over at 200 s: every
/// criterion of the pilot passes.
Story good_outage();

}  // namespace islandbench::acceptance::test

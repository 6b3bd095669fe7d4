#pragma once

#include <memory>
#include <string_view>

#include "acceptance/figures.hpp"
#include "base/result.hpp"
#include "base/signals.hpp"
#include "base/time.hpp"

namespace islandbench::acceptance {

/// A condition that stands alone, in the language of docs/criteria.md: "truth.island.formed for
/// 10 s", "after reclosed and truth.former.soc < 30 %". For triggers of story steps. It may name
/// signals of any source, judges nothing and changes nothing.
class Condition {
  public:
    /// Fails with the column and the nearest name. `signals` must outlive the condition.
    static Result<Condition> parse(std::string_view text, const Signals& signals,
                                   const Figures& figures);
    ~Condition();
    Condition(Condition&& other) noexcept;
    Condition& operator=(Condition&& other) noexcept;

    /// Takes the values that the signals have at `now` and says whether it is so; what nobody knows
    /// is not so. Time must not run back. Does not allocate.
    bool step(Instant now) noexcept;

  private:
    struct State;
    explicit Condition(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace islandbench::acceptance

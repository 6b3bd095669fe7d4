#include "acceptance/condition.hpp"

#include "acceptance/language/binder.hpp"
#include "acceptance/language/engine.hpp"
#include "acceptance/language/parser.hpp"
#include "base/assert.hpp"

namespace islandbench::acceptance {
namespace {

tl::unexpected<Error> failure_at(const language::Complaint& wrong) {
    return failure(ErrorCode::bad_input,
                   "column " + std::to_string(wrong.column) + ": " + wrong.message);
}

}  // namespace

struct Condition::State {
    explicit State(const Signals& s) : signals(s) {}

    const Signals& signals;
    language::Engine engine;
    int place = 0;
};

Condition::Condition(std::unique_ptr<State> state) : state_(std::move(state)) {}
Condition::~Condition() = default;
Condition::Condition(Condition&& other) noexcept = default;
Condition& Condition::operator=(Condition&& other) noexcept = default;

Result<Condition> Condition::parse(std::string_view text, const Signals& signals,
                                   const Figures& figures) {
    const auto read = language::parse_condition(text);
    if (!read) return failure_at(read.error());
    auto state = std::make_unique<State>(signals);
    const language::Scope scope{signals, figures, "", {}};
    language::Uses uses;
    language::Binder binder(state->engine.program, scope, uses);
    const language::BoundCondition bound = binder.condition(*read);
    if (!binder.failed() && !bound.names_signal) {
        binder.fail(read->column, "this condition names no signal");
    }
    if (binder.failed()) return failure_at(binder.wrong());
    state->place = bound.place;
    state->engine.kept = {bound.place};
    state->engine.prepare();
    return Condition(std::move(state));
}

bool Condition::step(Instant now) noexcept {
    State& s = *state_;
    IB_ASSERT(!s.engine.started() || now >= s.engine.now());
    s.engine.sample(now, s.signals);
    return s.engine.program.cell_at(s.place).truth == language::Truth::yes;
}

}  // namespace islandbench::acceptance

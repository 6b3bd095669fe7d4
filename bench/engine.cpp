#include "bench/engine.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace islandbench::bench {

Engine::Engine(Parts parts) : parts_(parts), next_step_(parts.clock.now() + plant_step) {}

void Engine::tick() {
    // Time moves to the next event: a timer, a plant step, or bytes from outside.
    const Instant next = std::min(parts_.clock.next_timer(), next_step_);
    parts_.clock.advance_to(parts_.pump.wait(next));
    const Instant now = parts_.clock.now();

    looked_ = false;

    // The world moves a millisecond: the story's steps, physics, then firmware.
    const bool steps = now == next_step_;
    if (steps) begin_step(now);

    // Whoever is ready runs, first come first served, until nobody is: bytes, drivers, dispatch.
    parts_.clock.run_ready();

    // What the world is like now is written down, then judged.
    if (steps) end_step(now);
}

void Engine::begin_step(Instant now) {
    lateness_ = parts_.pump.lateness();
    latenesses_.add(lateness_);
    parts_.sequencer.apply_due(now);
    parts_.world.step();
    IB_ASSERT(parts_.world.street().now() == now);
}

/// While the street coasts its values hold: nobody has to look, unless something has happened.
void Engine::end_step(Instant now) {
    next_step_ = now + plant_step;
    ++steps_;
    if (parts_.world.street().solved()) ++solutions_;
    looked_ = parts_.world.street().solved() || parts_.signals.events() != seen_events_;
    if (looked_) look(now);
}

void Engine::look(Instant now) {
    parts_.truth.set();
    parts_.rig.tap();
    parts_.news.look();
    if (parts_.recorder != nullptr) parts_.recorder->record(now);
    parts_.judge.step(now);
    seen_events_ = parts_.signals.events();
}

}  // namespace islandbench::bench

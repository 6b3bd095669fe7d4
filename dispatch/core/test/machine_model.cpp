#include <cstdio>
#include <string>

#include "dispatch/core/states.hpp"

/// Prints the outage machine, as the code has it, as a Promela model: a world that does what it
/// likes, the machine's table over guards that are read from that world, and claims about both.
/// scripts/check-machine gives it to spin.
///
/// Abstraction: time is not modelled, so a row may fire as soon as its guard holds (dwell and
/// samples only make it later), the tie may be idle and a time-out may come at any moment in a
/// state that has one. What holds here holds for every timing.
namespace {

using namespace islandbench::dispatch::core;

std::string text(std::string_view s) {
    return std::string(s);
}

/// What a guard says of the world; the same truths as in machine.cpp, in the model's words.
std::string condition(Guard guard) {
    switch (guard) {
        case Guard::grid_present: return "closed && grid";
        case Guard::supply_lost: return "closed && !grid";
        case Guard::contact_open: return "!closed";
        case Guard::contact_closed: return "closed";
        case Guard::islanded: return "!closed && stands";
        case Guard::island_heard: return "!closed && stands && heard";
        case Guard::street_dead: return "!closed && !stands";
        case Guard::grid_returned: return "!closed && grid && !wanted";
        case Guard::grid_gone: return "!closed && (!grid || wanted)";
        case Guard::may_close: return "!closed && grid && !wanted && observed && consent";
        case Guard::may_not_close: return "!closed && !(grid && !wanted && observed && consent)";
        case Guard::in_sync: return "in_step";
        case Guard::out_of_sync: return "!in_step";
        case Guard::tie_idle: return "true";
        case Guard::island_asked: return "closed && wanted";
        case Guard::island_unasked: return "!wanted";
        case Guard::time_out: return "true";
        case Guard::blind: return "!news";
        case Guard::former_blind: return "!heard";
        case Guard::settled: return "true";
        case Guard::broken: return "broken";
    }
    return "false";
}

/// In a world that has become fair the times are long enough: a time-out comes only to a state that
/// nothing else leads out of.
std::string time_out(FsmState from) {
    std::string others = "false";
    for (const Transition& row : transitions()) {
        if (row.from != from || row.guard == Guard::time_out) continue;
        others += " || (" + condition(row.guard) + ")";
    }
    return "(!fair || !(" + others + "))";
}

void print_states() {
    for (int s = 0; s < state_count; ++s) {
        std::printf("#define S_%s %d\n", text(name(static_cast<FsmState>(s))).c_str(), s);
    }
}

/// The rows of the table, in their order. Those that need news wait for it.
void print_rows() {
    for (const Transition& row : transitions()) {
        const std::string from = text(name(row.from));
        const std::string to = text(name(row.to));
        const std::string when =
            row.guard == Guard::time_out ? time_out(row.from) : condition(row.guard);
        const bool leaps = row.to == FsmState::syncing && row.from != FsmState::closing &&
                           !(row.from == FsmState::grid_seen && row.guard == Guard::may_close);
        // Earlier rows win: a broken promise is the first of every state but safe.
        const bool may_wait = row.guard != Guard::broken && row.from != FsmState::safe;
        std::printf("    :: atomic { state == S_%s && %s%s(%s) -> %sstate = S_%s } /* %s */\n",
                    from.c_str(), may_wait ? "!broken && " : "",
                    from_telemetry(row.guard) ? "news && " : "", when.c_str(),
                    leaps ? "leapt = true; " : "", to.c_str(), text(name(row.guard)).c_str());
    }
}

void print_model() {
    std::printf("/* Made from the table of the dispatch core. */\n");
    print_states();
    std::printf(R"(
bool closed = true, grid = true, stands = true, heard = true, news = true;
bool wanted, observed, consent, in_step, broken;
bool fair;   /* from now on the world is fair and stays as it is */
bool leapt;  /* synchronising began without observation and consent */
byte state = S_init;
#define asked (state == S_syncing || state == S_closing)

active proctype machine() {
end:
    do
)");
    print_rows();
    std::printf(R"(    od
}

/* Does what it likes, until it decides to be fair. The contact closes only when it is asked to, as
 * the device does, or by a hand that the machine does not know of. */
active proctype world() {
    do
    :: atomic { !fair && closed -> closed = false }
    :: atomic { !fair && !closed && asked && in_step && grid -> closed = true }
    :: atomic { !fair && !closed && (state == S_island || state == S_grid_seen || state == S_black ||
                            state == S_islanding || state == S_hold || state == S_safe ||
                            state == S_init) && grid -> closed = true }
    :: atomic { !fair -> grid = !grid }
    :: atomic { !fair -> stands = !stands }
    :: atomic { !fair -> heard = !heard }
    :: atomic { !fair -> news = !news }
    :: atomic { !fair -> wanted = !wanted }
    :: atomic { !fair -> observed = !observed }
    :: atomic { !fair -> consent = !consent }
    :: atomic { !fair -> in_step = !in_step }
    :: atomic { !fair -> broken = !broken }
    :: atomic { !fair -> grid = true; heard = true; news = true; stands = true; wanted = false;
                         broken = false; fair = true }
    :: fair -> break
    od
}

#define connected (state == S_grid || state == S_rejoined || state == S_prepare_island || state == S_opening)
#define steady (state == S_grid || state == S_island || state == S_grid_seen || state == S_syncing || state == S_closing)

/* Synchronising is entered only from observation with consent, or back from closing. */
ltl sync_with_observation_and_consent { [] !leapt }
/* From an island to the grid leads only synchronising, unless the contact was closed by hand. */
ltl grid_by_syncing { [] ((state == S_island && !closed) -> ((state != S_rejoined && state != S_grid) W (asked || closed || state == S_hold || state == S_black || state == S_safe))) }
/* A world that has become fair is met with a steady state, for good. */
ltl bounded_return { [] (fair -> <> steady) }
/* With a fair world and its contact closed, the street is on the grid again. */
ltl returns_to_grid { [] ((fair && closed) -> <> (state == S_grid)) }
/* A broken promise leads to safe, if it lasts. */
ltl broken_is_safe { (<> [] broken) -> (<> (state == S_safe)) }
)");
}

}  // namespace

int main() {
    print_model();
    return 0;
}

#include "conformance/survey.hpp"

/// What was written is set back.
namespace islandbench::conformance {
namespace {

using Outcome = Exchange::Outcome;

}  // namespace

/// The last write first: an enable that was set last is taken back first.
Task<> Survey::restore() {
    constexpr int dead = 3;  // settings in a row that got no answer at all: nobody is there
    int unanswered = 0;
    for (auto undo = undo_.rbegin(); undo != undo_.rend() && unanswered < dead; ++undo) {
        Write& write = snapshot_.writes[undo->write];
        const bool answered = co_await set_back(*undo, write);
        unanswered = answered ? 0 : unanswered + 1;
    }
    std::erase_if(undo_, [this](const Undo& u) { return snapshot_.writes[u.write].restored; });
}

/// Writes registers as they were, and looks; again where that does not show. False: no answer.
Task<bool> Survey::set_back(const Undo& undo, Write& write) {
    const auto count = static_cast<int>(undo.registers.size());
    const modbus::Pdu look = read_request(3, undo.address, count);
    bool answered = false;
    for (int i = 0; i < 4 && (i < 2 || answered); ++i) {
        // A device that showed a new value late shows an old one late, too.
        if (i > 0) co_await clock_.sleep_for(2s);
        std::size_t index = co_await wire_.ask("look", options_.link.unit, look);
        write.restored = snapshot_.journal[index].registers == undo.registers;
        if (write.restored && (i > 0 || !write.done)) co_return true;
        const bool single = count == 1 && i % 2 == 1;  // some know only one of the functions
        const std::uint8_t function = single ? 6 : 16;
        const modbus::Pdu back = write_request(function, undo.address, undo.registers);
        index = co_await wire_.write(*permit_, "set back " + write.what, options_.link.unit, back);
        index = co_await wire_.ask("look", options_.link.unit, look);
        const Outcome outcome = snapshot_.journal[index].outcome;
        answered = answered || outcome == Outcome::answered || outcome == Outcome::exception;
        write.restored = snapshot_.journal[index].registers == undo.registers;
        if (write.restored) co_return true;
    }
    co_return answered;
}

}  // namespace islandbench::conformance

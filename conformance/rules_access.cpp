#include "conformance/rules.hpp"

/// Which requests a device takes, and how it refuses others.
namespace islandbench::conformance {
namespace {

using modbus::ExceptionCode;
using Outcome = Exchange::Outcome;

std::string what_came(const Exchange& one) {
    switch (one.outcome) {
        case Outcome::answered: return "an answer";
        case Outcome::exception: return "exception " + modbus::to_text(*one.exception);
        case Outcome::silent: return "silence";
        case Outcome::closed: return "a closed connection";
        case Outcome::refused: return "no connection";
    }
    return "";
}

/// A request that has one right refusal.
Judgement expect(const Snapshot& device, std::string_view probe, ExceptionCode code) {
    const Exchange* const one = device.last_of(probe);
    if (one == nullptr) return Judgement::unknown("it was not asked");
    Judgement judgement;
    const bool busy = one->exception == ExceptionCode::server_device_busy;
    if (one->exception != code && !busy) {
        judgement.add("expected exception " + modbus::to_text(code) + ", got " + what_came(*one),
                      device.probe(probe)->back());
    }
    return judgement;
}

Judgement illegal_function(const Snapshot& device) {
    return expect(device, "illegal_function", ExceptionCode::illegal_function);
}
Judgement count_zero(const Snapshot& device) {
    return expect(device, "count_zero", ExceptionCode::illegal_data_value);
}
Judgement count_126(const Snapshot& device) {
    return expect(device, "count_126", ExceptionCode::illegal_data_value);
}

Judgement function_4(const Snapshot& device) {
    const Exchange* const one = device.last_of("function_4");
    if (one == nullptr) return Judgement::unknown("it was not asked");
    Judgement judgement;
    const bool right = one->outcome == Outcome::answered || one->outcome == Outcome::exception;
    if (!right) {
        judgement.add("function 4 gets " + what_came(*one), device.probe("function_4")->back());
    }
    return judgement;
}

Judgement partial(const Snapshot& device) {
    const Exchange* const inside = device.last_of("inside_point");
    if (inside == nullptr) return Judgement::unknown("it was not asked");
    if (inside->exception == ExceptionCode::server_device_busy || inside->late_replies > 0) {
        return Judgement::unknown("the device did not come to it");
    }
    Judgement judgement;
    if (inside->outcome != Outcome::answered) {
        judgement.add("one register out of a number of two gets " + what_came(*inside),
                      device.probe("inside_point")->back());
    }
    return judgement;
}

Judgement short_reads(const Snapshot& device) {
    const Steps* const tried = device.probe("long_read");
    if (tried == nullptr) return Judgement::unknown("no model is long enough");
    Judgement judgement;
    if (device.read_max < device.profile.read_max) {
        judgement.add("reads of " + std::to_string(device.profile.read_max) + " registers get " +
                          what_came(device.journal[tried->front()]) + ", " +
                          std::to_string(device.read_max) + " are answered",
                      tried->front());
        return judgement;
    }
    const std::size_t most = device.journal[tried->back()].registers.size();
    constexpr std::size_t widest = 4;  // reads end between numbers
    if (most + widest <= static_cast<std::size_t>(device.profile.read_max)) {
        return Judgement::unknown("its longest model was read at once, " + std::to_string(most) +
                                  " registers");
    }
    return judgement;
}

const Judgement unarmed = Judgement::unknown("writing is not armed");

Judgement write_functions(const Snapshot& device) {
    const Experiment* const single = device.experiment("function_6");
    const Experiment* const many = device.experiment("function_16");
    if (single == nullptr || many == nullptr || single->writes.empty() || many->writes.empty()) {
        return device.armed ? Judgement::unknown("nothing to write to") : unarmed;
    }
    const Exchange& by_one = device.journal[single->writes.back()];
    const Exchange& by_many = device.journal[many->writes.back()];
    if (by_one.exception && by_one.exception == by_many.exception) {
        return Judgement::unknown("the value is refused, whatever the function: " +
                                  what_came(by_one));
    }
    Judgement judgement;
    const auto look = [&](const Experiment& experiment, const char* function) {
        const Exchange& one = device.journal[experiment.writes.back()];
        if (one.outcome != Outcome::answered) {
            judgement.add(std::string("function ") + function + " gets " + what_came(one),
                          experiment.writes.back());
        }
    };
    look(*single, "6");
    look(*many, "16");
    return judgement;
}

Judgement read_only(const Snapshot& device) {
    const Exchange* const one = device.last_of("read_only_write");
    if (one == nullptr) return device.armed ? Judgement::unknown("it was not asked") : unarmed;
    if (one->outcome != Outcome::answered && one->outcome != Outcome::exception) {
        return Judgement::unknown("it got " + what_came(*one));
    }
    Judgement judgement;
    if (one->outcome == Outcome::answered) {
        judgement.add(
            "a write to a read-only point is acknowledged and ignored, as older devices do",
            device.probe("read_only_write")->back());
    }
    return judgement;
}

constexpr Rule table[] = {
    {"access.illegal_function", Kind::violation, "Unknown functions get exception 1",
     illegal_function},
    {"access.count_zero", Kind::violation, "Reads of nothing get exception 3", count_zero},
    {"access.count_126", Kind::violation, "Reads of 126 registers get exception 3", count_126},
    {"access.function_4", Kind::violation, "Function 4 gets an answer or an exception", function_4},
    {"access.partial_reads", Kind::violation, "Any registers can be read", partial},
    {"access.short_reads", Kind::variant, "125 registers can be read at once", short_reads},
    {"access.write_functions", Kind::violation, "Functions 6 and 16 both write", write_functions},
    {"access.read_only_ignored", Kind::variant, "Read-only points refuse writes", read_only},
};

}  // namespace

const std::span<const Rule> detail::access_rules = table;

}  // namespace islandbench::conformance

#include <algorithm>
#include <cstdio>

#include "conformance/latency.hpp"
#include "conformance/rules.hpp"

/// What happens on the way: connections, frames, times.
namespace islandbench::conformance {
namespace {

using modbus::ExceptionCode;
using Outcome = Exchange::Outcome;

std::string seconds_text(Duration d) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g s", to_seconds(d));
    return text;
}

bool came_back(const Exchange& one) {
    return one.outcome == Outcome::answered || one.outcome == Outcome::exception;
}

/// Of all exchanges, the first that shows it stands for the rest.
template <class Shows>
Judgement in_any(const Snapshot& device, const std::string& what, Shows shows) {
    if (std::none_of(device.journal.begin(), device.journal.end(), came_back)) {
        return Judgement::unknown("nothing was answered");
    }
    Judgement judgement;
    int times = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < device.journal.size(); ++i) {
        if (!shows(device.journal[i])) continue;
        if (times++ == 0) first = i;
    }
    if (times > 0) {
        judgement.add(what + " (" + std::to_string(times) + " of " +
                          std::to_string(device.journal.size()) + " exchanges)",
                      first);
    }
    return judgement;
}

Judgement late_replies(const Snapshot& device) {
    return in_any(device, "replies to earlier requests come late, in place of those asked for",
                  [](const Exchange& e) { return e.late_replies > 0; });
}
Judgement transaction_id(const Snapshot& device) {
    return in_any(device, "replies carry a transaction id that is not the request's",
                  [](const Exchange& e) { return e.transaction_id_wrong; });
}
Judgement unit_id(const Snapshot& device) {
    return in_any(device, "replies carry another unit id than the request",
                  [](const Exchange& e) { return e.unit_id_wrong; });
}
Judgement byte_count(const Snapshot& device) {
    return in_any(device,
                  "replies have another number of bytes than was asked for, or than they say",
                  [](const Exchange& e) { return e.byte_count_wrong; });
}
Judgement frame_length(const Snapshot& device) {
    return in_any(device, "the MBAP length does not agree with what is in the frame",
                  [](const Exchange& e) { return e.frame_length_wrong; });
}
Judgement busy(const Snapshot& device) {
    return in_any(device, "the device says that it is busy (exception 6)", [](const Exchange& e) {
        return e.exception == ExceptionCode::server_device_busy;
    });
}
Judgement pieces(const Snapshot& device) {
    return in_any(device, "replies come in pieces",
                  [](const Exchange& e) { return came_back(e) && e.pieces > 1 && e.spread > 0ns; });
}

Judgement slow(const Snapshot& device) {
    constexpr Duration limit = 500ms;
    const Latency latency = latency_of(device);
    if (latency.count == 0) return Judgement::unknown("nothing was answered");
    Judgement judgement;
    if (latency.p95 > limit) {
        judgement.add("one reply in twenty takes " + seconds_text(latency.p95) +
                      " or longer, at most " + seconds_text(latency.max) +
                      ": many clients give up after half a second");
    }
    return judgement;
}

/// Lost right after the connection, every time, and answered on the same connection a little later.
Judgement first_request(const Snapshot& device) {
    const Steps* const first = device.probe("first_request");
    const Steps* const second = device.probe("second_request");
    if (first == nullptr) return Judgement::unknown("it was not asked");
    Judgement judgement;
    const bool always = first->size() > 1 && std::all_of(first->begin(), first->end(), [&](auto i) {
                            return device.journal[i].outcome == Outcome::silent &&
                                   device.journal[i].late_replies == 0;
                        });
    if (second == nullptr || !always) return judgement;
    const Exchange& lost = device.journal[first->front()];
    const Exchange& later = device.journal[second->front()];
    if (came_back(later) && lost.connection == later.connection) {
        judgement.add("the first request of a connection is lost; " +
                          seconds_text(later.sent - lost.sent) + " later it is answered",
                      first->back());
    }
    return judgement;
}

Judgement one_client(const Snapshot& device) {
    const Exchange* const second = device.last_of("second_client");
    const Exchange* const first = device.last_of("first_client_beside");
    if (second == nullptr || first == nullptr) return Judgement::unknown("it was not asked");
    Judgement judgement;
    if (!came_back(*second)) {
        judgement.add(second->outcome == Outcome::silent
                          ? "a second client is let in, and gets no answer"
                          : "a second client is turned away while the first is there",
                      device.probe("second_client")->back());
    } else if (!came_back(*first)) {
        judgement.add("a second client throws the first one out",
                      device.probe("first_client_beside")->back());
    }
    return judgement;
}

Judgement abandoned(const Snapshot& device) {
    const Steps* const after = device.probe("after_abandoned");
    if (after == nullptr) return Judgement::unknown("it was not asked");
    Judgement judgement;
    const bool none = std::none_of(after->begin(), after->end(), [&](std::size_t step) {
        return came_back(device.journal[step]);
    });
    if (none) {
        judgement.add(
            "after a client went away in the middle of a request, the port does not answer",
            after->front());
    }
    return judgement;
}

Judgement quiet_client(const Snapshot& device) {
    const Exchange* const one = device.last_of("quiet_at_first");
    if (one == nullptr) return Judgement::unknown("it was not asked");
    Judgement judgement;
    if (one->outcome == Outcome::closed) {
        judgement.add("a client that asks nothing for 3 s after its connection is thrown out");
    }
    return judgement;
}

Judgement idle_client(const Snapshot& device) {
    const Exchange* const one = device.last_of("idle");
    if (one == nullptr) return Judgement::unknown("it takes five minutes (--patient)");
    Judgement judgement;
    if (!came_back(*one)) {
        judgement.add(one->outcome == Outcome::closed
                          ? "a client that is silent for five minutes is thrown out"
                          : "a connection that was idle for five minutes does not answer any more",
                      device.probe("idle")->back());
    }
    return judgement;
}

int lost(const Snapshot& device, const Steps& steps) {
    return static_cast<int>(std::count_if(steps.begin(), steps.end(), [&](std::size_t step) {
        return !came_back(device.journal[step]);
    }));
}

Judgement too_fast(const Snapshot& device) {
    const Steps* const burst = device.probe("burst");
    const Steps* const paced = device.probe("paced");
    if (burst == nullptr || paced == nullptr) return Judgement::unknown("it was not asked");
    if (!late_replies(device).found.empty()) return Judgement::unknown("replies come late anyway");
    const int in_burst = lost(device, *burst), in_pace = lost(device, *paced);
    Judgement judgement;
    if (in_burst >= 2 && in_pace == 0) {
        judgement.add(std::to_string(in_burst) + " of " + std::to_string(burst->size()) +
                          " requests in a row are lost, and none with a second between them",
                      burst->front());
    }
    return judgement;
}

Judgement gone(const Snapshot& device) {
    const Steps* const gone = device.probe("gone");
    if (gone == nullptr || gone->empty()) return {};
    // Its own rule has that.
    const bool blocked = !abandoned(device).found.empty();
    if (blocked && device.probe("came_back") != nullptr && device.probe("came_back")->size() < 2) {
        return {};
    }
    Judgement judgement;
    const Steps* const back = device.probe("came_back");
    const Exchange& first = device.journal[gone->front()];
    // A request lost here and there is for other rules.
    constexpr Duration a_while = 15s;
    if (back != nullptr && device.journal[back->back()].sent - first.sent < a_while) return {};
    if (back == nullptr) {
        judgement.add("the device does not answer any more", gone->front());
    } else {
        judgement.add("the device was not there for " +
                          seconds_text(device.journal[back->front()].sent - first.sent) +
                          ", and came back",
                      gone->front());
    }
    return judgement;
}

constexpr Rule table[] = {
    {"link.late_replies", Kind::violation, "Each reply is to the last request", late_replies},
    {"link.transaction_id", Kind::violation, "The transaction id comes back", transaction_id},
    {"link.unit_id", Kind::violation, "The unit id comes back", unit_id},
    {"link.byte_count", Kind::violation, "Replies have as many bytes as asked", byte_count},
    {"link.frame_length", Kind::violation, "The MBAP length is right", frame_length},
    {"link.busy", Kind::condition, "The device is not too busy", busy},
    {"link.pieces", Kind::variant, "A reply comes in one piece", pieces},
    {"link.slow", Kind::condition, "Replies come within half a second", slow},
    {"link.first_request", Kind::violation, "The first request is answered", first_request},
    {"link.one_client", Kind::variant, "Two clients have room", one_client},
    {"link.abandoned", Kind::violation, "A client that dies blocks nobody", abandoned},
    {"link.quiet_client", Kind::variant, "A client may wait before it asks", quiet_client},
    {"link.idle_client", Kind::variant, "A client may be silent for minutes", idle_client},
    {"link.too_fast", Kind::variant, "Requests may follow at once", too_fast},
    {"link.gone", Kind::condition, "The device is there all the time", gone},
};

}  // namespace

const std::span<const Rule> detail::link_rules = table;

}  // namespace islandbench::conformance

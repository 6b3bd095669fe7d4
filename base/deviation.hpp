#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_binding.hpp"

namespace islandbench {

/// Whether a deviation breaks the standard (only that fails a check), is allowed but surprises
/// clients, or belongs to the moment.
enum class DeviationKind { violation, variant, condition };
constexpr auto enum_names(DeviationKind /*of*/) {
    return json::EnumNames<DeviationKind, 3>{{{DeviationKind::violation, "violation"},
                                              {DeviationKind::variant, "variant"},
                                              {DeviationKind::condition, "condition"}}};
}

/// What an emulated device does in place of what it should. The comments name the keys that a deed
/// looks at.
enum class Deed {
    // The map.
    base,            ///< address: "SunS" stands there
    cut_model,       ///< model, length: it ends after `length` registers, and says so
    extend_model,    ///< model, add: so many registers more, and L says so
    lie_length,      ///< model, add: L says so much more than there is
    end_zero,        ///< the chain ends with ID 0, and reads of two registers there are refused
    end_bare,        ///< the end model has no L
    end_before,      ///< model: the end model's ID stands where this one's should; the rest answers
    insert_model,    ///< model, before: one of which no point is implemented
    repeat_model,    ///< model, before: a copy
    move_off_chain,  ///< model, address: out of the chain, to that offset from the base
    hide_from,       ///< model, time: the chain ends before it, until so long after the start
    unit,            ///< address: it answers to that unit id alone
    foreign_unit,    ///< address: it answers SunSpec there; its own unit has another map
    // Values.
    set,         ///< point, registers: these in place of what it should show
    rescale,     ///< point (a scale factor), value: that exponent, and values to suit
    swap_words,  ///< point: its low word first
    zero,        ///< point, keep: reads that touch it are all zero, but for that point's value
    freeze,      ///< model: shows what it showed first
    // Reads and writes.
    refuse_model,      ///< model, exception: reads behind its ID and L
    whole_points,      ///< exception: reads that begin or end inside a point
    read_max,          ///< count, exception: reads of more registers
    no_function,       ///< count, exception: that function
    write_lag,         ///< time: a write acts and shows so late
    write_undone,      ///< time: what was written is as before after that
    write_ignored,     ///< acknowledged, and that is all
    refuse_above,      ///< point, value, exception: writes of a larger raw value
    ignore_read_only,  ///< writes to read-only points are acknowledged
    stuck_below,       ///< point, value: once a raw value of less was written it stops for good
    // The link.
    one_client,         ///< text: "refuse", "kick" or "ignore" the second
    block_after_abort,  ///< time: lets nobody in after a client left in the middle of a request
    drop_first,         ///< time: requests so soon after the connection are lost
    close_quiet,        ///< time: a client that has asked nothing by then is thrown out
    close_idle,         ///< time: one that was silent for so long
    delay,              ///< time, spread: of each reply
    shift_replies,      ///< count: from that request of a connection on, each gets the reply before
    transaction_id,     ///< address: each reply has this one
    unit_id,            ///< address: each reply has this one
    short_reply,        ///< add: the reply has so many registers less
    lie_count,          ///< add: the byte count says so many bytes more
    lie_frame,          ///< add: the MBAP length says so many bytes more
    busy,               ///< exception 6
    lose_fast,          ///< time: requests sooner than that after the last reply are lost
    away,               ///< after, time: nobody lets us in between
    pieces,             ///< count, time: replies in pieces of so many bytes, so far apart
};
constexpr auto enum_names(Deed /*of*/) {
    return json::EnumNames<Deed, 44>{{{Deed::base, "base"},
                                      {Deed::cut_model, "cut_model"},
                                      {Deed::extend_model, "extend_model"},
                                      {Deed::lie_length, "lie_length"},
                                      {Deed::end_zero, "end_zero"},
                                      {Deed::end_bare, "end_bare"},
                                      {Deed::end_before, "end_before"},
                                      {Deed::insert_model, "insert_model"},
                                      {Deed::repeat_model, "repeat_model"},
                                      {Deed::move_off_chain, "move_off_chain"},
                                      {Deed::hide_from, "hide_from"},
                                      {Deed::unit, "unit"},
                                      {Deed::foreign_unit, "foreign_unit"},
                                      {Deed::set, "set"},
                                      {Deed::rescale, "rescale"},
                                      {Deed::swap_words, "swap_words"},
                                      {Deed::zero, "zero"},
                                      {Deed::freeze, "freeze"},
                                      {Deed::refuse_model, "refuse_model"},
                                      {Deed::whole_points, "whole_points"},
                                      {Deed::read_max, "read_max"},
                                      {Deed::no_function, "no_function"},
                                      {Deed::write_lag, "write_lag"},
                                      {Deed::write_undone, "write_undone"},
                                      {Deed::write_ignored, "write_ignored"},
                                      {Deed::refuse_above, "refuse_above"},
                                      {Deed::ignore_read_only, "ignore_read_only"},
                                      {Deed::stuck_below, "stuck_below"},
                                      {Deed::one_client, "one_client"},
                                      {Deed::block_after_abort, "block_after_abort"},
                                      {Deed::drop_first, "drop_first"},
                                      {Deed::close_quiet, "close_quiet"},
                                      {Deed::close_idle, "close_idle"},
                                      {Deed::delay, "delay"},
                                      {Deed::shift_replies, "shift_replies"},
                                      {Deed::transaction_id, "transaction_id"},
                                      {Deed::unit_id, "unit_id"},
                                      {Deed::short_reply, "short_reply"},
                                      {Deed::lie_count, "lie_count"},
                                      {Deed::lie_frame, "lie_frame"},
                                      {Deed::busy, "busy"},
                                      {Deed::lose_fast, "lose_fast"},
                                      {Deed::away, "away"},
                                      {Deed::pieces, "pieces"}}};
}

/// One deed of a deviation, with what it needs; all other keys stay away.
struct DeviationDeed {
    Deed what = Deed::set;
    std::string point;  ///< "701.W_SF", "714.Prt.DCV": of a group its first instance
    std::string keep;   ///< of zero: a point that keeps `value`
    int model = 0;
    int before = 0;  ///< a model
    int address = 0;
    int length = 0;
    int add = 0;
    int count = 0;
    double value = 0.0;
    std::vector<int> registers;
    std::string text;
    std::optional<int> exception;  ///< its code; without one there is silence
    Duration time{};
    Duration spread{};
    Duration after{};
    int every = 1;  ///< only each so-manieth time; of values: a second out of so many
    json::Place place;
};
template <class V>
void declare(V& v, DeviationDeed& s) {
    v.place(s.place);
    v.required("do", s.what, "what it does");
    v.optional("point", s.point, "model and point, such as 701.W_SF");
    v.optional("keep", s.keep, "a point that keeps its value");
    v.optional("model", s.model, "a model");
    v.optional("before", s.before, "the model that it stands before");
    v.optional("address", s.address, "a register, an offset, a unit id");
    v.optional("length", s.length, "registers behind ID and L");
    v.optional("add", s.add, "so many more");
    v.optional("count", s.count, "registers, bytes, requests, a function");
    v.optional("value", s.value, "a number");
    v.optional("registers", s.registers, "as they come on the wire");
    v.optional("text", s.text, "a word");
    v.optional("exception", s.exception, "code of the exception; silence without one");
    v.optional("time", s.time, "how long");
    v.optional("spread", s.spread, "and up to so much more");
    v.optional("after", s.after, "from then on, since it was started");
    v.optional("every", s.every, "only each so-manieth time");
}

/// A way in which real devices were seen to differ: what it is, how an emulated device does it, and
/// which rules of a check name it (fixtures/deviations).
struct Deviation {
    std::string id;     ///< "D14"
    std::string title;  ///< what a client sees
    DeviationKind kind = DeviationKind::violation;
    std::string device;                ///< where it was seen
    std::vector<std::string> sources;  ///< "owner/repository#number"
    std::vector<DeviationDeed> deeds;
    std::vector<DeviationDeed>
        deeds_100;                   ///< by an inverter of models 101 to 124; none: as `deeds`
    std::vector<std::string> finds;  ///< rules of the check, each of which names it
    std::vector<std::string> also;   ///< deviations that it cannot be had without
    bool patient = false;            ///< it takes minutes to see
    std::string missed;              ///< why no check can name it
    json::Place place;
};
template <class V>
void declare(V& v, Deviation& s) {
    v.place(s.place);
    v.required("id", s.id, "its name");
    v.required("title", s.title, "what a client sees, in one line");
    v.required("kind", s.kind, "violation, variant or condition");
    v.required("device", s.device, "where it was seen");
    v.required("sources", s.sources, "where that is written: owner/repository#number");
    v.required("deeds", s.deeds, "how an emulated device does it");
    v.optional("deeds_100", s.deeds_100,
               "how one of models 101 to 124 does it, where that differs");
    v.optional("finds", s.finds, "rules of the check that name it");
    v.optional("also", s.also, "deviations that come with it");
    v.optional("patient", s.patient, "it takes minutes to see");
    v.optional("missed", s.missed, "why no check can name it");
}

/// Reads and checks a file of fixtures/deviations.
Deviation read_deviation(std::string_view text, const std::string& file, Diagnostics& diagnostics);

/// A device as it is out there: an emulated one with some deviations (fixtures/devices).
struct Personality {
    std::string name;
    std::string title;
    std::vector<std::string> deviations;  ///< ids
    int unit = 1;
    std::string profile;  ///< of the healthy device; empty: one of models 701 to 714
    json::Place place;
};
template <class V>
void declare(V& v, Personality& s) {
    v.place(s.place);
    v.required("name", s.name, "name for commands");
    v.required("title", s.title, "what it is like, in one line");
    v.required("deviations", s.deviations, "ids of its deviations");
    v.optional("unit", s.unit, "Modbus unit id");
    v.optional("profile", s.profile, "profile of the healthy inverter behind it");
}

/// Reads and checks a file of fixtures/devices.
Personality read_personality(std::string_view text, const std::string& file,
                             Diagnostics& diagnostics);

}  // namespace islandbench

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/device_profile.hpp"
#include "base/roles.hpp"
#include "protocols/modbus/pdu.hpp"
#include "protocols/sunspec/model_view.hpp"
#include "protocols/sunspec/walk.hpp"

/// What was asked of a device, and what came: all that the rules of a check (rules.hpp) may look
/// at. A Survey fills it; a rule only reads.
namespace islandbench::conformance {

/// One request and what followed it on the wire.
struct Exchange {
    enum class Outcome {
        answered,
        exception,
        silent,   ///< nothing that could be the reply before the time-out
        closed,   ///< the device closed the connection meanwhile
        refused,  ///< there was no connection to be had
    };

    std::string purpose;  ///< of the step that asked: "walk", "model 701"
    Instant sent{};
    Duration took{};  ///< to the end of the reply, or the time waited for one
    Outcome outcome = Outcome::silent;
    int connection = 0;                        ///< the how-manieth one of this check
    std::vector<std::uint8_t> request, reply;  ///< whole frames
    std::optional<modbus::ExceptionCode> exception;
    std::vector<std::uint16_t> registers;  ///< of a read: as many as came

    // Oddities of the reply. What can be understood in spite of them is.
    int late_replies = 0;               ///< to earlier requests, before or instead of this one's
    bool transaction_id_wrong = false;  ///< neither this request's nor an earlier one's
    bool unit_id_wrong = false;
    bool byte_count_wrong = false;    ///< not twice the registers that were asked for
    bool frame_length_wrong = false;  ///< the MBAP length does not agree with what is inside
    int pieces = 0;                   ///< that the reply came in
    Duration spread{};                ///< from its first piece to its last

    [[nodiscard]] bool ok() const noexcept { return outcome == Outcome::answered; }
};

/// Indices of the journal, by what they were asked for.
using Steps = std::vector<std::size_t>;

struct ModelData {
    sunspec::ModelAddress where;
    const sunspec::Model* model = nullptr;  ///< nullptr: no table here knows it
    std::vector<std::uint16_t> registers;   ///< whole, once read
    bool read = false;
    std::string trouble;  ///< why it could not be
    Steps steps;          ///< the reads

    /// Only of one that was read.
    [[nodiscard]] sunspec::ModelView view() const { return {*model, registers, {}}; }
};

/// One round of reads of what a device measures.
struct Poll {
    Instant at{};
    std::vector<ModelData> models;
    std::optional<MeterReading> meter;  ///< of a meter beside it, in the same second
    std::optional<BmsReading> bms;      ///< of its battery

    [[nodiscard]] const ModelData* find(std::uint16_t id) const;
};

struct Chain {
    Instant at{};
    std::vector<sunspec::ModelAddress> models;
    std::vector<sunspec::Finding> findings;
    std::size_t trusted = SIZE_MAX;  ///< so many of them; the rest stands behind a wrong L
    std::uint16_t end = 0;           ///< address of the end model's ID, or of what stands there
    std::uint16_t end_id = 0;
    bool ended = false;  ///< that could be read
};

struct Sample {
    Instant at{};
    double value = 0.0;
};

/// A setting that was written, and what the device did then.
struct Experiment {
    std::string point;     ///< what was written: "704 WSet"
    std::string not_done;  ///< why, when it was not
    double before = 0.0;   ///< what the register showed
    double asked = 0.0;    ///< in the point's unit
    double watts = 0.0;    ///< W or var that come of it
    Instant written{};
    std::optional<Duration> falls_back;  ///< the device's own timer, since it was written
    Steps writes;
    std::vector<Sample> shown;     ///< the register, read back
    std::vector<Sample> measured;  ///< the active power, in W
    std::vector<Sample> reactive;  ///< the reactive power, in var
    std::vector<Sample> pv;        ///< the part of its PV, where it tells that in 160, in W
    std::vector<Sample> metered;   ///< the import of a meter beside it, in W
    std::map<std::string, std::vector<Sample>> told;  ///< points of 122, raw
    [[nodiscard]] bool done() const noexcept { return not_done.empty(); }
};

/// Something that the check wrote, or would have.
struct Write {
    std::string what;  ///< "704 WMaxLimPct = 50"
    bool done = false;
    bool restored = false;
};

struct Snapshot {
    DeviceProfile profile;
    bool has_profile = false;
    bool serial_line = false;  ///< TCP's own rules do not apply
    bool armed = false;
    std::string not_armed;                    ///< why not
    bool has_meter = false, has_bms = false;  ///< somebody else was asked, too
    bool patient = false;                     ///< what takes minutes was done, too
    bool interrupted = false;

    std::vector<Exchange> journal;
    std::map<std::string, Steps, std::less<>> probes;  ///< by name; see survey.hpp

    std::optional<std::uint16_t> base;  ///< where "SunS" stands
    std::optional<std::uint8_t>
        other_unit;             ///< it answers SunSpec at this unit id, and not at its own
    std::vector<Chain> chains;  ///< as walked: at the beginning, and at the end
    std::vector<sunspec::ModelAddress> off_chain;  ///< models that stand behind the chain
    std::vector<sunspec::ModelAddress>
        behind_lie;    ///< where the table's length leads, and L does not
    int read_max = 0;  ///< registers that it answered at once
    std::vector<ModelData> models;
    std::vector<Poll> polls;
    std::map<std::string, Experiment, std::less<>> experiments;
    /// Those by its other way in, where it has two (controls.hpp).
    std::map<std::string, Experiment, std::less<>> other_experiments;
    bool other_way = false;  ///< `experiments` are those of the other way, for the moment
    std::vector<Write> writes;
    Identity identity;

    /// Turns to the other way in, or back.
    void turn_way() {
        other_way = !other_way;
        experiments.swap(other_experiments);
    }

    [[nodiscard]] const ModelData* find(std::uint16_t id, int instance = 0) const;
    [[nodiscard]] const Steps* probe(std::string_view name) const;
    [[nodiscard]] const Experiment* experiment(std::string_view name) const;
    /// The last exchange of a probe, or nullptr.
    [[nodiscard]] const Exchange* last_of(std::string_view probe) const;
};

/// A point of a model that was read, by its name ("W", "Prt.DCW" of the first port); no value where
/// the tables or the device do not have it.
[[nodiscard]] sunspec::Reading number(const ModelData* model, std::string_view point);
[[nodiscard]] std::optional<std::uint64_t> raw(const ModelData* model, std::string_view point);
/// Its registers, as they came; empty where there are none.
[[nodiscard]] std::span<const std::uint16_t> registers(const ModelData& model,
                                                       const sunspec::Point& point);

/// Calls `visit(const Point&)` for all points of a model that was read, padding included.
template <class Visit>
void for_each_point(const ModelData& model, Visit visit) {
    if (model.model == nullptr || !model.read) return;
    sunspec::for_each_point(*model.model, model.where.size(), model.view().slots(), visit);
}

}  // namespace islandbench::conformance

#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "conformance/controls.hpp"
#include "conformance/snapshot.hpp"
#include "conformance/wire.hpp"
#include "protocols/sunspec/block.hpp"

namespace islandbench::conformance {

struct SurveyOptions {
    std::string name;       ///< what a person calls the device
    bool may_write = true;  ///< ask the guard for a permit
    LinkAddress link;
    std::string where;  ///< what the network connects to
    DeviceProfile profile;
    bool has_profile = false;    ///< a person has named it: maker and model are compared
    std::set<std::string> only;  ///< of "values", "access", "link", "control"; none = all
    MeterPort* meter = nullptr;  ///< a meter of the same place, only read
    BmsPort* bms = nullptr;      ///< the device's battery, only read
    bool patient = false;        ///< take the minutes that some questions need
};

/// Asks a device everything that the rules want to know, and writes it down. Reads come first.
/// Writes only happen with a permit of the guard, one setting after the other, each with what the
/// device does then; at the end all that was written is set back, also when somebody asks to stop.
///
/// A survey goes on wherever it can: what a device refuses, loses or mangles is an answer, too.
class Survey {
  public:
    Survey(Scheduler& clock, links::Network& network, const drivers::WriteGuard& guard,
           SurveyOptions options);

    /// Asked between any two steps: true skips to what must be set back.
    std::function<bool()> asked_to_stop = [] { return false; };
    /// Told of every step that begins.
    std::function<void(const std::string&)> tell = [](const std::string&) {};

    Task<> run();
    [[nodiscard]] const Snapshot& snapshot() const noexcept { return snapshot_; }

  private:
    struct Setting {
        std::string_view point;
        double value;
        bool with_next = false;  ///< in one request: the device wants both at once
    };
    /// Registers as they were before somebody wrote there.
    struct Undo {
        std::uint16_t address = 0;
        std::vector<std::uint16_t> registers;
        std::size_t write = 0;  ///< in Snapshot::writes
    };

    // survey.cpp: the map.
    Task<> greet();
    Task<> discover();
    Task<bool> looks_like_marker(std::uint8_t unit, int base);
    Task<> read_map();
    Task<> walk();
    Task<> find_read_max();
    Task<> read_all_models();
    Task<ModelData> read_model(sunspec::ModelAddress where);
    Task<bool> read_pieces(ModelData& into, std::vector<modbus::ReadHoldingRegisters> plan);
    Task<> look_behind();
    Task<> look_behind_end(int end);
    void identify();

    // survey_probes.cpp: values over time, access rules, the link.
    Task<> poll();
    Task<> ask_witnesses(Poll& round);
    Task<> poll_fast();
    Task<> probe_access();
    Task<> probe_link();
    Task<> probe_pace();
    Task<> probe_second_client();
    Task<> probe_abandoned();
    Task<> probe_quiet_clients();

    // survey_orders.cpp: power, limit, time-outs.
    Task<> write_and_watch();
    Task<> try_orders();
    void would_write();
    void would_write(std::uint16_t model, std::initializer_list<std::string_view> points);
    void would_order(bool basic);
    Task<> try_functions();
    Task<> try_set_point();
    Task<> try_limit();
    Task<> try_low_cap();
    Task<> try_reversion();
    Task<> run_out(std::string name, const Lever& lever, std::vector<Setting> values);
    [[nodiscard]] std::vector<Setting> order(const Lever& lever, double time_out,
                                             std::vector<Setting> values,
                                             double enable = 1.0) const;
    [[nodiscard]] std::vector<Setting> power_order(double watts, double time_out) const;
    Task<> give_power();
    [[nodiscard]] bool gives_power() const;
    [[nodiscard]] double power_asked() const;

    // survey_settings.cpp: service, reactive power, settings that hold an order down.
    Task<> try_permission();
    Task<> try_factor();
    Task<> try_reactive();
    Task<> try_var(std::string name, const Lever& lever, std::vector<Setting> values, double asked);
    Task<> try_most_power();
    Task<> try_reserve();

    // survey_curves.cpp
    Task<> try_curves();
    Task<> try_curve(const ModelData& model, std::string_view request, std::string_view result);

    // survey_writes.cpp: the writes, and looking at what comes of them.
    void ask_for_permit();
    Task<bool> set(Experiment& experiment, std::uint16_t model, std::vector<Setting> settings);
    Task<bool> put(Experiment* experiment, std::string what, std::uint16_t address,
                   std::vector<std::uint16_t> registers,
                   std::optional<std::uint8_t> as_function = std::nullopt);
    Task<> watch(Experiment& experiment, std::uint16_t model, std::string_view point,
                 Duration duration);
    Task<> watch_power(Experiment& experiment, Duration duration);
    Task<> look(Experiment& experiment);
    Task<> look_beside(Experiment& experiment);
    Task<> restore();
    Task<bool> set_back(const Undo& undo, Write& write);
    [[nodiscard]] bool has(std::uint16_t model, std::string_view point) const;
    [[nodiscard]] bool has(const Lever& lever) const { return has(lever.model, lever.value); }
    /// A point that the device has, or nullptr.
    [[nodiscard]] const sunspec::Point* writable(std::uint16_t model, std::string_view name) const;

    /// Reads, again where the device is silent, busy or gone for a while.
    Task<bool> read(std::string purpose, int address, int count, std::vector<std::uint16_t>& into,
                    Steps* steps = nullptr);
    /// Waits for a device that does not let us in any more.
    Task<bool> outlast();
    /// One request as it is, noted under the probe's name; again while the device is busy.
    Task<std::size_t> probe(std::string name, modbus::Pdu pdu);
    /// The same, again where no answer came: links lose one now and then.
    Task<std::size_t> probe_surely(std::string name, modbus::Pdu pdu);
    /// Something that happened without a request.
    void note(const std::string& probe, Exchange::Outcome outcome);
    /// The part is to be asked, and there still is somebody to ask.
    [[nodiscard]] bool wants(const std::string& part) const {
        return !over() && snapshot_.base && (options_.only.empty() || options_.only.contains(part));
    }
    [[nodiscard]] bool over() const { return gone_ || asked_to_stop(); }

    Scheduler& clock_;
    links::Network& network_;
    const drivers::WriteGuard& guard_;
    SurveyOptions options_;
    Snapshot snapshot_;
    Wire wire_;
    std::optional<drivers::WritePermit> permit_;
    std::vector<Undo> undo_;
    std::uint8_t write_function_ = 16;  ///< of single registers, as far as it was tried
    bool takes_its_limit_ = false;      ///< written back as it was, its power limit was taken
    bool gone_ = false;                 ///< it does not answer any more
};

/// Of what is written the device falls back by itself when the check dies, in s.
inline constexpr double guard_s = 60.0, long_guard_s = 600.0;
inline constexpr double full_pct = 100.0;

/// A model whose entries are adopted, and the points for that.
struct Curves {
    std::uint16_t model;
    std::string_view request, result;
};
inline constexpr Curves adoptable[] = {
    {705, "AdptCrvReq", "AdptCrvRslt"}, {706, "AdptCrvReq", "AdptCrvRslt"},
    {707, "AdptCrvReq", "AdptCrvRslt"}, {708, "AdptCrvReq", "AdptCrvRslt"},
    {709, "AdptCrvReq", "AdptCrvRslt"}, {710, "AdptCrvReq", "AdptCrvRslt"},
    {711, "AdptCtlReq", "AdptCtlRslt"}, {712, "AdptCrvReq", "AdptCrvRslt"}};

/// The points that show what a device measures are polled of these models.
inline constexpr std::initializer_list<std::uint16_t> measuring_models{
    101, 102, 103, 111, 112, 113, 124, 160, 201, 202,
    203, 204, 211, 212, 213, 214, 701, 713, 714, 802};

}  // namespace islandbench::conformance

#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/roles.hpp"
#include "base/site.hpp"
#include "dispatch/loop/ports.hpp"

/// A street of one line of physics per device, for tests of the loop: the former carries on each
/// phase what the others do not. Every exchange with a device takes a log-normal time or is lost.
namespace islandbench::dispatch::test {

/// How the links are.
struct LinkModel {
    double median = 0.030, p99 = 0.300, loss = 0.0;
};

/// One write that reached a device.
struct Written {
    Instant at;
    std::string what;
    double value;
};

/// What the ports of one device share: its link and what was asked of it.
class ToyLink {
  public:
    ToyLink(Scheduler& clock, std::uint64_t seed, const std::string& device, LinkModel model)
        : clock_(clock), random_(seed, "link." + device), model_(model) {}

    /// True when the device was reached; half the time passes before it acts, half after.
    Task<bool> there(Instant deadline);
    Task<bool> back(Instant deadline);
    void note(const std::string& what, double value);

    bool silent = false;
    int open = 0;       ///< exchanges under way
    int most_open = 0;  ///< must stay 1
    std::uint64_t exchanges = 0;
    std::vector<Written> writes;

  private:
    Task<bool> wait(double seconds, Instant deadline);

    Scheduler& clock_;
    Random random_;
    LinkModel model_;
    double half_ = 0.0;
};

class ToyStreet;

struct ToyHybrid {
    std::size_t phase = 0;
    double rating = 5000.0, capacity_wh = 13500.0, soc = 0.6, pv = 0.0;
    double p = 0.0;  ///< AC
    std::optional<InverterCommand> command;
    Instant commanded_at{};
    bool ignores = false;     ///< acknowledges set-points and does nothing
    double soc_offset = 0.0;  ///< its BMS reports so much too much

    [[nodiscard]] double setpoint(Instant now) const;
    void advance(Instant now, double dt);
};

struct ToyHome {
    std::size_t phase = 0;
    std::array<double, tiers> draw{};
    std::array<bool, tiers> closed{true, true, true, true, true};
    std::array<int, tiers> acts_on{0, 1, 2, 3, 4};  ///< contactor that each coil moves
    std::array<bool, tiers> coil{true, true, true, true, true};
    [[nodiscard]] double load() const;
};

/// The world; one step every 10 ms.
class ToyStreet {
  public:
    /// Three homes as in the miniature: hybrids on phases A and B, load only on C.
    ToyStreet(Scheduler& clock, std::uint64_t seed, LinkModel model = {});
    ~ToyStreet();

    void advance(double dt);
    Task<> live();  ///< steps for ever

    [[nodiscard]] const Site& site() const noexcept { return site_; }
    [[nodiscard]] Ports ports();
    ToyLink& link(const std::string& device) { return *links_.at(device); }
    [[nodiscard]] std::vector<std::string> device_names() const;

    // The story's levers.
    bool grid = true;
    bool permit_reclose = false;
    double observation = 20.0;

    // What can be seen of it.
    bool closed = true;
    bool sync_request = false, island_request = false;
    double grid_ok_for = 1e9;
    double sync_for = 0.0;
    double former_soc_offset = 0.0;
    double former_soc = 0.8, former_capacity_wh = 60000.0, former_rating = 30000.0;
    std::array<double, phases> former_p{};
    std::array<double, phases> former_mean{};  ///< over 400 ms: what its telemetry says
    double former_worst = 0.0;                 ///< largest phase power of rated, in the island
    double overload_left = 10.0;
    bool former_tripped = false;
    double priority = 1500.0;  ///< per phase
    std::vector<ToyHybrid> hybrids;
    std::vector<ToyHome> homes;
    double tie_p = 0.0;  ///< import

    Scheduler& clock;

  private:
    class InverterFake;
    class FormerFake;
    class BmsFake;
    class MeterFake;
    class SwitchFake;
    class LoadControlFake;
    friend class SwitchFake;

    void move_switch(double dt);
    void carry(double dt);
    ToyLink& new_link(const std::string& device);

    Site site_;
    std::uint64_t seed_;
    LinkModel model_;
    std::map<std::string, std::unique_ptr<ToyLink>> links_;
    std::vector<std::unique_ptr<InverterPort>> inverters_;
    std::vector<std::unique_ptr<BmsPort>> bms_;
    std::vector<std::unique_ptr<LoadControlPort>> loadctls_;
    std::unique_ptr<MeterPort> meter_;
    std::unique_ptr<InterconnectPort> switch_;
    std::deque<std::array<double, phases>> recent_;
    double dead_for_ = 0.0;
};

}  // namespace islandbench::dispatch::test

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "emulators/devices/inverter_body.hpp"
#include "emulators/devices/timed_order.hpp"

namespace islandbench::devices {

/// What models 121, 123 and 124 set in an inverter: the base of its limit (121 WMax), connection,
/// limit, power factor and reactive power (123), and the battery (124) as a window: it charges at
/// most InWRte and discharges at most OutWRte, each while its bit of StorCtl_Mod is set; a negative
/// one demands the opposite, so that InWRte = -OutWRte is a set-point. Below MinRsvPct of charge it
/// does not discharge.
///
/// A positive OutPFSet is over-excited, as is a positive reactive power. Of power factor and
/// reactive power the one that was enabled last holds. Unlike those of model 704, an order that
/// runs out falls back to nothing but the unit's own way.
class SunSpec100Controls {
  public:
    /// Adds no models; sets the points of those in `image`, which must outlive this, as must
    /// `body`. `ramp` is that of its set-points, of the rating per second.
    SunSpec100Controls(sunspec::Image& image, InverterBody& body, Ratio ramp,
                       const std::string& serial);

    /// What was written, beyond what the table of points knows.
    [[nodiscard]] bool makes_sense() const;
    void written(Instant now);
    /// Ends what has run out; how long ago the longest of that was ordered.
    std::optional<Duration> end_orders(Instant now);
    /// What the unit does, as its registers say now.
    void obey(Instant now);
    /// Bits of 122 StActCtl.
    [[nodiscard]] std::uint32_t active(Instant now) const;

  private:
    void build();
    void keep_one_way();
    void obey_limit(Instant now);
    void obey_reactive(Instant now);
    void obey_storage(Instant now);
    [[nodiscard]] std::optional<plant::ReactiveControl> reactive() const;
    [[nodiscard]] std::optional<ActivePower> battery_order() const;
    [[nodiscard]] bool is_on(const sunspec::Point& enable) const;
    [[nodiscard]] double number(const sunspec::Point& point, double otherwise) const;

    sunspec::Image& image_;
    InverterBody& body_;
    Ratio ramp_;
    Random random_;  // moments within windows
    TimedOrder connection_, limit_, factor_, var_, storage_;
    TimedRamp limit_share_{1.0};
    bool reactive_set_ = false;
    std::optional<ActivePower> battery_;  // the order in force
};

}  // namespace islandbench::devices

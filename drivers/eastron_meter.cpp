#include "drivers/eastron_meter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace islandbench::drivers {

namespace eastron = maps::eastron;
using eastron::value;

namespace {

constexpr std::array wanted{value("v1"), value("v2"), value("v3"), value("i1"), value("i2"),
                            value("i3"), value("p1"), value("p2"), value("p3"), value("q1"),
                            value("p"),  value("q"),  value("f")};

eastron::Product product_of(const DeviceProfile& profile) {
    return profile.model == "SDM230" ? eastron::Product::sdm230 : eastron::Product::sdm630;
}

std::vector<modbus::ReadInputRegisters> plan_for(const DeviceProfile& profile) {
    std::vector<eastron::Value> there;
    for (const eastron::Value& one : wanted) {
        if (one.of(product_of(profile))) there.push_back(one);
    }
    return eastron::plan_reads(there, std::clamp(profile.read_max, 2, eastron::read_max));
}

constexpr eastron::Value bus_address = eastron::settings[4];

}  // namespace

EastronMeter::EastronMeter(Scheduler& clock, links::Network& network, const WriteGuard& guard,
                           DeviceSettings settings)
    : ModbusDevice(clock, network, guard, std::move(settings)),
      product_(product_of(this->settings().profile)),
      plan_(plan_for(this->settings().profile)) {}

Task<Result<Identity>> EastronMeter::identify(bool /*again*/, Instant deadline) {
    const auto address = co_await read_holding(bus_address.address, 2, deadline);
    if (!address) co_return tl::unexpected(address.error());
    const maps::Source source{bus_address.address, *address};
    const double says = maps::number(source, bus_address.point());
    if (!(says >= 1.0 && says <= 247.0)) {
        co_return failure(ErrorCode::bad_reply,
                          settings().name +
                              ": its bus address is no number of 1..247: not a meter "
                              "of this kind");
    }
    Identity identity;
    identity.maker = settings().profile.maker;
    identity.model = settings().profile.model;
    // It cannot say so itself: what this process emulates is known without being told.
    identity.emulator = settings().link.kind == LinkAddress::Kind::emulated;
    co_return std::move(identity);
}

double EastronMeter::number(const eastron::Value& one) const {
    if (!one.of(product_)) return std::numeric_limits<double>::quiet_NaN();
    return maps::number(maps::Source{0, registers_}, one.point());
}

MeterReading EastronMeter::decode() const {
    const bool single = product_ == eastron::Product::sdm230;
    MeterReading reading;
    reading.reported = clock().now();
    reading.p = ActivePower{number(single ? value("p1") : value("p"))};
    reading.q = ReactivePower{number(single ? value("q1") : value("q"))};
    reading.f = Frequency{number(value("f"))};
    constexpr std::array power{value("p1"), value("p2"), value("p3")};
    constexpr std::array voltage{value("v1"), value("v2"), value("v3")};
    constexpr std::array current{value("i1"), value("i2"), value("i3")};
    for (std::size_t i = 0; i < phases; ++i) {
        reading.p_phase[i] = ActivePower{number(power[i])};
        reading.v_phase[i] = Voltage{number(voltage[i])};
        reading.i_phase[i] = Current{number(current[i])};
    }
    return reading;
}

Task<Result<MeterReading>> EastronMeter::read(Instant deadline) {
    for (const modbus::ReadInputRegisters& piece : plan_) {
        const auto came = co_await read_input(piece.address, piece.quantity, deadline);
        if (!came) co_return tl::unexpected(came.error());
        std::copy(came->begin(), came->end(), registers_.begin() + piece.address);
    }
    MeterReading reading = decode();
    if (std::isnan(reading.p.value())) {
        co_return failure(ErrorCode::bad_reply, settings().name + ": its power is no number");
    }
    co_return reading;
}

}  // namespace islandbench::drivers

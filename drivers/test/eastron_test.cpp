#include "drivers/eastron_meter.hpp"

#include <bit>
#include <map>

#include "drivers/test/driver_test.hpp"
#include "emulators/devices/eastron_meter.hpp"
#include "emulators/plant/test/miniature.hpp"
#include "emulators/servers/modbus_server.hpp"

namespace islandbench::drivers::test {
namespace {

/// Input registers filled by hand, as the maker's paper has them; at most `most` at once.
class PaperMeter final : public modbus::DataModel {
  public:
    void put(int address, int high, int low) {
        inputs[address] = static_cast<std::uint16_t>(high);
        inputs[address + 1] = static_cast<std::uint16_t>(low);
    }
    modbus::Served read_input_registers(std::uint16_t address,
                                        std::span<std::uint16_t> into) override {
        ++reads;
        if (into.size() > most) return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
        for (std::size_t i = 0; i < into.size(); ++i) {
            into[i] = inputs[address + static_cast<int>(i)];
        }
        return {};
    }
    modbus::Served read_holding_registers(std::uint16_t address,
                                          std::span<std::uint16_t> into) override {
        if (address != 0x14 || into.size() != 2) {
            return modbus::refuse(modbus::ExceptionCode::illegal_data_address);
        }
        into[0] = bus_address_high;
        into[1] = 0;
        return {};
    }
    std::map<int, std::uint16_t> inputs;
    std::uint16_t bus_address_high = 0x4000;  // 2.0
    std::size_t most = 80;
    int reads = 0;
};

class EastronTest : public DriverTest {
  protected:
    EastronTest() {
        paper.put(0x00, 0x4366, 0x3333);  // 230.2 V
        paper.put(0x02, 0x4365, 0x0000);  // 229 V
        paper.put(0x04, 0x4367, 0x0000);  // 231 V
        paper.put(0x06, 0x40A0, 0x0000);  // 5 A
        paper.put(0x0C, 0x4489, 0x8000);  // 1,100 W
        paper.put(0x18, 0xC248, 0x0000);  // -50 var
        paper.put(0x34, 0xC49A, 0x5000);  // -1,234.5 W
        paper.put(0x3C, 0x4316, 0x0000);  // 150 var
        paper.put(0x46, 0x4247, 0xF5C3);  // 49.99 Hz
        responder.serve(1, paper);
        server = std::move(*servers::ModbusServer::start(clock, network, "device", responder,
                                                         condition, Random(3, "link")));
    }
    Result<MeterReading> read(const char* model, int read_max = 80) {
        DeviceSettings settings = emulated("meter_grid");
        settings.profile.maker = "Eastron";
        settings.profile.model = model;
        settings.profile.read_max = read_max;
        EastronMeter meter(clock, network, nobody, settings);
        auto reading = wait_for(meter.read(in(60s)));
        identity = meter.identity();
        return reading;
    }

    PaperMeter paper;
    Identity identity;
    modbus::Responder responder;
    links::LinkCondition condition;
    std::unique_ptr<servers::ModbusServer> server;
};

void expect_sdm630(const MeterReading& reading) {
    EXPECT_NEAR(reading.v_phase[0].value(), 230.2, 1e-4);
    EXPECT_EQ(reading.v_phase[2].value(), 231.0);
    EXPECT_EQ(reading.i_phase[0].value(), 5.0);
    EXPECT_EQ(reading.p_phase[0].value(), 1100.0);
    EXPECT_EQ(reading.p.value(), -1234.5);
    EXPECT_EQ(reading.q.value(), 150.0);
    EXPECT_NEAR(reading.f.value(), 49.99, 1e-4);
}

TEST_F(EastronTest, ReadsWhatThePaperSays) {
    const auto reading = read("SDM630");
    ASSERT_TRUE(reading.has_value()) << reading.error().what;
    expect_sdm630(*reading);
    EXPECT_EQ(paper.reads, 1);
    EXPECT_EQ(identity.model, "SDM630");
    EXPECT_TRUE(identity.emulator);
}

TEST_F(EastronTest, KeepsTheDevicesReadLimit) {
    for (const int most : {2, 30, 50}) {
        paper.most = static_cast<std::size_t>(most);
        const auto reading = read("SDM630", most);
        ASSERT_TRUE(reading.has_value()) << most << ": " << reading.error().what;
        expect_sdm630(*reading);
    }
    EXPECT_FALSE(read("SDM630", 80).has_value());
}

TEST_F(EastronTest, TellsNothingOfPhasesThatAreNotThere) {
    const auto reading = read("SDM230");
    ASSERT_TRUE(reading.has_value()) << reading.error().what;
    EXPECT_EQ(reading->p.value(), 1100.0);
    EXPECT_EQ(reading->q.value(), -50.0);
    EXPECT_TRUE(std::isnan(reading->v_phase[1].value()));
    EXPECT_TRUE(std::isnan(reading->p_phase[2].value()));
}

TEST_F(EastronTest, RefusesWhatIsNoMeter) {
    paper.bus_address_high = 0x0002;  // an integer, not a float
    EXPECT_EQ(read("SDM630").error().code, ErrorCode::bad_reply);
    paper.bus_address_high = 0x4000;
    paper.put(0x34, 0x7FC0, 0);  // no number
    EXPECT_EQ(read("SDM630").error().code, ErrorCode::bad_reply);
}

TEST_F(EastronTest, MeetsTheEmulatorOverALink) {
    const Site site = plant::quiet_miniature();
    plant::StreetStart start;
    start.at = story_start;
    plant::Street street(site, start);
    DeviceProfile profile;
    profile.model = "SDM630";
    profile.cadence = 400ms;
    devices::EastronMeter emulator(profile, MeterSide::grid, street);
    for (int i = 0; i < 2000; ++i) {
        street.step();
        emulator.refresh(street.now());
    }
    modbus::Responder other;
    other.serve(1, emulator);
    const auto beside =
        servers::ModbusServer::start(clock, network, "other", other, condition, Random(4, "link"));
    DeviceSettings settings = emulated("meter_grid");
    settings.where = "other";
    settings.profile.model = "SDM630";
    EastronMeter meter(clock, network, nobody, settings);
    const auto reading = wait_for(meter.read(in(60s)));
    ASSERT_TRUE(reading.has_value()) << reading.error().what;
    std::array<std::uint16_t, 2> p{};
    ASSERT_TRUE(emulator.read_input_registers(0x34, p).has_value());
    EXPECT_EQ(static_cast<float>(reading->p.value()),
              std::bit_cast<float>(static_cast<std::uint32_t>(p[0] << 16 | p[1])));
    EXPECT_GT(std::fabs(reading->p.value()), 500.0);
    EXPECT_NEAR(reading->v_phase[1].value(), street.grid().v[1].value(), 0.1);
    EXPECT_NEAR(reading->f.value(), 50.0, 0.05);
}

}  // namespace
}  // namespace islandbench::drivers::test

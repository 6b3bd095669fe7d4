// Proof by strangers: clients that we did not write read our emulators, and our drivers read
// servers that we did not write, over TCP and over serial lines. A stranger who is not installed is
// a skip with its reason.
#include <gmock/gmock.h>
#include <modbus.h>

#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

#include "drivers/eastron_meter.hpp"
#include "drivers/sunspec_meter.hpp"
#include "drivers/test/golden.hpp"
#include "drivers/test/serial_pair.hpp"
#include "emulators/devices/eastron_meter.hpp"
#include "emulators/devices/hybrid_body.hpp"
#include "emulators/devices/sunspec_inverter.hpp"
#include "emulators/plant/test/miniature.hpp"
#include "emulators/servers/modbus_server.hpp"
#include "emulators/servers/rtu_server.hpp"
#include "links/test/child.hpp"

namespace islandbench::drivers::test {
namespace {

using links::test::Child;
using ::testing::AllOf;
using ::testing::HasSubstr;

const char* const python = "/usr/bin/python3";
const std::string scripts = IB_SOURCE_DIR "/drivers/test/strangers/";
const std::string node_modules = IB_SOURCE_DIR "/build/strangers/node_modules";

bool succeeds(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

#define IB_NEEDS_PYMODBUS()                                                                \
    if (!succeeds(std::string(python) + " -c 'import pymodbus, serial, serial_asyncio'"))  \
    GTEST_SKIP() << "python3-pymodbus, python3-serial and python3-serial-asyncio are not " \
                    "installed"
#define IB_NEEDS_MBPOLL() \
    if (!succeeds("command -v mbpoll")) GTEST_SKIP() << "mbpoll is not installed"
#define IB_NEEDS_MODBUS_SERIAL()                                               \
    if (!succeeds("command -v node")) GTEST_SKIP() << "node is not installed"; \
    if (!std::filesystem::exists(node_modules + "/modbus-serial"))             \
    GTEST_SKIP() << "modbus-serial is not in " << node_modules << " (scripts/test installs it)"

/// Wall time, a place for what strangers print, and everything that waits in it.
class Strangers : public ::testing::Test {
  protected:
    Strangers() { std::filesystem::create_directories(folder); }

    template <class Condition>
    bool run_until(Condition done, Duration limit = 60s) {
        clock.run_ready();
        const Instant end = clock.now() + limit;
        while (!done() && clock.now() < end) {
            clock.advance_to(network.wait(std::min(clock.next_timer(), clock.now() + 5ms)));
            clock.run_ready();
        }
        return done();
    }
    /// What a program printed while we served; it must end well.
    std::string output_of(const std::vector<std::string>& command) {
        const std::filesystem::path out = folder / "out";
        Child child(command, out);
        EXPECT_TRUE(run_until([&] { return child.ended(); })) << "it never ended";
        EXPECT_EQ(child.exit_code(), 0) << content(out);
        return content(out);
    }
    static std::string content(const std::filesystem::path& path) {
        std::ifstream file(path);
        std::ostringstream text;
        text << file.rdbuf();
        return text.str();
    }
    /// "name value" lines.
    static std::map<std::string, std::string> named(const std::string& text) {
        std::map<std::string, std::string> values;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
            const std::size_t blank = line.find(' ');
            values[line.substr(0, blank)] =
                blank == std::string::npos ? "" : line.substr(blank + 1);
        }
        return values;
    }

    std::filesystem::path folder = std::filesystem::path(IB_BINARY_DIR) / "strangers" /
                                   ::testing::UnitTest::GetInstance()->current_test_info()->name();
    Scheduler clock;
    links::TcpNetwork network{clock};
};

/// Unit 1: the hybrid of home 2, which gives 1,500 W. Unit 2: an SDM630.
class ReadOurEmulators : public Strangers {
  protected:
    ReadOurEmulators() {
        profile.cadence = 100ms;
        profile.model = "hybrid 5k";
        const HomeSpec& home = site.homes[1];
        plant::Hybrid& hybrid = *street.hybrid(1);
        auto body =
            std::make_unique<devices::HybridBody>(*home.hybrid, home.phase, Ratio{1.0}, hybrid);
        hybrid.control().charge_limit = hybrid.control().discharge_limit = Current{100.0};
        inverter.emplace(profile, "17", site.interconnect.enter_service, site.nominal_f,
                         std::move(body));
        meter_profile.model = "SDM630";
        meter_profile.read_max = 80;
        meter_profile.cadence = 400ms;
        meter.emplace(meter_profile, MeterSide::grid, street);
        responder.serve(1, *inverter);
        responder.serve(2, *meter);
        const int m704 = 40069 + 1 + 155 + 52 + 19;  // behind 1, 701, 702, 703
        const std::array<std::uint16_t, 4> set{1, 1, 0, 1500};
        EXPECT_TRUE(inverter->write_registers(static_cast<std::uint16_t>(m704 + 22), set));
        for (int i = 0; i < 5000; ++i) {
            street.step();
            inverter->refresh(street.now());
            meter->refresh(street.now());
        }
    }
    std::string serve() {
        tcp = std::move(*servers::ModbusServer::start(clock, network, "127.0.0.1:0", responder,
                                                      condition, Random(3, "link")));
        return tcp->address().substr(tcp->address().rfind(':') + 1);
    }
    void expect_read_well(const std::map<std::string, std::string>& read) {
        EXPECT_EQ(read.at("marker"), "SunS");
        EXPECT_EQ(read.at("models"), "1,701,702,703,704,711,713,714,705,706,712,707,708,709,710");
        EXPECT_EQ(read.at("maker"), "islandbench");
        EXPECT_EQ(read.at("rating"), "5000");
        EXPECT_NEAR(std::stod(read.at("meter_v1")), street.grid().v[0].value(), 0.1);
        EXPECT_NEAR(std::stod(read.at("meter_f")), 50.0, 0.05);
    }

    Site site = plant::quiet_miniature();
    plant::Street street{site, {.at = story_start}};
    DeviceProfile profile, meter_profile;
    std::optional<devices::SunSpecInverter> inverter;
    std::optional<devices::EastronMeter> meter;
    modbus::Responder responder{modbus::UnknownUnit::silence};
    links::LinkCondition condition;
    std::unique_ptr<servers::ModbusServer> tcp;
};

TEST_F(ReadOurEmulators, PymodbusOverTcp) {
    IB_NEEDS_PYMODBUS();
    const auto read = named(output_of({python, scripts + "pymodbus_client.py", "tcp", serve()}));
    expect_read_well(read);
    EXPECT_NEAR(std::stod(read.at("watts")), 1500.0, 20.0);
    EXPECT_NEAR(std::stod(read.at("volts_l2")), 10 * street.hybrid(1)->state().v.value(), 1.0);
    EXPECT_EQ(read.at("set"), "[1, 1, 0, 1200]");
    EXPECT_EQ(read.at("read_only"), "2");
    EXPECT_EQ(read.at("beyond"), "2");
}

TEST_F(ReadOurEmulators, ModbusSerialOverTcp) {
    IB_NEEDS_MODBUS_SERIAL();
    const std::string port = serve();
    const auto read = named(output_of(
        {"env", "NODE_PATH=" + node_modules, "node", scripts + "modbus_serial_client.js", port}));
    expect_read_well(read);
    EXPECT_EQ(read.at("set"), "1,1,0,700");
}

TEST_F(ReadOurEmulators, MbpollOverTcp) {
    IB_NEEDS_MBPOLL();
    const std::string port = serve();
    const std::string sunspec = output_of({"mbpoll", "-m", "tcp", "-a", "1", "-p", port, "-0", "-r",
                                           "40000", "-c", "2", "-1", "127.0.0.1"});
    EXPECT_THAT(sunspec, AllOf(HasSubstr("21365"), HasSubstr("28243"))) << "\"SunS\"";
    const std::string floats =
        output_of({"mbpoll", "-m", "tcp", "-a", "2", "-p", port, "-0", "-t", "3:float", "-B", "-r",
                   "70", "-c", "1", "-1", "127.0.0.1"});
    EXPECT_THAT(floats, ::testing::ContainsRegex("\\[70\\]:[ \t]*(50|49\\.9|50\\.0)"));
}

TEST_F(ReadOurEmulators, PymodbusOverASerialLine) {
    IB_NEEDS_PYMODBUS();
    SerialEnd line(clock, network);
    servers::RtuServer bus(clock, line.take(), responder, {{115200, 'N', 1}, 1ms, true});
    const auto read =
        named(output_of({python, scripts + "pymodbus_client.py", "rtu", line.path(), "115200"}));
    expect_read_well(read);
}

TEST_F(ReadOurEmulators, MbpollOverASerialLine) {
    IB_NEEDS_MBPOLL();
    SerialEnd line(clock, network);
    servers::RtuServer bus(clock, line.take(), responder, {{115200, 'N', 1}, 1ms, true});
    const std::string sunspec =
        output_of({"mbpoll", "-m", "rtu", "-a", "1", "-b", "115200", "-P", "none", "-o", "5", "-0",
                   "-r", "40000", "-c", "2", "-1", line.path()});
    EXPECT_THAT(sunspec, AllOf(HasSubstr("21365"), HasSubstr("28243")));
}

/// Our drivers, against servers of others: unit 1 is a SunSpec meter of 9,120 W, unit 2 an SDM630.
class ReadOtherServers : public Strangers {
  protected:
    DeviceSettings settings(const std::string& link) {
        DeviceSettings settings;
        settings.name = "meter_grid";
        settings.link = *parse_link_address(link);
        settings.where = modbus_place(settings.link);
        settings.profile.model = "SDM630";
        settings.profile.maker = "Eastron";
        settings.profile.read_max = 80;
        settings.profile.time_out = 10s;
        return settings;
    }
    /// The server may still be on its way up.
    template <class Meter>
    Result<MeterReading> read(Meter& meter) {
        std::optional<Result<MeterReading>> reading;
        TaskGroup tasks(clock);
        tasks.spawn(patient(meter, reading));
        EXPECT_TRUE(run_until([&] { return reading.has_value(); }));
        return std::move(*reading);
    }
    template <class Meter>
    Task<> patient(Meter& meter, std::optional<Result<MeterReading>>& into) {
        const Instant end = clock.now() + 50s;
        for (;;) {
            auto reading = co_await meter.read(clock.now() + 20s);
            const bool over = clock.now() > end;
            if (reading || over) {
                into = std::move(reading);
                co_return;
            }
            co_await clock.sleep_for(100ms);
        }
    }
    void expect_sunspec(const std::string& link) {
        SunSpecMeter meter(clock, network, nobody, settings(link));
        const auto reading = read(meter);
        ASSERT_TRUE(reading.has_value()) << reading.error().what;
        EXPECT_EQ(reading->p.value(), 9120.0);
        EXPECT_EQ(reading->p_phase[1].value(), -2260.0);
        EXPECT_EQ(reading->v_phase[2].value(), 231.9);
        EXPECT_EQ(reading->i_phase[0].value(), 12.3);
        EXPECT_EQ(reading->f.value(), 49.98);
        EXPECT_EQ(reading->q.value(), -4500.0);
        EXPECT_FALSE(meter.may_write());
    }
    void expect_eastron(const std::string& link) {
        EastronMeter meter(clock, network, nobody, settings(link));
        const auto reading = read(meter);
        ASSERT_TRUE(reading.has_value()) << reading.error().what;
        EXPECT_EQ(reading->p.value(), -1234.5);
        EXPECT_EQ(reading->p_phase[0].value(), 1100.0);
        EXPECT_EQ(reading->v_phase[0].value(), 230.5);
        EXPECT_EQ(reading->q.value(), 150.0);
        EXPECT_NEAR(reading->f.value(), 49.99, 1e-4);
    }
    /// One that is free now.
    int free_port() {
        const auto listener = network.listen("127.0.0.1:0");
        const std::string address = (*listener)->address();
        return std::atoi(address.c_str() + address.rfind(':') + 1);
    }
    WriteGuard nobody{{}};
};

TEST_F(ReadOtherServers, PymodbusOverTcp) {
    IB_NEEDS_PYMODBUS();
    const std::string port = std::to_string(free_port());
    const Child server({python, scripts + "pymodbus_server.py", "tcp", port}, folder / "server");
    expect_sunspec("tcp://127.0.0.1:" + port + "?unit=1");
    expect_eastron("tcp://127.0.0.1:" + port + "?unit=2");
}

TEST_F(ReadOtherServers, PymodbusOverASerialLine) {
    IB_NEEDS_PYMODBUS();
    SerialCable cable(clock, network);
    const Child server({python, scripts + "pymodbus_server.py", "rtu", cable.b(), "115200"},
                       folder / "server");
    expect_sunspec("rtu:" + cable.a() + "?baud=115200&unit=1");
    expect_eastron("rtu:" + cable.a() + "?baud=115200&unit=2");
}

/// libmodbus serves one unit: the golden registers of the SunSpec meter.
class LibmodbusServer {
  public:
    using Put = void (*)(RegisterDevice& device, std::string_view maker);
    explicit LibmodbusServer(modbus_t* context, Put put = put_meter) : context_(context) {
        RegisterDevice golden;
        put(golden, "Stranger");
        const int size = golden.registers.rbegin()->first - 40000 + 1;
        mapping_ =
            modbus_mapping_new_start_address(0, 0, 0, 0, 40000, static_cast<unsigned>(size), 0, 0);
        for (const auto& [address, value] : golden.registers) {
            mapping_->tab_registers[address - 40000] = value;
        }
        modbus_set_indication_timeout(context_, 0, 100000);
        modbus_set_response_timeout(context_, 0, 1);  // it sleeps that before it refuses
    }
    ~LibmodbusServer() {
        stop_ = true;
        if (worker_.joinable()) worker_.join();
        modbus_mapping_free(mapping_);
        modbus_close(context_);
        modbus_free(context_);
    }
    /// On what the context is connected to; -1: a listening socket of TCP.
    void serve(int listening) {
        worker_ = std::thread([this, listening] {
            int at = listening;
            if (listening >= 0) modbus_tcp_accept(context_, &at);
            std::array<std::uint8_t, MODBUS_TCP_MAX_ADU_LENGTH> request{};
            while (!stop_) {
                const int length = modbus_receive(context_, request.data());
                if (length > 0) modbus_reply(context_, request.data(), length, mapping_);
            }
        });
    }

  private:
    modbus_t* context_;
    modbus_mapping_t* mapping_ = nullptr;
    std::atomic<bool> stop_ = false;
    std::thread worker_;
};

TEST_F(ReadOtherServers, LibmodbusOverTcp) {
    const int port = free_port();
    modbus_t* const context = modbus_new_tcp("127.0.0.1", port);
    const int listening = modbus_tcp_listen(context, 1);
    ASSERT_GE(listening, 0);
    {
        LibmodbusServer server(context);
        server.serve(listening);
        expect_sunspec("tcp://127.0.0.1:" + std::to_string(port));
    }
    ::close(listening);
}

/// A float meter and one of a single phase, as libmodbus serves them.
TEST_F(ReadOtherServers, LibmodbusWithOtherMeters) {
    for (const auto& put : {put_float_meter, put_single_phase_meter}) {
        const int port = free_port();
        modbus_t* const context = modbus_new_tcp("127.0.0.1", port);
        const int listening = modbus_tcp_listen(context, 1);
        ASSERT_GE(listening, 0);
        {
            LibmodbusServer server(context, put);
            server.serve(listening);
            SunSpecMeter meter(clock, network, nobody,
                               settings("tcp://127.0.0.1:" + std::to_string(port)));
            const auto reading = read(meter);
            ASSERT_TRUE(reading.has_value()) << reading.error().what;
            const bool single = put == put_single_phase_meter;
            EXPECT_EQ(reading->p.value(), single ? 1100.0 : 9120.0);
            EXPECT_EQ(std::isnan(reading->p_phase[1].value()), single);
            EXPECT_NEAR(reading->f.value(), single ? 49.99 : 49.98, 1e-4);
            EXPECT_NEAR(reading->v_phase[0].value(), single ? 230.2 : 230.1, 1e-4);
        }
        ::close(listening);
    }
}

TEST_F(ReadOtherServers, LibmodbusOverASerialLine) {
    SerialCable cable(clock, network);
    modbus_t* const context = modbus_new_rtu(cable.b().c_str(), 115200, 'N', 8, 1);
    ASSERT_NE(context, nullptr);
    ASSERT_EQ(modbus_set_slave(context, 1), 0);
    ASSERT_EQ(modbus_connect(context), 0);
    LibmodbusServer server(context);
    server.serve(-1);
    expect_sunspec("rtu:" + cable.a() + "?baud=115200&unit=1");
}

}  // namespace
}  // namespace islandbench::drivers::test

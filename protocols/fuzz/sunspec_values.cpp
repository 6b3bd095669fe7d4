// Single values: what is decoded can be written again and reads the same; texts never break.
#include <array>
#include <bit>
#include <cmath>

#include "protocols/fuzz/fuzz.hpp"
#include "protocols/maps/eastron.hpp"
#include "protocols/sunspec/value.hpp"

namespace {

using namespace islandbench;
using namespace islandbench::sunspec;

void check_text(const std::array<std::uint16_t, 4>& registers) {
    const std::string text = decode_text(registers);
    std::array<std::uint16_t, 8> again{};  // U+FFFD takes three bytes where one was bad
    if (const auto written = encode_text(text, again); written) {
        IB_ASSERT(decode_text(again) == text);
    }
}

void check_number(Type type, std::span<const std::uint16_t> registers, int exponent) {
    const Reading reading = decode_number(type, registers, exponent);
    if (is_unsigned(type)) {
        IB_ASSERT(decode_raw(type, registers).has_value() == static_cast<bool>(reading));
    }
    if (!reading) return;
    std::array<std::uint16_t, 4> room{};
    const auto again = std::span(room).first(registers.size());
    encode_saturated(type, *reading, exponent, again);
    const Reading twice = decode_number(type, again, exponent);
    const bool exact = registers.size() < 4 && type != Type::float32;
    if (!exact) return;  // 64 bits and floats do not fit into a double's 53 at every exponent
    // A device may show an exponent that there is not; ours never writes one.
    if (type == Type::sunssf && std::abs(*reading) > 10.0 * std::pow(10.0, exponent)) return;
    IB_ASSERT(twice && *twice == *reading);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::Input input(data, size);
    const auto type = static_cast<Type>(input.byte() % (static_cast<int>(Type::pad) + 1));
    const auto scale = decode_scale(input.word());
    const int exponent = scale.value_or(0);
    IB_ASSERT(exponent >= -10 && exponent <= 10);
    std::array<std::uint16_t, 4> registers{};
    for (std::uint16_t& one : registers) one = input.word();
    check_text(registers);
    (void)maps::number(maps::Source{0, registers}, maps::eastron::value("v1").point());
    if (type == Type::string) return 0;
    check_number(type, std::span(registers).first(registers_of(type)), exponent);
    const double value = std::bit_cast<double>(std::uint64_t{registers[0]} << 48 |
                                               std::uint64_t{registers[1]} << 32 |
                                               std::uint64_t{registers[2]} << 16 | registers[3]);
    std::array<std::uint16_t, 4> into{};
    const auto fitting = std::span(into).first(registers_of(type));
    if (encode_number(type, value, exponent, fitting)) {
        const bool counter = type == Type::acc16 || type == Type::acc32 || type == Type::acc64;
        const Reading back = decode_number(type, fitting, exponent);
        IB_ASSERT(back || counter || type == Type::pad);  // a counter at 0 is not implemented
    }
    encode_saturated(type, value, exponent, fitting);
    return 0;
}

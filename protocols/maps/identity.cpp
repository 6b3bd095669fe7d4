#include "protocols/maps/identity.hpp"

namespace islandbench::maps {
namespace {

constexpr std::string_view map_name = "islandbench";

consteval const MapPoint& point(std::string_view name) {
    return point_of(identity_table, name);
}

tl::unexpected<Error> not_ours(std::string_view field, const std::string& got,
                               std::string_view expected) {
    return failure(ErrorCode::bad_reply, "identity block: " + std::string(field) + " is \"" + got +
                                             "\", expected \"" + std::string(expected) + "\"");
}

}  // namespace

void put_identity(std::span<std::uint16_t> map, std::string_view device, const Identity& identity) {
    const Target target{0, map};
    put_text(target, point("map"), map_name);
    put_text(target, point("device"), device);
    put(target, point("map_version"), map_version);
    put_text(target, point("maker"), identity.maker);
    put_text(target, point("model"), identity.model);
    put_text(target, point("version"), identity.version);
    put_text(target, point("serial"), identity.serial);
    put_flag(target, point("emulator"), identity.emulator);
}

Result<Identity> decode_identity(std::string_view device, std::span<const std::uint16_t> block) {
    IB_ASSERT(block.size() == identity_size);
    const Source source{0, block};
    const std::string map = text(source, point("map"));
    if (map != map_name) return not_ours("map", map, map_name);
    const std::string said = text(source, point("device"));
    if (said != device) return not_ours("device", said, device);
    const double version = number(source, point("map_version"));
    if (version != map_version) {
        return not_ours("map_version", std::to_string(version), std::to_string(map_version));
    }
    const auto emulator = flag(source, point("emulator"));
    if (!emulator) return tl::unexpected<Error>(emulator.error());
    return Identity{text(source, point("maker")), text(source, point("model")),
                    text(source, point("version")), text(source, point("serial")), *emulator};
}

}  // namespace islandbench::maps

#include "drivers/write_guard.hpp"

namespace islandbench::drivers {

Result<WritePermit> WriteGuard::permit(const Peer& peer) const {
    const bool emulated_here = peer.link.kind == LinkAddress::Kind::emulated;
    const bool local_emulator = peer.is_local && peer.identity.emulator;
    if (emulated_here || local_emulator || armed_.contains(peer.device)) {
        return WritePermit(peer.device);
    }
    return failure(ErrorCode::not_armed, peer.device + " (" + to_text(peer.link) + ", " +
                                             peer.identity.maker + " " + peer.identity.model +
                                             ") is not armed");
}

}  // namespace islandbench::drivers

#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/link_address.hpp"
#include "base/result.hpp"
#include "base/roles.hpp"

namespace islandbench::drivers {

/// Proof that somebody allowed writes to a device. Only a WriteGuard makes one, and every function
/// that puts a write on a wire asks for one: there is no other way to write.
class WritePermit {
  public:
    [[nodiscard]] const std::string& device() const noexcept { return device_; }

  private:
    friend class WriteGuard;
    explicit WritePermit(std::string device) : device_(std::move(device)) {}
    std::string device_;
};

/// What a connection shows about the device at its other end.
struct Peer {
    std::string device;  ///< its name in the site
    LinkAddress link;
    bool is_local = false;  ///< the connected address is on this machine
    Identity identity;      ///< as read on this very connection
};

/// Decides which devices may be written to: those emulated in this process; those on this machine
/// whose identity says that they are our emulators (a serial server or a tunnel on 127.0.0.1 is
/// real hardware and says something else); and those that a person has armed by name.
class WriteGuard {
  public:
    explicit WriteGuard(std::set<std::string> armed_names) : armed_(std::move(armed_names)) {}

    /// Fails with not_armed. Asked again after every reconnection: the device may be another one.
    [[nodiscard]] Result<WritePermit> permit(const Peer& peer) const;

  private:
    std::set<std::string> armed_;
};

}  // namespace islandbench::drivers

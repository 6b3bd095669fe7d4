#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace islandbench::reports {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4) of bytes that come piece by piece. update() does not allocate.
class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::span<const std::byte> bytes) noexcept;
    void update(std::string_view text) noexcept;
    /// The digest; afterwards the object may only be destroyed.
    Digest finish() noexcept;

  private:
    struct Context;
    std::unique_ptr<Context> context_;
};

Digest sha256(std::string_view text);

/// 64 lower-case hexadecimal digits.
std::string to_hex(const Digest& digest);

/// RFC 4648 with padding, as content policies and checksum files write it.
std::string to_base64(const Digest& digest);

}  // namespace islandbench::reports

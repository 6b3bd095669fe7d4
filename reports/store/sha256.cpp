#include "reports/store/sha256.hpp"

#include <openssl/evp.h>

#include "base/assert.hpp"

namespace islandbench::reports {

struct Sha256::Context {
    EVP_MD_CTX* handle = EVP_MD_CTX_new();
    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
    ~Context() { EVP_MD_CTX_free(handle); }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    IB_ASSERT(context_->handle != nullptr);
    IB_ASSERT(EVP_DigestInit_ex(context_->handle, EVP_sha256(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes) noexcept {
    IB_ASSERT(EVP_DigestUpdate(context_->handle, bytes.data(), bytes.size()) == 1);
}

void Sha256::update(std::string_view text) noexcept {
    update(std::as_bytes(std::span(text.data(), text.size())));
}

Digest Sha256::finish() noexcept {
    Digest digest;
    unsigned int size = 0;
    IB_ASSERT(EVP_DigestFinal_ex(context_->handle, digest.data(), &size) == 1);
    IB_ASSERT(size == digest.size());
    return digest;
}

Digest sha256(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    return hash.finish();
}

std::string to_hex(const Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : digest) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

std::string to_base64(const Digest& digest) {
    std::array<unsigned char, 48> text{};  // 44 characters and a final zero
    const int size = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    std::string result;
    for (int i = 0; i < size; ++i) result += static_cast<char>(text[static_cast<std::size_t>(i)]);
    return result;
}

}  // namespace islandbench::reports

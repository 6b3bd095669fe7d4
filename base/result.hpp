#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace islandbench {

/// What went wrong in the world outside our code.
enum class ErrorCode {
    timed_out,      ///< no answer before the deadline
    closed,         ///< the other side, or we, closed the link
    refused,        ///< nobody listens there
    in_use,         ///< the address is taken
    bad_frame,      ///< bytes that break the protocol's framing
    bad_reply,      ///< a well-framed reply that does not fit the request
    exception,      ///< the device answered with a protocol exception
    out_of_range,   ///< a value outside what the device or the limits allow
    not_available,  ///< the device says that it has no such value
    not_armed,      ///< a write that nobody has allowed
    stranger,       ///< another device answers than before
    io,             ///< files, disks, databases
    bad_input,      ///< text that does not parse
};

std::string_view error_name(ErrorCode code) noexcept;

struct Error {
    ErrorCode code{};
    std::string what;  ///< names the thing and the place, for people

    bool operator==(const Error&) const = default;
};

/// A value, or the reason why there is none. Outcomes that are normal are values, not errors.
template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorCode code, std::string what) {
    return tl::unexpected<Error>(Error{code, std::move(what)});
}

}  // namespace islandbench

#include "base/result.hpp"

namespace islandbench {

std::string_view error_name(ErrorCode code) noexcept {
    switch (code) {
        case ErrorCode::timed_out: return "timed out";
        case ErrorCode::closed: return "closed";
        case ErrorCode::refused: return "refused";
        case ErrorCode::in_use: return "in use";
        case ErrorCode::bad_frame: return "bad frame";
        case ErrorCode::bad_reply: return "bad reply";
        case ErrorCode::exception: return "exception";
        case ErrorCode::out_of_range: return "out of range";
        case ErrorCode::not_available: return "not available";
        case ErrorCode::not_armed: return "not armed";
        case ErrorCode::stranger: return "another device";
        case ErrorCode::io: return "i/o error";
        case ErrorCode::bad_input: return "bad input";
    }
    return "unknown";
}

}  // namespace islandbench

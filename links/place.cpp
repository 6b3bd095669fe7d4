#include "links/place.hpp"

namespace islandbench::links {

std::pair<std::string, std::string> split_place(const std::string& where) {
    const std::size_t colon = where.rfind(':');
    if (colon == std::string::npos) return {where, "502"};
    std::string host = where.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    return {host, where.substr(colon + 1)};
}

}  // namespace islandbench::links

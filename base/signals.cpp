#include "base/signals.hpp"

#include "base/assert.hpp"

namespace islandbench {

SignalId Signals::add(SignalInfo info) {
    IB_ASSERT(!info.name.empty());
    const SignalId id{static_cast<std::uint32_t>(infos_.size())};
    const bool is_new = by_name_.emplace(info.name, id).second;
    IB_ASSERT(is_new);
    infos_.push_back(std::move(info));
    values_.push_back(no_value);
    moved_.resize((values_.size() + block - 1) / block, 0);
    return id;
}

SignalId Signals::add_event(std::string_view name) {
    const SignalId id = add({"event." + std::string(name), Dimension::none, 0.0});
    set(id, 0.0);
    return id;
}

std::optional<SignalId> Signals::find(std::string_view name) const {
    const auto at = by_name_.find(name);
    if (at == by_name_.end()) return std::nullopt;
    return at->second;
}

}  // namespace islandbench

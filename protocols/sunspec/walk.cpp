#include "protocols/sunspec/walk.hpp"

#include "protocols/sunspec/chain.hpp"

namespace islandbench::sunspec {
namespace {

constexpr std::uint16_t zero_id = 0;  // seen in the field in place of end_id
constexpr int last_address = 0xFFFF;

std::string named(std::uint16_t id) {
    const Model* const model = find_model(id);
    return "model " + std::to_string(id) +
           (model == nullptr ? "" : " (" + std::string(model->label) + ")");
}

}  // namespace

Walk::Walk(std::uint16_t first_base) : bases_{first_base} {
    IB_ASSERT(first_base + marker_size <= last_address);
    for (const std::uint16_t base :
         {std::uint16_t{40000}, std::uint16_t{0}, std::uint16_t{50000}}) {
        if (base != first_base) bases_.push_back(base);
    }
}

std::optional<modbus::ReadHoldingRegisters> Walk::next() const {
    if (outcome_ != Outcome::walking) return std::nullopt;
    switch (step_) {
        case Step::marker: return modbus::ReadHoldingRegisters{bases_.front(), marker_size};
        case Step::id: return modbus::ReadHoldingRegisters{at_, 1};
        case Step::length:
            return modbus::ReadHoldingRegisters{static_cast<std::uint16_t>(at_ + 1), 1};
    }
    return std::nullopt;
}

void Walk::feed(std::span<const std::uint16_t> registers) {
    const auto asked = next();
    IB_ASSERT(asked && registers.size() == asked->quantity);
    switch (step_) {
        case Step::marker: return feed_marker(registers[0], registers[1]);
        case Step::id: return feed_id(registers[0]);
        case Step::length: return feed_length(registers[0]);
    }
}

void Walk::refuse(const Error& why) {
    const auto asked = next();
    IB_ASSERT(asked.has_value());
    switch (step_) {
        case Step::marker:
            note(Finding::Kind::base_refused, asked->address,
                 "base " + std::to_string(asked->address) + ": " + why.what);
            return try_next_base();
        case Step::id:
            note(Finding::Kind::id_refused, asked->address,
                 "no ID at " + std::to_string(asked->address) + ": " + why.what);
            return finish();
        case Step::length:
            note(Finding::Kind::length_refused, asked->address,
                 "no L of " + named(id_) + " at " + std::to_string(asked->address) + ": " +
                     why.what);
            return finish();
    }
}

void Walk::feed_marker(std::uint16_t high, std::uint16_t low) {
    answered_ = true;
    if (high != marker_high || low != marker_low) {
        note(Finding::Kind::no_marker, bases_.front(),
             "base " + std::to_string(bases_.front()) + ": answers, but not \"SunS\"");
        return try_next_base();
    }
    at_ = static_cast<std::uint16_t>(bases_.front() + marker_size);
    step_ = Step::id;
}

void Walk::try_next_base() {
    bases_.erase(bases_.begin());
    if (bases_.empty()) outcome_ = answered_ ? Outcome::no_marker : Outcome::no_answer;
}

void Walk::feed_id(std::uint16_t id) {
    id_ = id;
    if (id == zero_id) {
        note(Finding::Kind::ended_by_zero, at_,
             "the chain ends with ID 0 at " + std::to_string(at_) + ", expected 65535");
    }
    if (models_.empty() && id != common_id) {
        note(Finding::Kind::first_model_not_common, at_,
             "the chain begins with ID " + std::to_string(id) + ", expected 1");
    }
    if (id == end_id || id == zero_id) return finish();  // some devices have no L behind it
    if (at_ == last_address) {
        note(Finding::Kind::past_last_address, at_, named(id) + " has no room for L");
        return finish();
    }
    step_ = Step::length;
}

void Walk::feed_length(std::uint16_t length) {
    const ModelAddress model{id_, at_, length};
    const int end = at_ + model.size();
    if (end > last_address + 1) {
        note(Finding::Kind::past_last_address, at_,
             named(id_) + " at " + std::to_string(at_) + ": L " + std::to_string(length) +
                 " passes the last address");
        return finish();
    }
    judge_length(model);
    models_.push_back(model);
    if (end > last_address) {
        note(Finding::Kind::past_last_address, last_address, "the chain has no end model");
        return finish();
    }
    if (models_.size() >= static_cast<std::size_t>(max_models)) {
        note(Finding::Kind::too_many_models, at_,
             "gave up after " + std::to_string(max_models) + " models");
        return finish();
    }
    at_ = static_cast<std::uint16_t>(end);
    step_ = Step::id;
}

void Walk::judge_length(const ModelAddress& model) {
    const auto length_at = static_cast<std::uint16_t>(model.address + 1);
    if (model.length == 0) {
        return note(Finding::Kind::length_zero, length_at, named(model.id) + ": L is 0");
    }
    const Model* const known = find_model(model.id);
    if (known == nullptr) return;
    const int fixed = known->size();
    const Repetition& group = known->repetition;
    // How long curves are depends on a point that the walk does not read: any length may fit.
    const int stride = group.has_slots() ? 1 : group.stride;
    const bool fits = stride == 0 ? model.size() == fixed
                                  : model.size() >= fixed && (model.size() - fixed) % stride == 0;
    if (fits) return;
    const std::string groups = stride <= 1 ? "" : " and a multiple of " + std::to_string(stride);
    note(Finding::Kind::length_unexpected, length_at,
         named(model.id) + ": L is " + std::to_string(model.length) + ", expected " +
             std::to_string(fixed - 2) + groups);
}

void Walk::note(Finding::Kind kind, std::uint16_t address, std::string text) {
    findings_.push_back({kind, address, std::move(text)});
}

std::uint16_t Walk::base() const {
    IB_ASSERT(outcome_ == Outcome::found && !bases_.empty());
    return bases_.front();
}

std::optional<ModelAddress> Walk::find(std::uint16_t id, int instance) const {
    for (const ModelAddress& model : models_) {
        if (model.id == id && instance-- == 0) return model;
    }
    return std::nullopt;
}

}  // namespace islandbench::sunspec

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocols/modbus/pdu.hpp"
#include "protocols/sunspec/model_view.hpp"

namespace islandbench::sunspec {

/// Something odd about a device's chain of models. The walk goes on wherever it can.
struct Finding {
    enum class Kind {
        base_refused,            ///< the device answers nothing there, or an exception
        no_marker,               ///< it answers, but not "SunS"
        first_model_not_common,  ///< the chain must begin with model 1
        length_unexpected,       ///< L does not fit the model's table
        length_zero,
        ended_by_zero,  ///< by an ID of 0 in place of 65535
        id_refused,     ///< the chain breaks off: the next ID cannot be read
        length_refused,
        past_last_address,  ///< a model would end beyond register 65535
        too_many_models,
    };
    Kind kind{};
    std::uint16_t address = 0;  ///< of the register that is odd
    std::string text;           ///< for people
    bool operator==(const Finding&) const = default;
};

/// Finds a device's SunSpec models, without the connection: says which registers to read next, and
/// is fed with what came. Tolerant: ID and L are read singly, unknown models are skipped, oddities
/// become findings.
///
///     Walk walk(profile.register_base);
///     while (const auto next = walk.next()) {
///         const auto registers = co_await read(*next);           // see modbus::Client
///         if (registers) {
///             walk.feed(*registers);
///         } else if (registers.error().code == ErrorCode::exception) {
///             walk.refuse(registers.error());
///         } else {
///             co_return ...;                                     // the link is gone
///         }
///     }
///     if (const auto where = walk.find(701)) ...
class Walk {
  public:
    enum class Outcome {
        walking,
        found,      ///< a chain; it may have findings
        no_marker,  ///< the device answers, but has no chain at any base
        no_answer,  ///< every base was refused
    };
    static constexpr int max_models = 100;

    /// Looks at `first_base` first, then at the others of 40000, 0 and 50000.
    explicit Walk(std::uint16_t first_base = 40000);

    /// What to read now; nothing when the walk is over.
    [[nodiscard]] std::optional<modbus::ReadHoldingRegisters> next() const;
    /// The registers that next() asked for.
    void feed(std::span<const std::uint16_t> registers);
    /// The device refused them, or stayed silent, and that is to count as an answer.
    void refuse(const Error& why);

    [[nodiscard]] Outcome outcome() const noexcept { return outcome_; }
    /// Address of "SunS". There must be a chain.
    [[nodiscard]] std::uint16_t base() const;
    /// The chain, without the end model.
    [[nodiscard]] const std::vector<ModelAddress>& models() const noexcept { return models_; }
    /// A model of that id; `instance` counts from 0 where there are several.
    [[nodiscard]] std::optional<ModelAddress> find(std::uint16_t id, int instance = 0) const;
    [[nodiscard]] const std::vector<Finding>& findings() const noexcept { return findings_; }

  private:
    enum class Step { marker, id, length };

    void feed_marker(std::uint16_t high, std::uint16_t low);
    void feed_id(std::uint16_t id);
    void feed_length(std::uint16_t length);
    void try_next_base();
    void finish() noexcept { outcome_ = Outcome::found; }
    void note(Finding::Kind kind, std::uint16_t address, std::string text);
    void judge_length(const ModelAddress& model);

    std::vector<std::uint16_t> bases_;  // still to try, the current one first
    Step step_ = Step::marker;
    Outcome outcome_ = Outcome::walking;
    bool answered_ = false;  // some base was read
    std::uint16_t at_ = 0;   // of the model whose ID or L comes next
    std::uint16_t id_ = 0;
    std::vector<ModelAddress> models_;
    std::vector<Finding> findings_;
};

}  // namespace islandbench::sunspec

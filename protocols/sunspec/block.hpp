#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "protocols/modbus/pdu.hpp"
#include "protocols/sunspec/model_view.hpp"

namespace islandbench::sunspec {

/// The reads that bring a model, or only the `wanted` points of it with their scale factors: as few
/// as `read_max` registers each allow, cut between points (a text longer than read_max may be cut
/// inside; a number longer than that is left out). Where a value and its scale factor do not fit
/// into one read, the scale factor is read before and after, so that a change shows. Of a model
/// with curves only the part before them, unless their `slots` are known by then
/// (ModelView::slots()).
[[nodiscard]] std::vector<modbus::ReadHoldingRegisters> plan_reads(
    const ModelAddress& where, int read_max, std::span<const Point> wanted = {}, int slots = 0);

/// The client's copy of one model, refreshed by the reads of a plan. Values of different rounds
/// never mix, and a value is only scaled with a scale factor of its own round.
///
///     const auto plan = plan_reads(where, profile.read_max);     // where: from a Walk
///     Block der(where);
///     ...
///     der.begin();                                               // each time it is polled
///     for (const auto& piece : plan) {
///         const auto registers = co_await read(piece);           // see modbus::Client
///         if (!registers) co_return ...;
///         der.put(piece, *registers);
///     }
///     const ModelView view = der.view();
///     const auto w = view.required(point<701>("W"));             // Result<double>, in W
///     const bool running = view.raw(point<701>("InvSt")) == symbol<701>("InvSt", "RUNNING");
///     const Reading soc = view.number(point<713>("SoC"));        // of another block, in Pct
///
/// Writing, with the scale factors of the last round:
///
///     PointWriter writer;
///     writer.begin(der);
///     auto set = writer.set(point<704>("WSet"), 1500.0);         // fails when it does not fit
///     if (set) set = writer.set(point<704>("WSetRvrtTms"), 5.0);
///     if (set) set = writer.set(point<704>("WSetEna"), 1.0);     // enable last
///     for (const auto& request : writer.requests()) ...
class Block {
  public:
    /// The tables must know the model.
    explicit Block(const ModelAddress& where);

    [[nodiscard]] const ModelAddress& where() const noexcept { return where_; }

    /// Forgets what was read: a new round.
    void begin() noexcept;
    /// What a read brought. The range must lie inside the model.
    void put(const modbus::ReadHoldingRegisters& range, std::span<const std::uint16_t> registers);
    /// Valid as long as the block, and until it changes.
    [[nodiscard]] ModelView view() const { return {*model_, registers_, marks_}; }

  private:
    ModelAddress where_;
    const Model* model_;
    std::vector<std::uint16_t> registers_;
    std::vector<ReadMark> marks_;
    std::uint32_t round_reads_ = 0;
};

/// Turns points and values into write requests. Points set one after the other that stand side by
/// side share a request; the order of set() is kept, so an enable set last is written last.
class PointWriter {
  public:
    /// Starts afresh, for a model with the scale factors of the block's last round. The block must
    /// outlive the set() calls.
    void begin(const Block& block);
    /// Goes on with another model, behind the requests so far.
    void begin_next(const Block& block) noexcept { block_ = &block; }
    /// The point must be a writable number. Fails with out_of_range when the value does not fit,
    /// with not_available when the model ends before it or its scale factor is not usable.
    [[nodiscard]] Result<void> set(const Point& point, double value);
    [[nodiscard]] std::span<const modbus::WriteMultipleRegisters> requests() const noexcept {
        return requests_;
    }

  private:
    void append(std::uint16_t address, std::span<const std::uint16_t> registers);

    const Block* block_ = nullptr;
    std::vector<modbus::WriteMultipleRegisters> requests_;
};

}  // namespace islandbench::sunspec

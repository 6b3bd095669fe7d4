#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "protocols/sunspec/image.hpp"

namespace islandbench::devices {

/// A model with curves or control sets (705 to 712). Entry 1 shows what is in force and is
/// read-only; the others are workspace, of which nothing is checked while it is written. A request
/// adopts one: if it makes sense, entry 1 becomes like it, else nothing changes.
class AdoptableModel {
  public:
    /// Points whose names differ between the models.
    struct Names {
        std::string_view request = "AdptCrvReq", result = "AdptCrvRslt";
        std::string_view read_only = "Crv.ReadOnly";
        std::string_view revert = "RvrtCrv";  ///< "": it has no reversion
    };
    /// Whether the entry, from 0, could be in force.
    using Check = std::function<bool(int entry)>;

    /// The model must be in `image`, which must outlive this. Enables nothing; sets result, request
    /// and the entries' ReadOnly.
    AdoptableModel(sunspec::Image& image, std::uint16_t model, const Names& names, Check check);

    [[nodiscard]] std::uint16_t model() const noexcept { return model_; }
    [[nodiscard]] bool enabled() const;
    void set_enabled(bool on);
    /// The last write was to an entry that is read-only.
    [[nodiscard]] bool wrote_read_only() const;
    /// After a write: whether it may have changed what is in force.
    bool written(Instant now);
    /// Whether the timer ran out just now, and another entry is in force.
    bool count_down(Instant now);
    /// Makes all workspaces like entry 1.
    void copy_to_workspaces();

    /// A point of an entry, both from 0; in a curve at one of its slots.
    [[nodiscard]] sunspec::Point at(std::string_view name, int entry, int slot = 0) const;
    [[nodiscard]] double number(std::string_view name, int entry, int slot = 0) const;

  private:
    [[nodiscard]] const sunspec::Point& point(std::string_view name) const;
    [[nodiscard]] sunspec::ModelView view() const { return image_->view(model_); }
    bool adopt(std::uint64_t request);
    void copy(int from, int to);
    void start_timer(Instant now);

    sunspec::Image* image_;
    std::uint16_t model_;
    Names names_;
    Check check_;
    int slots_, entries_;
    std::optional<Instant> ends_;
};

}  // namespace islandbench::devices

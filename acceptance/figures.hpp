#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "acceptance/grid_code.hpp"
#include "base/figure.hpp"
#include "base/site.hpp"
#include "base/unit_text.hpp"

namespace islandbench::acceptance {

/// A number that criteria may name, and how sure it is.
struct Figure {
    Measure measure;
    Certainty certainty = Certainty::s;
    std::string agreed_by;  ///< who agreed an unsure figure with the pilot owner; may be empty
    std::string note;       ///< what every verdict that uses it must say; may be empty

    /// Holding a limit made of it proves the limit.
    [[nodiscard]] bool is_verified() const { return !is_unsure(certainty) || !agreed_by.empty(); }
};

/// The named figures of a run: "profile." from the grid code, "site." from the site file, "class."
/// from the load classes. Names are listed in docs/criteria.md.
class Figures {
  public:
    /// The name must be new.
    void add(std::string name, Figure figure);
    /// Marks a figure as agreed; names that are no figure may be ids of criteria.
    void agree(const std::string& name, const std::string& who);

    [[nodiscard]] const Figure* find(std::string_view name) const;
    /// Who agreed the figures that stand in a criterion's own text; empty if nobody.
    [[nodiscard]] std::string agreed_by(std::string_view criterion) const;
    [[nodiscard]] std::vector<std::string> names() const;
    /// What the site file says that it has agreed.
    [[nodiscard]] const std::map<std::string, std::string, std::less<>>& agreed() const noexcept {
        return agreed_;
    }

  private:
    std::map<std::string, Figure, std::less<>> figures_;
    std::map<std::string, std::string, std::less<>> agreed_;
};

/// All figures of a site under a grid code, and of other codes that it names. A scenario may set
/// another observation time than the grid code's; the figure is then that one and carries a note.
Figures figures_of(const GridCode& code, const Site& site,
                   std::optional<Duration> observation = std::nullopt,
                   const std::vector<GridCode>& other_codes = {});

/// Longest gap of a load class at an unplanned transfer (project classes T1 20 ms, T2 100 ms, T3 2
/// s, T4 15 s) and how sure it is.
Figure gap_of(LoadClass load_class);

/// What "for every ..." may name: group -> instances, in the order of the site file.
using Groups = std::map<std::string, std::vector<std::string>, std::less<>>;

/// The group of that name, which may stand in the plural: "homes" is home. Unknown names stay.
std::string group_name(const Groups& groups, const std::string& written);
/// "unknown group "hme" (did you mean ...?)"
std::string unknown_group(const Groups& groups, const std::string& written);

/// home; hybrid and follower (homes with a battery); priority (sites with a promise); load (homes
/// and priority sites); unit (everything with a battery, the former included).
Groups groups_of(const Site& site);

}  // namespace islandbench::acceptance

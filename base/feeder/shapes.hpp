#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/feeder/sheet.hpp"

/// The days that loads are measured over.
namespace islandbench::feeder {

/// LoadShapes.csv and the profiles it names: a file a shape with one column, or one joined matrix
/// load_profiles*.csv, in which the column of a shape bears its name, the name of its file without
/// ending, or p and the number that this name ends with.
class Shapes {
  public:
    /// `needed`: complains when LoadShapes.csv is not there.
    Shapes(const FeederTexts& texts, bool needed, Diagnostics& diagnostics);

    /// Of all phases. `rated`: what multipliers are of. Complains at `spot`.
    std::optional<LoadProfile> day_of(const std::string& shape, ActivePower rated,
                                      const Spot& spot);

  private:
    struct Shape {
        std::string file;
        bool actual = false;  ///< kW, and not multipliers
        Spot spot;
    };
    void read_shapes(bool needed);
    void read_matrix();
    const LoadProfile* profile_of(const std::string& name, const Shape& shape);
    const LoadProfile* own_file_of(const Shape& shape);

    const FeederTexts& texts_;
    Diagnostics& diagnostics_;
    Complaints complaints_;
    std::map<std::string, Shape> shapes_;
    std::string matrix_file_;
    std::map<std::string, LoadProfile> matrix_;                  ///< by lower-case column
    std::map<std::string, std::vector<LoadProfile>> own_files_;  ///< by name, as they were read
};

/// Gives a load its day, and the mean of it.
void set_day(FeederLoad& load, const LoadProfile& day);

/// A, B or C; ABC or nothing for a load on all three.
void read_phase(Sheet& sheet, const Sheet::Row& row, Sheet::Column column,
                std::optional<Phase>& into);

}  // namespace islandbench::feeder

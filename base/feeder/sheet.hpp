#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.hpp"
#include "base/feeder/files.hpp"

/// What the readers of both shapes share.
namespace islandbench::feeder {

/// Upper and lower case count alike in file names, and in the words of cells.
std::string lower(std::string_view text);
/// The file of that name, or nullptr.
const std::pair<const std::string, std::string>* find_file(const FeederTexts& texts,
                                                           std::string_view name);
/// "folder/Lines.csv"
std::string path_of(const FeederTexts& texts, const std::string& file);

/// Where a value stands, for complaints that come after the reading.
struct Spot {
    std::string file;
    int line = 0;
    std::string column;
};

/// Complaints of one file; only the first are passed on, and the number of the others.
class Complaints {
  public:
    explicit Complaints(Diagnostics& to) : to_(to) {}
    Complaints(const Complaints&) = delete;
    Complaints& operator=(const Complaints&) = delete;
    ~Complaints();
    void add(const Spot& spot, std::string message);
    Diagnostics& list() noexcept { return list_; }

  private:
    Diagnostics& to_;
    Diagnostics list_;
};

/// One table of the folder. A column that is not there and a cell that cannot be read are
/// complained about once; what is read then is nothing.
class Sheet {
  public:
    using Row = csv::Table::Row;
    using Column = std::size_t;

    /// Complains when the file is not there.
    Sheet(const FeederTexts& texts, std::string_view name, Diagnostics& diagnostics);

    [[nodiscard]] const std::vector<Row>& rows() const;
    Column need(std::string_view name);
    /// csv::Table::nowhere where the table does not have it.
    [[nodiscard]] Column may(std::string_view name) const;

    std::optional<std::string> text(const Row& row, Column column);
    std::optional<double> number(const Row& row, Column column);
    std::optional<double> positive(const Row& row, Column column);
    std::optional<double> not_negative(const Row& row, Column column);
    /// Complains unless the cell is this word, or the column is not there.
    void expect(const Row& row, Column column, std::string_view word);
    [[nodiscard]] std::string_view raw(const Row& row, Column column) const;

    [[nodiscard]] Spot spot(const Row& row, Column column) const;
    void complain(const Row& row, Column column, std::string message);

  private:
    Complaints complaints_;
    std::optional<csv::Table> table_;
};

/// A line before it is known which of its ends is nearer to the transformer.
struct RawLine {
    FeederLine line;
    Spot from, to, code;
};
struct RawLoad {
    FeederLoad load;
    Spot bus;
};
/// A folder as read, before its parts are held against each other.
struct RawFeeder {
    std::vector<FeederModel> transformers;  ///< with transformer and source only
    std::vector<Spot> transformer_spots;    ///< of their low-voltage buses
    std::map<std::string, LineCode> line_codes;
    std::vector<RawLine> lines;
    std::vector<RawLoad> loads;
};

RawFeeder read_ieee(const FeederTexts& texts, Diagnostics& diagnostics);
RawFeeder read_tables(const FeederTexts& texts, Diagnostics& diagnostics);

/// Walks from every transformer along the lines and gives each what it feeds. Complains about
/// loops, what nothing feeds, and names that lead nowhere.
std::vector<FeederModel> feed(RawFeeder raw, Diagnostics& diagnostics);

}  // namespace islandbench::feeder

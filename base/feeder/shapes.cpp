#include "base/feeder/shapes.hpp"

#include <algorithm>

namespace islandbench::feeder {
namespace {

/// "Load Profiles/Load_profile_7.csv" -> "load_profile_7"
std::string stem_of(const std::string& file) {
    std::string name = lower(file.substr(file.find_last_of("/\\") + 1));
    if (name.ends_with(".csv")) name.resize(name.size() - 4);
    return name;
}

/// The digits that a name ends with: "load_profile_7" -> "7"
std::string number_of(const std::string& name) {
    return name.substr(name.find_last_not_of("0123456789") + 1);
}

}  // namespace

Shapes::Shapes(const FeederTexts& texts, bool needed, Diagnostics& diagnostics)
    : texts_(texts), diagnostics_(diagnostics), complaints_(diagnostics) {
    read_shapes(needed);
    if (needed) read_matrix();
}

void Shapes::read_shapes(bool needed) {
    if (!needed && find_file(texts_, "LoadShapes.csv") == nullptr) return;
    Sheet sheet(texts_, "LoadShapes.csv", diagnostics_);
    const auto name = sheet.need("Name"), file = sheet.need("File");
    const auto points = sheet.may("npts"), interval = sheet.may("minterval");
    const auto actual = sheet.may("useactual");
    for (const Sheet::Row& row : sheet.rows()) {
        sheet.expect(row, points, "1440");
        sheet.expect(row, interval, "1");
        const auto key = sheet.text(row, name), from = sheet.text(row, file);
        if (!key || !from) continue;
        Shape shape{*from, false, sheet.spot(row, file)};
        if (actual != csv::Table::nowhere) {
            const std::string word = lower(sheet.raw(row, actual));
            shape.actual = word == "true" || word == "yes" || word == "1";
            if (!shape.actual && word != "false" && word != "no" && word != "0" && !word.empty()) {
                sheet.complain(row, actual,
                               csv::quoted(sheet.raw(row, actual)) + ": expected TRUE or FALSE");
            }
        }
        if (!shapes_.emplace(*key, std::move(shape)).second) {
            sheet.complain(row, name, "duplicate shape " + csv::quoted(*key));
        }
    }
}

void Shapes::read_matrix() {
    for (const auto& [name, text] : texts_.files) {
        const std::string file = lower(name);
        if (!file.starts_with("load_profiles") || file.find('/') != std::string::npos) continue;
        if (!matrix_file_.empty()) {
            complaints_.add({path_of(texts_, name), 0, ""},
                            "is a second matrix of profiles beside " + matrix_file_);
            continue;
        }
        matrix_file_ = name;
        for (LoadProfile& one : read_load_profiles(text, path_of(texts_, name), diagnostics_)) {
            std::string column = lower(one.column);
            matrix_.emplace(std::move(column), std::move(one));
        }
    }
}

const LoadProfile* Shapes::own_file_of(const Shape& shape) {
    const std::string stem = stem_of(shape.file);
    const auto known = own_files_.find(stem);
    if (known != own_files_.end()) {
        return known->second.empty() ? nullptr : &known->second.front();
    }
    for (const auto& [name, text] : texts_.files) {
        if (stem_of(name) != stem) continue;
        std::vector<LoadProfile>& own = own_files_[stem];
        own = read_load_profiles(text, path_of(texts_, name), diagnostics_);
        if (own.size() > 1) {
            complaints_.add({path_of(texts_, name), 0, ""},
                            "has " + std::to_string(own.size()) + " profiles; expected one");
        }
        return own.empty() ? nullptr : &own.front();
    }
    return nullptr;
}

const LoadProfile* Shapes::profile_of(const std::string& name, const Shape& shape) {
    const std::string stem = stem_of(shape.file);
    if (const LoadProfile* own = own_file_of(shape)) return own;
    if (own_files_.contains(stem)) return nullptr;  // there, and complained about
    const std::string number = number_of(stem);
    for (const std::string& column : {lower(name), stem, number.empty() ? stem : "p" + number}) {
        const auto found = matrix_.find(column);
        if (found != matrix_.end()) return &found->second;
    }
    const std::string beside =
        matrix_file_.empty() ? ", nor a matrix load_profiles*.csv"
                             : ", nor has " + matrix_file_ + " a column for it (" + name + ", " +
                                   stem + (number.empty() ? "" : " or p" + number) + ")";
    complaints_.add(shape.spot, "no profile: there is no file " + csv::quoted(shape.file) + beside);
    return nullptr;
}

std::optional<LoadProfile> Shapes::day_of(const std::string& name, ActivePower rated,
                                          const Spot& spot) {
    const auto found = shapes_.find(name);
    if (found == shapes_.end()) {
        std::vector<std::string> known;
        for (const auto& [key, unused] : shapes_) known.push_back(key);
        complaints_.add(spot, "unknown shape " + csv::quoted(name) + suggestion(name, known));
        return std::nullopt;
    }
    const LoadProfile* profile = profile_of(name, found->second);
    if (profile == nullptr || profile->minutes.size() != minutes_of_day) return std::nullopt;
    LoadProfile day = *profile;
    if (!found->second.actual) {
        for (ActivePower& p : day.minutes) p = ActivePower{p.value() / 1e3 * rated.value()};
    }
    return day;
}

void set_day(FeederLoad& load, const LoadProfile& day) {
    load.day = day;
    ActivePower sum;
    for (const ActivePower p : day.minutes) sum += p;
    load.p = sum / static_cast<double>(minutes_of_day);
}

void read_phase(Sheet& sheet, const Sheet::Row& row, Sheet::Column column,
                std::optional<Phase>& into) {
    into.reset();
    if (column == csv::Table::nowhere) return;
    const std::string word = lower(sheet.raw(row, column));
    if (word.empty() || word == "abc") return;
    if (word == "a" || word == "b" || word == "c") {
        into = static_cast<Phase>(word[0] - 'a');
        return;
    }
    sheet.complain(row, column,
                   "unknown phase " + csv::quoted(sheet.raw(row, column)) +
                       "; expected A, B or C, or ABC for a load on all three");
    into = Phase::a;  // so that the number of phases is not complained about as well
}

}  // namespace islandbench::feeder

#include "base/feeder/files.hpp"

#include <algorithm>

#include "base/feeder/sheet.hpp"
#include "base/fixtures.hpp"

namespace islandbench {
namespace fs = std::filesystem;
namespace {

/// What a day of two thousand homes needs is less.
constexpr std::uintmax_t most_bytes = 64U << 20U;
constexpr std::size_t most_files = 5000;

bool holds_profiles(const fs::path& folder) {
    std::string name = feeder::lower(folder.filename().string());
    std::replace(name.begin(), name.end(), ' ', '_');
    return name == "load_profiles";
}

class Loader {
  public:
    Loader(FeederTexts& texts, Diagnostics& diagnostics)
        : texts_(texts), diagnostics_(diagnostics) {}

    void load(const fs::path& folder, const std::string& prefix) {
        std::error_code problem;
        std::vector<fs::path> entries;
        for (fs::directory_iterator it(folder, problem), end; !problem && it != end;
             it.increment(problem)) {
            entries.push_back(it->path());
            if (entries.size() > most_files) {
                return complain(folder.string(), "has more than 5000 files: is it the right one?");
            }
        }
        if (problem) return complain(folder.string(), problem.message());
        std::sort(entries.begin(), entries.end());
        for (const fs::path& entry : entries) take(entry, prefix);
    }

  private:
    void take(const fs::path& entry, const std::string& prefix) {
        std::error_code ignored;
        const std::string name = entry.filename().string();
        if (prefix.empty() && fs::is_directory(entry, ignored) && holds_profiles(entry)) {
            return load(entry, name + "/");
        }
        const bool table = feeder::lower(name).ends_with(".csv");
        if (!table || !fs::is_regular_file(entry, ignored)) return;
        if (const auto* other = feeder::find_file(texts_, prefix + name)) {
            return complain(entry.string(),
                            "differs from " + other->first + " by upper and lower case only");
        }
        if (fs::file_size(entry, ignored) > most_bytes) {
            return complain(entry.string(), "has more than 64 MiB, and no street needs that");
        }
        auto text = read_text_file(entry);
        if (!text) return complain(entry.string(), text.error().what);
        texts_.files.emplace(prefix + name, std::move(*text));
    }

    void complain(const std::string& file, std::string message) {
        diagnostics_.add({file, 0, "", std::move(message)});
    }

    FeederTexts& texts_;
    Diagnostics& diagnostics_;
};

std::string name_of(const std::string& folder) {
    fs::path path = fs::path(folder).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    return path.filename().string();
}

}  // namespace

FeederTexts load_feeder_texts(const fs::path& folder, Diagnostics& diagnostics) {
    FeederTexts texts;
    texts.folder = folder.string();
    while (texts.folder.size() > 1 && texts.folder.ends_with('/')) texts.folder.pop_back();
    Loader(texts, diagnostics).load(folder, "");
    return texts;
}

std::vector<FeederModel> read_feeders(const FeederTexts& texts, Diagnostics& diagnostics) {
    const auto has = [&](const char* name) { return feeder::find_file(texts, name) != nullptr; };
    const bool ieee = has("LineCodes.csv") || has("Transformer.csv") || has("Source.csv");
    const bool tables = has("line_types.csv") || has("transformers.csv");
    if (ieee == tables) {
        diagnostics.add({texts.folder, 0, "",
                         ieee ? "holds the files of two shapes: LineCodes.csv, Transformer.csv or "
                                "Source.csv, and line_types.csv or transformers.csv"
                              : "holds no feeder: expected Lines.csv, LineCodes.csv, Loads.csv, "
                                "Transformer.csv and Source.csv, or lines.csv, line_types.csv, "
                                "loads.csv and transformers.csv"});
        return {};
    }
    Diagnostics found;
    feeder::RawFeeder raw =
        ieee ? feeder::read_ieee(texts, found) : feeder::read_tables(texts, found);
    if (raw.transformers.empty() && found.empty()) {
        found.add({texts.folder, 0, "", "has no transformer"});
    }
    std::vector<FeederModel> feeders = feeder::feed(std::move(raw), found);
    for (FeederModel& one : feeders) one.name = name_of(texts.folder);
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    return feeders;
}

}  // namespace islandbench

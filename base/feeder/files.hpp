#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/diagnostics.hpp"
#include "base/feeder/model.hpp"

/// Reads a folder in one of two public shapes (docs/feeders.md has every column):
/// - the CSV package of the IEEE European low-voltage test feeder: Lines, LineCodes, Loads,
///   Transformer, Source, LoadShapes, and the days that the shapes name;
/// - tables as power-system tools keep them (pandapower's names, the CIGRE low-voltage benchmark):
///   lines, line_types, loads, transformers. Several transformers are several feeders.
/// Strict: whatever is unknown, loose, looped or missing is a complaint with file, line and column,
/// all of them at once (of a file that is wrong everywhere, the first twenty).
namespace islandbench {

/// The CSV files of a folder, and of a folder of load profiles in it.
struct FeederTexts {
    std::string folder;                        ///< as given, for messages
    std::map<std::string, std::string> files;  ///< name, as on the disk -> text
};

/// Complains when the folder cannot be read or two files differ only in upper and lower case.
FeederTexts load_feeder_texts(const std::filesystem::path& folder, Diagnostics& diagnostics);

/// One feeder for each transformer, in the order of the file; of use only when there was no
/// complaint. Never fails otherwise, whatever the texts are.
std::vector<FeederModel> read_feeders(const FeederTexts& texts, Diagnostics& diagnostics);

}  // namespace islandbench

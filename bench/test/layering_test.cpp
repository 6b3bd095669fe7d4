#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

/// The house as it must stay: which room may include which, and what no file may contain.
namespace {

namespace fs = std::filesystem;
using ::testing::IsEmpty;

const fs::path root = IB_SOURCE_DIR;

/// Rooms and what their files may include; their own room goes without saying. The longest matching
/// folder is a file's room. ARCHITECTURE.md has the same table for people.
const std::map<std::string, std::set<std::string>> arrows{
    {"base", {}},
    {"dispatch/core", {"base"}},
    {"dispatch/loop", {"base", "dispatch/core"}},
    {"protocols", {"base"}},
    {"links", {"base", "protocols"}},
    {"drivers", {"base", "protocols", "links"}},
    {"conformance", {"base", "protocols", "links", "drivers"}},
    {"emulators/plant", {"base"}},
    {"emulators/devices", {"base", "protocols", "emulators/plant"}},
    {"emulators/servers", {"base", "protocols", "links", "emulators/plant", "emulators/devices"}},
    {"acceptance", {"base"}},
    {"reports/store", {"base", "acceptance"}},
    {"reports", {"base", "acceptance", "reports/store"}},
    {"bench",
     {"base", "dispatch/core", "dispatch/loop", "protocols", "links", "drivers", "emulators/plant",
      "emulators/devices", "emulators/servers", "acceptance", "reports/store", "reports"}},
    {"bench/check",
     {"base", "protocols", "links", "drivers", "conformance", "emulators/plant",
      "emulators/devices", "emulators/servers", "acceptance", "reports", "bench"}},
};

std::string room_of(const std::string& path) {
    std::string best;
    for (const auto& [room, may_include] : arrows) {
        if (path.starts_with(room + "/") && room.size() > best.size()) best = room;
    }
    return best;
}

bool is_test(const std::string& path) {
    return path.find("/test/") != std::string::npos;
}

struct SourceFile {
    std::string path;  ///< from the root
    std::vector<std::string> lines;
};

std::vector<SourceFile> sources() {
    std::vector<SourceFile> files;
    for (const auto& [room, may_include] : arrows) {
        const std::string top = room.substr(0, room.find('/'));
        if (room != top && arrows.contains(top)) continue;  // walked with its parent
        for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
            const std::string ending = entry.path().extension();
            if (ending != ".hpp" && ending != ".cpp") continue;
            SourceFile file{fs::relative(entry.path(), root), {}};
            std::ifstream in(entry.path());
            for (std::string line; std::getline(in, line);) file.lines.push_back(line);
            files.push_back(std::move(file));
        }
    }
    return files;
}

std::string at(const SourceFile& file, std::size_t line) {
    return file.path + ":" + std::to_string(line + 1) + ": " + file.lines[line];
}

/// Without what stands behind // and between quotes.
std::string code_of(const std::string& line) {
    static const std::regex quoted(R"("(\\.|[^"\\])*")");
    const std::string bare = std::regex_replace(line, quoted, "\"\"");
    return bare.substr(0, bare.find("//"));
}

TEST(Layering, RoomsIncludeOnlyWhatTheirArrowsAllow) {
    std::vector<std::string> broken;
    static const std::regex include(R"re(#include "([^"]+)")re");
    for (const SourceFile& file : sources()) {
        const std::string room = room_of(file.path);
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            std::smatch found;
            if (!std::regex_search(file.lines[i], found, include)) continue;
            const std::string target = room_of(found[1]);
            const bool composes = file.path == "bench/main.cpp";
            if (target.empty() || target == room || is_test(file.path) || composes) continue;
            if (!arrows.at(room).contains(target)) broken.push_back(at(file, i));
        }
    }
    EXPECT_THAT(broken, IsEmpty());
}

TEST(Layering, DriversAndEmulatorsNeverMeet) {
    std::vector<std::string> broken;
    for (const SourceFile& file : sources()) {
        if (is_test(file.path)) continue;
        const bool driver = file.path.starts_with("drivers/");
        const bool emulator = file.path.starts_with("emulators/");
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string& line = file.lines[i];
            if (driver && line.starts_with("#include \"emulators/")) broken.push_back(at(file, i));
            if (emulator && line.starts_with("#include \"drivers/")) broken.push_back(at(file, i));
        }
    }
    EXPECT_THAT(broken, IsEmpty());
}

TEST(Layering, ThirdPartyTypesStayInsideSourceFiles) {
    std::vector<std::string> broken;
    static const std::regex foreign(
        R"(#include [<"](boost/|nlohmann/|modbus|sqlite3|zstd|openssl/|CLI/))");
    for (const SourceFile& file : sources()) {
        const bool header = file.path.ends_with(".hpp");
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            if (header && std::regex_search(file.lines[i], foreign)) broken.push_back(at(file, i));
        }
    }
    EXPECT_THAT(broken, IsEmpty());
}

TEST(Layering, OnlyLinksTouchesAsioAndOnlyTheJsonReaderTouchesNlohmann) {
    std::vector<std::string> broken;
    for (const SourceFile& file : sources()) {
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string& line = file.lines[i];
            const bool asio = line.starts_with("#include <boost/");
            const bool json = line.starts_with("#include <nlohmann/");
            if (asio && room_of(file.path) != "links") broken.push_back(at(file, i));
            if (json && file.path != "base/json.cpp") broken.push_back(at(file, i));
        }
    }
    EXPECT_THAT(broken, IsEmpty());
}

struct Banned {
    std::string pattern;
    std::string instead;
    std::set<std::string> except;  ///< rooms or files
};

/// What breaks determinism, or a compiler of ours (each trap was reproduced).
const std::vector<Banned> banned{
    {R"(\b(system_clock|steady_clock|high_resolution_clock)\b)",
     "the scheduler's time (the wall clock belongs to the pump, the console and the run)",
     {"links/tcp_network.cpp", "bench/console.hpp", "bench/console.cpp", "bench/told_run.hpp"}},
    {R"(\bsleep_for\(std|this_thread|\busleep\()", "co_await clock.sleep_for()", {}},
    {R"(\b(rand|srand)\(|random_device)", "base/random.hpp with a named stream", {}},
    {R"(unordered_(map|set))", "std::map or a vector: iteration order must repeat", {}},
    {R"(\bthrow\b)", "Result, Diagnostics or IB_ASSERT", {}},
    {R"(std::(views|ranges::views)\b)", "a loop: clang 14 cannot read libstdc++ 12's views", {}},
    {R"(std::format\b|#include <format>)",
     "snprintf or string addition: no compiler of ours has it",
     {}},
    {R"(std::source_location)", "the IB_ASSERT macro: clang 14 lacks it", {}},
    {R"(\?[^:]*co_await|co_await[^;]*\?[^?:]*:[^:])", "if and else: g++ 12 runs both branches", {}},
    {R"(co_await\s+[\w.>:-]+\([^()]*\b[A-Z]\w*\{)",
     "a named variable: g++ 12 destroys an aggregate temporary in a co_await twice",
     {}},
    {R"(-ffast-math)", "nothing: results must repeat", {}},
};

TEST(Layering, NoFileContainsWhatIsBanned) {
    std::vector<std::string> broken;
    std::vector<std::regex> patterns;
    for (const Banned& rule : banned) patterns.emplace_back(rule.pattern);
    for (const SourceFile& file : sources()) {
        if (is_test(file.path)) continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string code = code_of(file.lines[i]);
            if (code.find_first_not_of(' ') == std::string::npos) continue;
            for (std::size_t k = 0; k < banned.size(); ++k) {
                const Banned& rule = banned[k];
                if (!std::regex_search(code, patterns[k])) continue;
                if (rule.except.contains(file.path)) continue;
                if (rule.except.contains(room_of(file.path))) continue;
                broken.push_back(at(file, i) + "  -> " + rule.instead);
            }
        }
    }
    EXPECT_THAT(broken, IsEmpty());
}

TEST(Layering, FilesStayReadable) {
    std::vector<std::string> broken;
    for (const SourceFile& file : sources()) {
        // Data tables and the style sheet are not read line by line.
        const bool table = file.path.find("/tables/") != std::string::npos ||
                           file.path.ends_with("report_style.cpp");
        if (file.lines.size() > 400 && !table && !is_test(file.path)) {
            broken.push_back(file.path + " has " + std::to_string(file.lines.size()) + " lines");
        }
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            if (file.lines[i].size() > 110 && !table && !is_test(file.path)) {
                broken.push_back(at(file, i));
            }
        }
    }
    EXPECT_THAT(broken, IsEmpty());
}

TEST(Layering, HeadersAreIncludedOnce) {
    std::vector<std::string> broken;
    for (const SourceFile& file : sources()) {
        if (!file.path.ends_with(".hpp") || file.lines.empty()) continue;
        if (file.lines[0] != "#pragma once") broken.push_back(file.path);
    }
    EXPECT_THAT(broken, IsEmpty());
}

}  // namespace

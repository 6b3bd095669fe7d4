#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"

/// Drives the built program as a user does: by its command line, its output and its exit code.
namespace islandbench::bench {

/// A folder of one test's own, removed with it.
class Folder {
  public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    /// Writes a file and returns its path.
    std::filesystem::path write(const std::string& name, const std::string& text) const;
    /// Names of everything in it, sorted.
    [[nodiscard]] std::vector<std::string> entries() const;

  private:
    std::filesystem::path path_;
};

struct Finished {
    int exit_code = -1;  ///< -1: ended by a signal
    std::string out, err;
};

/// One start of the program. It works in a folder, so that runs/ lands there.
class Program {
  public:
    Program(const Folder& folder, std::vector<std::string> arguments,
            std::optional<std::size_t> largest_file = std::nullopt);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void signal(int number) const;
    /// Waits until the text stands in its error output, or the program has ended. False: it ended.
    [[nodiscard]] bool says(const std::string& text);
    /// What it has written to its output so far.
    [[nodiscard]] std::string out() const;
    /// And to its error output.
    [[nodiscard]] std::string err() const;
    Finished wait();

  private:
    std::filesystem::path out_file_, err_file_;
    int pid_ = -1;
};

/// Starts and waits.
Finished islandbench(const Folder& folder, std::vector<std::string> arguments);

/// The results.json of a run folder.
json::Value results_of(const std::filesystem::path& run);
/// A text at the top of results.json.
std::string result_text(const json::Value& results, const std::string& key);
/// The verdict of one criterion: "pass", "fail", "inconclusive"; "absent" when not judged.
std::string verdict_of(const json::Value& results, const std::string& id);
/// "C1 pass, C2 pass, ..."
std::string verdicts(const json::Value& results);

/// A story told whole by "run", with no problem said.
struct ToldStory {
    int exit_code = -1;
    json::Value results;
    std::string trace;
};
/// `name`: the run's folder inside `folder`.
ToldStory tell_story(const Folder& folder, const std::string& name, std::vector<std::string> arguments);

/// An installed fixture as text.
std::string fixture(const std::string& name);
/// The text with one replacement; the first text must be there.
std::string replaced(std::string text, const std::string& what, const std::string& by);

}  // namespace islandbench::bench

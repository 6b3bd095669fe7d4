#include "bench/test/program.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "base/fixtures.hpp"

namespace islandbench::bench {
namespace fs = std::filesystem;
namespace {

std::string text_of(const fs::path& file) {
    auto text = read_text_file(file);
    return text ? *text : std::string();
}

/// Never returns. Between fork and exec only what is safe there.
[[noreturn]] void become(const fs::path& folder, const fs::path& out, const fs::path& err,
                         std::vector<char*> arguments, std::optional<std::size_t> largest_file) {
    const int out_fd = open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int err_fd = open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(out_fd, STDOUT_FILENO);
    dup2(err_fd, STDERR_FILENO);
    if (largest_file) {
        const rlimit limit{*largest_file, *largest_file};
        setrlimit(RLIMIT_FSIZE, &limit);
        std::signal(SIGXFSZ, SIG_IGN);
    }
    if (chdir(folder.c_str()) == 0) execv(arguments[0], arguments.data());
    _exit(127);
}

}  // namespace

Folder::Folder() {
    std::string pattern = (fs::temp_directory_path() / "islandbench-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
}

Folder::~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

fs::path Folder::write(const std::string& name, const std::string& text) const {
    const fs::path file = path_ / name;
    std::ofstream(file) << text;
    return file;
}

std::vector<std::string> Folder::entries() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_)) {
        const std::string name = entry.path().filename();
        if (!name.starts_with(".")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

Program::Program(const Folder& folder, std::vector<std::string> arguments,
                 std::optional<std::size_t> largest_file) {
    static int number = 0;
    const std::string stem = "." + std::to_string(++number);  // hidden: not part of the folder
    out_file_ = folder.path() / (stem + ".out");
    err_file_ = folder.path() / (stem + ".err");
    arguments.insert(arguments.begin(), std::string(IB_BINARY_DIR) + "/bin/islandbench");
    std::vector<char*> raw;
    for (std::string& one : arguments) raw.push_back(one.data());
    raw.push_back(nullptr);
    pid_ = fork();
    if (pid_ == 0) become(folder.path(), out_file_, err_file_, raw, largest_file);
}

Program::~Program() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        (void)wait();
    }
}

void Program::signal(int number) const {
    kill(pid_, number);
}

bool Program::says(const std::string& text) {
    while (err().find(text) == std::string::npos) {
        siginfo_t info{};
        waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
        if (info.si_pid != 0) return err().find(text) != std::string::npos;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

Finished Program::wait() {
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of(out_file_), err()};
}

std::string Program::out() const {
    return text_of(out_file_);
}

std::string Program::err() const {
    return text_of(err_file_);
}

Finished islandbench(const Folder& folder, std::vector<std::string> arguments) {
    return Program(folder, std::move(arguments)).wait();
}

json::Value results_of(const fs::path& run) {
    const fs::path file = run / "results.json";
    Diagnostics problems;
    json::Value results = json::parse(text_of(file), file, problems);
    EXPECT_TRUE(problems.empty()) << problems;
    return results;
}

std::string result_text(const json::Value& results, const std::string& key) {
    const json::Value* found = results.is(json::Kind::object) ? results.find(key) : nullptr;
    return found != nullptr && found->is(json::Kind::string) ? found->text() : "";
}

std::string verdict_of(const json::Value& results, const std::string& id) {
    const json::Value* criteria =
        results.is(json::Kind::object) ? results.find("criteria") : nullptr;
    if (criteria == nullptr) return "absent";
    for (const json::Value& one : criteria->items()) {
        if (one.find("id")->text() == id) return one.find("verdict")->text();
    }
    return "absent";
}

std::string verdicts(const json::Value& results) {
    std::string text;
    const json::Value* criteria =
        results.is(json::Kind::object) ? results.find("criteria") : nullptr;
    if (criteria == nullptr) return text;
    for (const json::Value& one : criteria->items()) {
        if (!text.empty()) text += ", ";
        text += one.find("id")->text() + " " + one.find("verdict")->text();
    }
    return text;
}

ToldStory tell_story(const Folder& folder, const std::string& name,
                     std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "run");
    arguments.insert(arguments.end(), {"--quiet", "--out", name});
    const Finished ended = islandbench(folder, std::move(arguments));
    EXPECT_EQ(ended.err, "");
    ToldStory told;
    told.exit_code = ended.exit_code;
    told.results = results_of(folder.path() / name);
    told.trace = result_text(told.results, "trace_sha256");
    EXPECT_EQ(told.trace.size(), 64u);
    return told;
}

std::string fixture(const std::string& name) {
    const auto text = read_text_file(fs::path(IB_SOURCE_DIR) / "fixtures" / name);
    EXPECT_TRUE(text.has_value()) << name;
    return text.value_or("");
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    if (at != std::string::npos) text.replace(at, what.size(), by);
    return text;
}

}  // namespace islandbench::bench

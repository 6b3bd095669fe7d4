#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// Another program, for tests against independent peers.
namespace islandbench::links::test {

class Child {
  public:
    /// Starts it, found on PATH, with its output in a file and no input.
    Child(std::vector<std::string> arguments, const std::filesystem::path& out);
    /// Ends what still runs.
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// It has ended by itself.
    [[nodiscard]] bool ended();
    /// Once it has ended; -1 when by a signal.
    [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

  private:
    int pid_ = -1;
    int exit_code_ = -1;
};

}  // namespace islandbench::links::test

#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace islandbench {

/// One thing wrong in a user's file, with its place.
struct Diagnostic {
    std::string file;
    int line = 0;      ///< from 1; 0 = the file as a whole
    std::string path;  ///< JSON path such as $.homes[2].phase, or empty
    std::string message;

    bool operator==(const Diagnostic&) const = default;
};

/// Everything wrong in the user's files, collected so that it can be said at once.
class Diagnostics {
  public:
    void add(Diagnostic diagnostic) { list_.push_back(std::move(diagnostic)); }
    [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
    [[nodiscard]] const std::vector<Diagnostic>& list() const noexcept { return list_; }

  private:
    std::vector<Diagnostic> list_;
};

/// "street.json:12: $.homes[2].phase: unknown phase ..."
std::string to_text(const Diagnostic& diagnostic);
std::ostream& operator<<(std::ostream& out, const Diagnostics& diagnostics);

/// The name in `known` that `wrong` most likely meant, as " (did you mean \"x\"?)", or "".
std::string suggestion(const std::string& wrong, const std::vector<std::string>& known);

}  // namespace islandbench

#pragma once

#include <charconv>
#include <map>
#include <optional>
#include <string>

#include "base/json_binding.hpp"
#include "base/result.hpp"
#include "base/unit_text.hpp"

namespace islandbench::reports {

/// Table run: keys and values, with the types that we wrote. The first that is missing or of
/// another type is the problem.
class RunKeys {
  public:
    RunKeys(std::map<std::string, std::string> values, std::string file)
        : values_(std::move(values)), file_(std::move(file)) {}

    [[nodiscard]] bool has(const std::string& key) const { return values_.contains(key); }
    std::string text(const std::string& key) {
        const auto found = values_.find(key);
        if (found != values_.end()) return found->second;
        complain(key, "is missing");
        return {};
    }
    template <class Integer>
    Integer integer(const std::string& key) {
        const std::string value = text(key);
        Integer number = 0;
        const auto [end, status] =
            std::from_chars(value.data(), value.data() + value.size(), number);
        if (status != std::errc{} || end != value.data() + value.size())
            complain(key, "is no number");
        return number;
    }
    Duration duration(const std::string& key) { return Duration{integer<std::int64_t>(key)}; }
    template <class Q>
    Q quantity(const std::string& key) {
        const auto measure = parse_measure(text(key));
        if (!measure || measure->dimension != Q::dimension) complain(key, "has no value");
        return measure ? Q{measure->value} : Q{};
    }
    template <json::NamedEnum E>
    E name(const std::string& key) {
        const std::string value = text(key);
        for (const auto& name : enum_names(E{})) {
            if (name.text == value) return name.value;
        }
        complain(key, "has an unknown value");
        return E{};
    }
    [[nodiscard]] const std::optional<Error>& problem() const { return problem_; }

  private:
    void complain(const std::string& key, const char* what) {
        if (!problem_) {
            problem_ = Error{ErrorCode::bad_input, file_ + ": run." + key + " " + what};
        }
    }
    std::map<std::string, std::string> values_;
    std::string file_;
    std::optional<Error> problem_;
};

}  // namespace islandbench::reports

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

/// The documents must stay true: every test that ARCHITECTURE.md names is there.
namespace {

namespace fs = std::filesystem;

const fs::path root = IB_SOURCE_DIR;

std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

std::vector<std::string> all_matches(const std::string& text, const std::regex& pattern,
                                     const std::string& form) {
    std::vector<std::string> found;
    for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) {
        found.push_back(it->format(form));
    }
    return found;
}

std::set<std::string> tests() {
    static const std::regex declared(R"(TEST(_F|_P)?\(\s*(\w+),\s*(\w+)\s*\))");
    std::set<std::string> names;
    for (const char* room : {"base", "dispatch", "protocols", "links", "drivers", "conformance",
                             "emulators", "acceptance", "reports", "bench"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
            if (entry.path().extension() != ".cpp") continue;
            for (std::string& name : all_matches(text_of(entry.path()), declared, "$2.$3")) {
                names.insert(std::move(name));
            }
        }
    }
    return names;
}

bool names_one_of(const std::string& pattern, const std::set<std::string>& names) {
    std::string expression = std::regex_replace(pattern, std::regex(R"(\.)"), R"(\.)");
    expression = std::regex_replace(expression, std::regex(R"(\*)"), ".*");
    const std::regex wanted(expression);
    for (const std::string& name : names) {
        if (std::regex_match(name, wanted)) return true;
    }
    return false;
}

TEST(Architecture, InvariantsNameTestsThatExist) {
    const std::string page = text_of(root / "ARCHITECTURE.md");
    const std::size_t from = page.find("## Invariants");
    const std::string invariants = page.substr(from, page.find("\n## ", from + 1) - from);
    static const std::regex quoted(R"(`([A-Z]\w*\.[\w*]+)`)");
    const std::vector<std::string> named = all_matches(invariants, quoted, "$1");
    ASSERT_GT(named.size(), 20u);
    const std::set<std::string> existing = tests();
    for (const std::string& name : named) {
        EXPECT_TRUE(names_one_of(name, existing)) << name;
    }
    EXPECT_FALSE(names_one_of("Nobody.WroteThis", existing));
}

TEST(Architecture, EveryInvariantNamesATest) {
    const std::string page = text_of(root / "ARCHITECTURE.md");
    const std::size_t from = page.find("## Invariants");
    const std::string invariants = page.substr(from, page.find("\n## ", from + 1) - from);
    static const std::regex item(R"(\n(\d+)\. ([^\n]|\n   )+)");
    for (const std::string& text : all_matches(invariants, item, "$&")) {
        EXPECT_TRUE(std::regex_search(text, std::regex(R"(`\w+\.[\w*]+`)"))) << text;
    }
}

TEST(Architecture, DocumentsLinkToFilesThatExist) {
    static const std::regex link(R"(\]\(([^)#:]+)\))");
    for (const char* page : {"README.md", "ARCHITECTURE.md", "docs/criteria.md", "docs/glossary.md",
                             "docs/adding-a-device.md", "docs/run-format.md"}) {
        const fs::path file = root / page;
        for (const std::string& target : all_matches(text_of(file), link, "$1")) {
            EXPECT_TRUE(fs::exists(file.parent_path() / target)) << page << ": " << target;
        }
    }
}

}  // namespace

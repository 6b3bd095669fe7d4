#include "base/json.hpp"

#include <gmock/gmock.h>

#include "base/json_binding.hpp"

namespace islandbench::json {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

enum class Colour { red, green };
constexpr auto enum_names(Colour /*of*/) {
    return EnumNames<Colour, 2>{{{Colour::red, "red"}, {Colour::green, "green"}}};
}

struct Inner {
    int count = 0;
};
template <class V>
void declare(V& v, Inner& s) {
    v.required("count", s.count, "");
}

struct Outer {
    std::string name;
    ActivePower power;
    Duration wait{5s};
    Colour colour = Colour::red;
    std::optional<Inner> maybe;
    std::vector<Inner> list;
    std::map<std::string, double> shares;
    bool flag = false;
};
template <class V>
void declare(V& v, Outer& s) {
    v.required("name", s.name, "");
    v.required("power", s.power, "");
    v.optional("wait", s.wait, "");
    v.optional("colour", s.colour, "");
    v.optional("maybe", s.maybe, "");
    v.optional("list", s.list, "");
    v.optional("shares", s.shares, "");
    v.optional("flag", s.flag, "");
}

std::vector<std::string> problems_of(std::string_view text) {
    Diagnostics found;
    (void)read_document<Outer>(text, "f.json", found);
    std::vector<std::string> lines;
    for (const Diagnostic& one : found.list()) lines.push_back(to_text(one));
    return lines;
}

TEST(Json, RemembersLinesAcrossCommentsAndNumbers) {
    Diagnostics found;
    const Value root =
        parse("{ // a comment\n  \"a\": 12\n,\n/* two\nlines */ \"b\":\n  [1,\n 2]}", "f", found);

    ASSERT_THAT(found.list(), IsEmpty());
    EXPECT_EQ(root.line(), 1);
    EXPECT_EQ(root.find("a")->line(), 2);
    EXPECT_EQ(root.members()[1].line, 5);
    EXPECT_EQ(root.find("b")->line(), 6);
    EXPECT_EQ(root.find("b")->items()[1].line(), 7);
}

TEST(Json, ReportsDuplicateKeysWithTheirPlace) {
    EXPECT_THAT(problems_of("{\"name\": \"x\",\n \"power\": \"1 W\",\n \"name\": \"y\"}"),
                ElementsAre("f.json:3: $.name: duplicate key"));
}

TEST(Json, ReportsSyntaxErrorsWithTheirLine) {
    EXPECT_THAT(problems_of("{\"name\": \"x\",\n \"list\": [ {\"count\": 1}, {\"count\": tru"),
                ElementsAre(HasSubstr("f.json:2: $.list[1].count: not valid JSON")));
}

TEST(Json, SurvivesDeepNestingAndGarbage) {
    EXPECT_THAT(problems_of(std::string(100000, '[')), ElementsAre(HasSubstr("64 levels")));
    EXPECT_THAT(problems_of("\xff\xfe\x00"), ElementsAre(HasSubstr("not valid JSON")));
    EXPECT_THAT(problems_of(""), ElementsAre(HasSubstr("not valid JSON")));
}

TEST(Reader, ReportsEveryProblemAtOnce) {
    const auto problems = problems_of(R"({
      "power": "5 V",
      "wait": 3,
      "colour": "gren",
      "maybe": {"cuont": 1},
      "list": [{"count": 1.5}],
      "flags": true
    })");

    EXPECT_THAT(problems,
                ::testing::UnorderedElementsAre(
                    "f.json:1: $: missing key \"name\"",
                    "f.json:2: $.power: wrong unit: \"5 V\" is voltage, expected active power",
                    "f.json:3: $.wait: expected a text with a unit (time), found 3",
                    HasSubstr("f.json:4: $.colour: expected one of \"red\", \"green\" (did "
                              "you mean \"green\"?), found \"gren\""),
                    "f.json:5: $.maybe: missing key \"count\"",
                    "f.json:5: $.maybe.cuont: unknown key (did you mean \"count\"?)",
                    "f.json:6: $.list[0].count: expected a whole number, found a number",
                    "f.json:7: $.flags: unknown key (did you mean \"flag\"?)"));
}

TEST(Writer, WritesDefaultsAndIsReadBack) {
    Diagnostics found;
    const auto before = read_document<Outer>(
        R"({"name": "a", "power": "13.7 kW", "list": [{"count": 3}], "shares": {"x": 0.25}})", "f",
        found);
    ASSERT_THAT(found.list(), IsEmpty());

    const std::string text = to_text(write_document(before));
    const auto after = read_document<Outer>(text, "g", found);

    EXPECT_THAT(found.list(), IsEmpty());
    EXPECT_THAT(text, HasSubstr("\"wait\": \"5 s\""));
    EXPECT_EQ(after.power, before.power);
    EXPECT_EQ(after.list.at(0).count, 3);
    EXPECT_EQ(after.shares.at("x"), 0.25);
    EXPECT_FALSE(after.maybe.has_value());
}

TEST(ToText, EscapesAndReplacesBadBytes) {
    Value root = Value::object();
    root.set("k", "a\"\n\xff");
    root.set("nan", std::numeric_limits<double>::quiet_NaN());

    const std::string text = to_text(root);

    EXPECT_THAT(text, HasSubstr("a\\\"\\n\xEF\xBF\xBD"));
    EXPECT_THAT(text, HasSubstr("\"nan\": null"));
}

}  // namespace
}  // namespace islandbench::json

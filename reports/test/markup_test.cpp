#include "reports/markup.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace islandbench::reports {
namespace {

TEST(Markup, EscapesTextAndAttributes) {
    Markup sut;
    sut.open("p").attr("title", "a\"b'c<d>&").text("<script>\"&amp;'").close();

    EXPECT_EQ(sut.take(),
              "<p title=\"a&quot;b&#39;c&lt;d&gt;&amp;\">&lt;script&gt;&quot;&amp;amp;&#39;</p>");
}

TEST(Markup, ClosesWhatHtmlWouldOtherwiseLeaveOpen) {
    Markup sut;
    sut.open("tr").open("td").close().open("td").open("br").close().close().close();

    EXPECT_EQ(sut.take(), "<tr><td></td><td><br/></td></tr>");
}

TEST(Markup, WritesShortNumbers) {
    EXPECT_EQ(number_text(1.0), "1");
    EXPECT_EQ(number_text(1.25), "1.25");
    EXPECT_EQ(number_text(-0.001), "0");
    EXPECT_EQ(number_text(100.0), "100");
    EXPECT_EQ(number_text(0.5), "0.5");
}

TEST(MarkupDeathTest, InsistsOnBalance) {
    EXPECT_DEATH(Markup().open("p").take(), "broken promise");
    EXPECT_DEATH(Markup().close(), "broken promise");
    EXPECT_DEATH(Markup().open("p").text("x").attr("a", "b"), "broken promise");
    EXPECT_DEATH(Markup().open("rect").attr("x", std::nan("")), "broken promise");
}

}  // namespace
}  // namespace islandbench::reports

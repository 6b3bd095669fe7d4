#include "base/json_binding.hpp"
#include "reports/check_report.hpp"
#include "reports/markup.hpp"
#include "reports/report_style.hpp"
#include "reports/store/sha256.hpp"
#include "reports/symbols.hpp"
#include "reports/text.hpp"
#include "reports/text_table.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Outcome;
using Row = CheckRow::Outcome;

void head(Markup& page, const CheckRecord& record) {
    const std::string style = report_style("islandbench check of " + printable(record.link, 80));
    const std::string policy = "default-src 'none'; style-src 'sha256-" + to_base64(sha256(style)) +
                               "'; base-uri 'none'; form-action 'none'";
    page.open("head").line();
    page.open("meta").attr("charset", "utf-8").close().line();
    page.open("meta").attr("http-equiv", "Content-Security-Policy").attr("content", policy);
    page.close().line();
    page.open("meta")
        .attr("name", "viewport")
        .attr("content", "width=device-width,initial-scale=1");
    page.close().line();
    page.open("meta").attr("name", "referrer").attr("content", "no-referrer").close().line();
    page.leaf("title", "Check: " + std::string(json::enum_text(verdict_of(record)))).line();
    page.open("style").raw(style).close().line();
    page.close().line();
}

void fact(Markup& page, const std::string& name, const std::string& value) {
    page.leaf("dt", name).open("dd").leaf("bdi", printable(value)).close().line();
}

void band(Markup& page, const CheckRecord& record) {
    const std::string verdict(json::enum_text(verdict_of(record)));
    page.open("div").attr("class", "band " + verdict).line();
    page.open("div").close();
    page.open("div").line();
    page.open("h1").leaf("bdi", printable(record.device)).close().line();
    page.open("div").attr("class", "word").text(upper(verdict)).close().line();
    page.open("p").attr("class", "headline").text(check_headline(record)).close().line();
    page.close().line();
    page.open("dl").attr("class", "facts").line();
    fact(page, "Link", record.link);
    fact(page, "Begun", record.started_at);
    fact(page, "Writes", record.armed ? "armed" : "none: only read");
    for (const CheckFact& one : record.facts) fact(page, one.name, one.value);
    fact(page, "islandbench", record.version);
    page.close().line().close().line();
}

const char* class_of(Row outcome) {
    switch (outcome) {
        case Row::failed: return "verdict fail";
        case Row::noted: return "verdict known";
        case Row::not_tested: return "verdict inconclusive";
        case Row::held: break;
    }
    return "verdict";
}

const char* word_of(Row outcome) {
    switch (outcome) {
        case Row::failed: return "fail";
        case Row::noted: return "noted";
        case Row::not_tested: return "not tested";
        case Row::held: break;
    }
    return "held";
}

void findings(Markup& page, const CheckRow& row) {
    for (const CheckFinding& one : row.findings) {
        page.open("div").leaf("bdi", printable(one.text, 600)).close().line();
        if (!one.frames) continue;
        page.open("details").leaf("summary", "Frames: " + one.frames->what).line();
        page.open("pre").text("> " + one.frames->request + "\n< " + one.frames->reply).close();
        page.close().line();
    }
    if (!row.not_tested.empty()) page.leaf("div", printable(row.not_tested, 600)).line();
}

void rules(Markup& page, const CheckRecord& record, const char* title, const char* lead,
           std::initializer_list<Row> wanted) {
    const auto is_wanted = [&](const CheckRow& row) {
        return std::find(wanted.begin(), wanted.end(), row.outcome) != wanted.end();
    };
    if (std::none_of(record.rows.begin(), record.rows.end(), is_wanted)) return;
    page.leaf("h2", title).line();
    page.open("p").attr("class", "lead").text(lead).close().line();
    page.open("div").attr("class", "wide").open("table").line();
    page.open("thead").open("tr");
    for (const char* const name : {"", "Rule", "Asks", "Kind", "Known as", "Found"}) {
        page.leaf("th", name);
    }
    page.close().close().line().open("tbody").line();
    for (const Row outcome : wanted) {
        for (const CheckRow& row : record.rows) {
            if (row.outcome != outcome) continue;
            page.open("tr").open("td");
            page.open("span").attr("class", class_of(outcome)).text(word_of(outcome)).close();
            page.close();
            page.open("td").attr("class", "id nowrap").text(row.id).close();
            page.leaf("td", row.title).leaf("td", row.kind);
            std::string known;
            for (const std::string& id : row.deviations) known += (known.empty() ? "" : " ") + id;
            page.leaf("td", known).open("td");
            findings(page, row);
            page.close().close().line();
        }
    }
    page.close().close().close().line();
}

void list(Markup& page, const char* title, const std::string& lead,
          const std::vector<std::string>& items) {
    if (items.empty()) return;
    page.leaf("h2", title).line();
    if (!lead.empty()) page.open("p").attr("class", "lead").text(printable(lead)).close().line();
    page.open("div").attr("class", "paper").open("ul").line();
    for (const std::string& item : items)
        page.open("li").leaf("bdi", printable(item)).close().line();
    page.close().close().line();
}

void writes(Markup& page, const CheckRecord& record) {
    std::vector<std::string> items;
    for (const CheckWrite& write : record.writes) {
        std::string item = write.what;
        if (write.done)
            item += write.restored ? ": written, and set back" : ": written, NOT set back";
        if (record.armed && !write.done) item += ": not taken";
        items.push_back(std::move(item));
    }
    const std::string why = record.not_armed;
    list(page, record.armed ? "What was written" : "What would be written",
         record.armed ? "" : why + ". Nothing was written; with --arm the rest is tested, too.",
         items);
}

}  // namespace

std::string check_html(const CheckRecord& record) {
    Markup page;
    page.raw("<!DOCTYPE html>\n");
    page.open("html").attr("xmlns", "http://www.w3.org/1999/xhtml").attr("lang", "en").line();
    head(page, record);
    page.open("body").line().open("main").line();
    band(page, record);
    rules(page, record, "Violations",
          "Against the standard, or against what the device itself says.", {Row::failed});
    rules(page, record, "Worth knowing",
          "Variants are allowed, and conditions are of the moment; clients that do not expect them "
          "fail.",
          {Row::noted});
    list(page, "Lost", "Against " + record.against + ".", record.lost);
    list(page, "Gained", "Against " + record.against + ".", record.gained);
    writes(page, record);
    rules(page, record, "Not tested", "What could not be asked, and why.", {Row::not_tested});
    rules(page, record, "Held", "", {Row::held});
    page.open("footer")
        .text("These results relate only to the device tested, as it was then.")
        .close();
    page.line().close().line().close().line().close().line();
    return page.take();
}

}  // namespace islandbench::reports

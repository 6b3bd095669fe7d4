#include "reports/check_report.hpp"

#include <algorithm>
#include <cstdio>

#include "base/json_binding.hpp"
#include "reports/markup.hpp"
#include "reports/store/run_files.hpp"
#include "reports/text.hpp"
#include "reports/text_table.hpp"

namespace islandbench::reports {
namespace {

using acceptance::Conclusion;
using acceptance::Outcome;
using Row = CheckRow::Outcome;

std::string_view word_of(Row outcome) {
    switch (outcome) {
        case Row::held: return "held";
        case Row::noted: return "noted";
        case Row::failed: return "fail";
        case Row::not_tested: return "not tested";
    }
    return "";
}

Conclusion colour_of(Row outcome) {
    switch (outcome) {
        case Row::failed: return Conclusion::fail;
        case Row::noted: return Conclusion::known_failure;
        case Row::not_tested: return Conclusion::inconclusive;
        case Row::held: break;
    }
    return Conclusion::pass;
}

std::string names(const CheckRow& row) {
    std::string text;
    for (const std::string& one : row.deviations) text += (text.empty() ? "" : " ") + one;
    return text;
}

std::string seconds(double s) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", s);
    return text;
}

}  // namespace

int CheckRecord::count(CheckRow::Outcome outcome) const {
    return static_cast<int>(std::count_if(
        rows.begin(), rows.end(), [&](const CheckRow& row) { return row.outcome == outcome; }));
}

Outcome verdict_of(const CheckRecord& record) {
    if (record.count(Row::failed) > 0 || !record.lost.empty()) return Outcome::fail;
    const bool open = record.strict && record.count(Row::not_tested) > 0;
    if (record.interrupted || !record.complete || record.took_nothing || open) {
        return Outcome::inconclusive;
    }
    return Outcome::pass;
}

std::string check_headline(const CheckRecord& record) {
    std::string text = std::to_string(record.count(Row::held)) + " held, " +
                       std::to_string(record.count(Row::failed)) + " failed, " +
                       std::to_string(record.count(Row::noted)) + " noted, " +
                       std::to_string(record.count(Row::not_tested)) + " not tested";
    if (!record.lost.empty()) {
        text += "; " + std::to_string(record.lost.size()) + " lost since " + record.against;
    }
    if (record.interrupted) text += "; interrupted";
    if (record.took_nothing) text += "; armed, and the device took nothing that was written";
    if (!record.complete) text += "; the device did not answer to the end";
    return text;
}

std::string check_terminal(const CheckRecord& record, Colours colours) {
    const Outcome verdict = verdict_of(record);
    const Conclusion conclusion = verdict == Outcome::pass   ? Conclusion::pass
                                  : verdict == Outcome::fail ? Conclusion::fail
                                                             : Conclusion::inconclusive;
    std::string out = "\n" + coloured(upper(json::enum_text(verdict)), conclusion, colours) + "  " +
                      check_headline(record) + "\n" + wrapped(record.device, "") + "\n";
    out += cell("", 11) + cell("rule", 27) + cell("known as", 10) + "what was found\n";
    for (const Row wanted : {Row::failed, Row::noted, Row::not_tested}) {
        for (const CheckRow& row : record.rows) {
            if (row.outcome != wanted) continue;
            out += coloured(cell(word_of(wanted), 11), colour_of(wanted), colours) +
                   cell(row.id, 27) + cell(names(row), 10);
            const std::string indent(48, ' ');
            std::string text = row.not_tested;
            if (!row.findings.empty()) text = row.findings.front().text;
            if (row.findings.size() > 1) {
                text += " (and " + std::to_string(row.findings.size() - 1) + " more)";
            }
            out += wrapped(text, indent).substr(48);
        }
    }
    if (record.count(Row::held) == static_cast<int>(record.rows.size())) out += "nothing\n";
    for (const std::string& one : record.lost)
        out += coloured("lost", Conclusion::fail, colours) + "       " + printable(one) + "\n";
    for (const std::string& one : record.gained) out += "gained     " + printable(one) + "\n";
    out += "\n";
    for (const CheckFact& fact : record.facts)
        out += cell(fact.name, 25) + "  " + printable(fact.value) + "\n";
    if (!record.writes.empty()) {
        out += record.armed
                   ? "\nWritten:\n"
                   : "\nNothing was written (" + printable(record.not_armed) + "). With --arm:\n";
        // A line breaks between two writes, never inside one.
        constexpr std::size_t width = 98;
        std::string line = " ";
        for (const CheckWrite& write : record.writes) {
            const bool lost = write.done && !write.restored;
            std::string item = " " + printable(write.what);
            if (lost) item += " (NOT SET BACK)";
            if (record.armed && !write.done) item += " (not taken)";
            if (&write != &record.writes.back()) item += ",";
            if (line.size() > 1 && line.size() + item.size() > width) {
                out += line + "\n";
                line = " ";
            }
            line += item;
        }
        out += line + "\n";
    }
    return out;
}

std::string check_json(const CheckRecord& record) {
    json::Value root = json::Value::object();
    root.set("verdict", json::enum_text(verdict_of(record)));
    root.set("link", record.link);
    root.set("device", visible(record.device));
    root.set("version", record.version);
    root.set("started_at", record.started_at);
    root.set("took_s", record.took_s);
    root.set("armed", record.armed);
    root.set("interrupted", record.interrupted);
    root.set("complete", record.complete);
    json::Value rules = json::Value::array();
    for (const CheckRow& row : record.rows) {
        json::Value one = json::Value::object();
        one.set("id", row.id);
        one.set("title", row.title);
        one.set("kind", row.kind);
        one.set("outcome", word_of(row.outcome));
        json::Value known = json::Value::array();
        for (const std::string& id : row.deviations) known.push(id);
        one.set("deviations", std::move(known));
        json::Value findings = json::Value::array();
        for (const CheckFinding& finding : row.findings) {
            json::Value f = json::Value::object();
            f.set("text", visible(finding.text));
            if (finding.frames) {
                f.set("what", finding.frames->what);
                f.set("request", finding.frames->request);
                f.set("reply", finding.frames->reply);
            }
            findings.push(std::move(f));
        }
        one.set("findings", std::move(findings));
        if (!row.not_tested.empty()) one.set("not_tested", visible(row.not_tested));
        rules.push(std::move(one));
    }
    root.set("rules", std::move(rules));
    json::Value writes = json::Value::array();
    for (const CheckWrite& write : record.writes) {
        json::Value one = json::Value::object();
        one.set("what", write.what);
        one.set("done", write.done);
        one.set("restored", write.restored);
        writes.push(std::move(one));
    }
    root.set("writes", std::move(writes));
    const auto list = [](const std::vector<std::string>& items) {
        json::Value array = json::Value::array();
        for (const std::string& item : items) array.push(item);
        return array;
    };
    root.set("against", record.against);
    root.set("lost", list(record.lost));
    root.set("gained", list(record.gained));
    root.set("capabilities", record.capabilities);
    return json::to_text(root) + "\n";
}

std::string check_junit(const CheckRecord& record) {
    const int untested = record.count(Row::not_tested);
    const bool open = record.strict && untested > 0;
    const int more =
        (record.against.empty() ? 0 : 1) + (record.interrupted || !record.complete ? 1 : 0);
    const int errors = (open ? untested : 0) + (record.interrupted || !record.complete ? 1 : 0);
    const std::string suite = printable("islandbench.check." + record.link);
    Markup xml;
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.open("testsuites").line();
    xml.open("testsuite").attr("name", suite);
    xml.attr("tests", std::to_string(static_cast<int>(record.rows.size()) + more));
    xml.attr("failures", std::to_string(record.count(Row::failed) + (record.lost.empty() ? 0 : 1)));
    xml.attr("errors", std::to_string(errors)).attr("skipped", std::to_string(open ? 0 : untested));
    xml.attr("time", seconds(record.took_s)).attr("timestamp", record.started_at).line();
    const auto begin = [&](const std::string& name) {
        xml.open("testcase").attr("classname", suite).attr("name", name).attr("time", "0").line();
    };
    const auto problem = [&](std::string_view tag, std::string_view type, const std::string& text) {
        const std::string safe = printable(text, 2000);
        xml.open(tag).attr("type", type).attr("message", safe).text(safe).close().line();
    };
    for (const CheckRow& row : record.rows) {
        begin(row.id + " " + row.title);
        std::string text;
        for (const CheckFinding& finding : row.findings) {
            text += (text.empty() ? "" : "; ") + finding.text;
        }
        if (!names(row).empty() && !text.empty()) text = names(row) + ": " + text;
        if (row.outcome == Row::failed) problem("failure", row.kind, text);
        if (row.outcome == Row::not_tested) {
            problem(open ? "error" : "skipped", "not tested", row.not_tested);
        }
        if (row.outcome == Row::noted) xml.leaf("system-out", row.kind + ": " + text).line();
        xml.close().line();
    }
    if (!record.against.empty()) {
        begin("keeps what " + record.against + " could");
        std::string text;
        for (const std::string& one : record.lost) text += (text.empty() ? "" : "; ") + one;
        if (!record.lost.empty()) problem("failure", "lost", text);
        xml.close().line();
    }
    if (record.interrupted || !record.complete) {
        begin("check completed");
        problem("error", record.interrupted ? "interrupted" : "no answer", check_headline(record));
        xml.close().line();
    }
    xml.close().line().close().line();
    return xml.take();
}

Result<void> write_check(const std::filesystem::path& folder, const CheckRecord& record) {
    const auto made = create_run_folder(folder);
    if (!made) return made;
    const std::pair<const char*, std::string> files[] = {
        {"report.html", check_html(record)},
        {"junit.xml", check_junit(record)},
        {"results.json", check_json(record)},
        {"capabilities.json", json::to_text(record.capabilities) + "\n"}};
    for (const auto& [name, text] : files) {
        const auto written = write_run_file(folder, name, text);
        if (!written) return tl::unexpected(written.error());
    }
    return {};
}

}  // namespace islandbench::reports

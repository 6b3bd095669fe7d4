#include "acceptance/catalogue_text.hpp"

namespace islandbench::acceptance {
namespace {

json::Value texts(const std::vector<std::string>& list) {
    json::Value array = json::Value::array();
    for (const std::string& one : list) array.push(one);
    return array;
}

json::Value criterion_json(const CriterionSpec& one) {
    json::Value object = json::Value::object();
    object.set("id", one.id);
    object.set("title", one.title);
    object.set("severity", json::enum_text(one.severity));
    object.set("clause", one.clause);
    object.set("basis", one.basis);
    object.set("certainty", json::enum_text(one.certainty));
    object.set("source", one.source);
    object.set("triggered_by", texts(one.triggered_by));
    object.set("formulas", texts(one.formulas));
    object.set("targets", texts(one.targets));
    return object;
}

/// A bar would end the cell.
std::string cell(const std::string& text) {
    std::string escaped;
    for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
    return escaped;
}

std::string row(const CriterionSpec& one) {
    return "| [" + one.id + "](#" + one.id + ") | " + cell(one.title) + " | " +
           std::string(json::enum_text(one.severity)) + " | " + one.source + " | " +
           cell(one.clause) + " | " + std::string(json::enum_text(one.certainty)) + " |\n";
}

std::string block(const std::string& before, const std::vector<std::string>& list) {
    if (list.empty()) return {};
    std::string text = before + "\n\n";
    for (const std::string& one : list) text += "    " + one + "\n";
    return text + "\n";
}

std::string section(const CriterionSpec& one) {
    return "<a id=\"" + one.id + "\"></a>\n### " + one.id + ": " + one.title + "\n\n" + one.basis +
           ".\n\n" + block("Tested once one of these has come:", one.triggered_by) +
           block("Asked for:", one.formulas) + block("Better, and told:", one.targets);
}

}  // namespace

json::Value catalogue_json(const Catalogue& catalogue) {
    json::Value object = json::Value::object();
    object.set("name", catalogue.name);
    object.set("title", catalogue.title);
    json::Value list = json::Value::array();
    for (const CriterionSpec& one : catalogue.criteria) list.push(criterion_json(one));
    object.set("criteria", std::move(list));
    return object;
}

std::string catalogue_markdown(const Catalogue& catalogue) {
    std::string text =
        "| id | criterion | severity | judges | clause | figures |\n|---|---|---|---|---|---|\n";
    for (const CriterionSpec& one : catalogue.criteria) text += row(one);
    text += "\n";
    for (const CriterionSpec& one : catalogue.criteria) text += section(one);
    text.pop_back();
    return text;
}

}  // namespace islandbench::acceptance

#pragma once

#include <optional>
#include <string>

#include "acceptance/verdict.hpp"
#include "reports/store/json_fields.hpp"

/// One JSON form of a verdict, in run.sqlite and in results.json alike. The functions stand in the
/// namespace of their structs, where the binding looks for them.
namespace islandbench::acceptance {

/// "margin" in "unit", and "margin_of_limit" to compare unlike units; null without a margin.
template <class V>
void declare_margin(V& v, std::optional<Margin>& margin) {
    std::optional<double> value;
    std::optional<double> of_limit;
    std::optional<std::string> unit;
    if (margin) {
        value = margin->value;
        of_limit = margin->of_limit;
        unit = std::string(reports::kept_unit(margin->dimension));
    }
    reports::nullable(v, "margin", value, "distance to the limit; negative broke it");
    reports::nullable(v, "unit", unit, "of the margin");
    reports::nullable(v, "margin_of_limit", of_limit, "as a share of the limit");
    margin.reset();
    if (!value) return;
    const auto dimension = reports::kept_dimension(unit.value_or(""));
    margin = Margin{*value, dimension.value_or(Dimension::none), of_limit.value_or(0.0)};
}

template <class V>
void declare(V& v, DeviceVerdict& s) {
    v.required("device", s.device, "name");
    v.required("verdict", s.outcome, "what it came to");
    declare_margin(v, s.margin);
    reports::nullable_moment(v, "first_s", s.first, "first violation");
    reports::nullable_moment(v, "worst_s", s.worst, "moment of the smallest margin");
    v.required("reason", s.reason, "one sentence");
}

template <class V>
void declare(V& v, Verdict& s) {
    v.required("id", s.id, "of the catalogue");
    v.required("title", s.title, "what it asks");
    v.required("verdict", s.outcome, "what it came to");
    v.required("limit_verified", s.limit_verified, "its figures are sure or agreed");
    declare_margin(v, s.margin);
    reports::nullable_moment(v, "first_s", s.first, "first violation");
    reports::nullable_moment(v, "worst_s", s.worst, "moment of the smallest margin");
    v.required("device", s.device, "the responsible one");
    v.required("reason", s.reason, "one sentence");
    reports::nullable(v, "known_failure", s.known_failure, "why the story says that it fails");
    v.required("severity", s.severity, "what follows a fail");
    v.required("clause", s.clause, "which text asks for it");
    v.required("basis", s.basis, "where its figures come from");
    v.required("certainty", s.certainty, "of its least sure figure");
    v.required("source", s.source, "which signals were judged");
    v.required("formulas", s.formulas, "as judged");
    v.required("signals", s.signals, "names of the signals judged");
    v.required("notes", s.notes, "what a reader must know");
    v.required("devices", s.devices, "per device");
}

}  // namespace islandbench::acceptance

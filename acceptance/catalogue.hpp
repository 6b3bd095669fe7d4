#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "acceptance/language/names.hpp"
#include "acceptance/verdict.hpp"
#include "base/diagnostics.hpp"
#include "base/json_binding.hpp"

namespace islandbench::acceptance {

/// One criterion as it stands in a catalogue file (fixtures/criteria). The language of its texts is
/// docs/criteria.md.
struct CriterionSpec {
    std::string id;     ///< "C1"
    std::string title;  ///< one line for people
    Severity severity = Severity::s1;
    std::string clause;                   ///< which text asks for it
    std::string basis;                    ///< where the figures in its own text come from
    Certainty certainty = Certainty::ej;  ///< how sure the figures in its own text are
    std::string source = "truth";         ///< what it judges: truth, seen, cmd, link or bench
    /// Telemetry of a device that has not been heard for longer counts as missing.
    Duration stale_after{10'000'000'000};
    /// Events or conditions that make it apply; one of them is enough. Without any, each formula
    /// has to be tested by the run itself.
    std::vector<std::string> triggered_by;
    std::vector<std::string> formulas;  ///< all must hold
    std::vector<std::string> targets;   ///< better than asked for: only told, never a fail
    std::vector<std::string> notes;     ///< what every verdict says
    language::Names names;              ///< the catalogue's, as its texts may use them
    json::Place place;
    std::vector<int> trigger_lines, formula_lines, target_lines;  ///< in the file
};
template <class V>
void declare(V& v, CriterionSpec& s) {
    v.place(s.place);
    v.required("id", s.id, "short name, unique in the catalogue");
    v.required("title", s.title, "one line for people");
    v.required("severity", s.severity, "S0 stop: safety; S1 fails the pilot; S2 improve");
    v.required("clause", s.clause, "which text asks for it");
    v.required("basis", s.basis, "where the figures in its own text come from");
    v.required("certainty", s.certainty, "how sure these figures are");
    v.optional("source", s.source, "what it judges: truth, seen, cmd, link or bench");
    v.optional("stale_after", s.stale_after, "how old telemetry may be");
    v.optional("triggered_by", s.triggered_by, "events or conditions that make it apply");
    v.required("formulas", s.formulas, "what must hold, all of it");
    v.optional("targets", s.targets, "better than asked for: told, never a fail");
    v.optional("notes", s.notes, "what every verdict says");
}

/// A file of criteria.
struct Catalogue {
    std::string name;
    std::string title;
    /// Names of its own for conditions, numbers and signals: "grid_ok" -> "truth.grid.ok is true".
    std::map<std::string, std::string> names;
    std::vector<CriterionSpec> criteria;
    json::Place place;
};
template <class V>
void declare(V& v, Catalogue& s) {
    v.place(s.place);
    v.required("name", s.name, "name that runs refer to");
    v.required("title", s.title, "one line for people");
    v.optional("names", s.names, "conditions, numbers and signals by names of its own");
    v.required("criteria", s.criteria, "the criteria");
}

/// Reads a catalogue and checks the grammar of its texts. Whether the signals, figures and groups
/// exist is known to a run only: the Judge checks that.
Catalogue read_catalogue(std::string_view text, const std::string& file, Diagnostics& diagnostics);

/// What a run judges, and what it leaves out: both belong in its report.
struct Selection {
    std::vector<CriterionSpec> judged;      ///< in the order of the catalogue
    std::vector<std::string> not_selected;  ///< ids
};

/// Picks criteria by id. `where` is the list in the scenario, for diagnostics: an id that does not
/// exist or comes twice is one.
Selection select(const Catalogue& catalogue, const std::vector<std::string>& ids,
                 const json::Place& where, Diagnostics& diagnostics);

}  // namespace islandbench::acceptance

#include "acceptance/compiled.hpp"

#include <functional>
#include <set>

#include "acceptance/language/parser.hpp"
#include "base/unit_text.hpp"

namespace islandbench::acceptance {
namespace {

using language::Complaint;
using language::GroupText;
using language::Instances;
using language::Parsed;

/// Compiles one criterion.
class Compiler {
  public:
    Compiler(const Signals& signals, const Figures& figures, const Groups& groups,
             language::Engine& engine, Diagnostics& diagnostics)
        : signals_(signals),
          figures_(figures),
          groups_(groups),
          engine_(engine),
          diagnostics_(diagnostics) {}

    CompiledCriterion run(CriterionSpec spec) {
        made_.spec = std::move(spec);
        const CriterionSpec& s = made_.spec;
        check_names();
        for (std::size_t i = 0; i < s.triggered_by.size(); ++i) {
            if (const auto wrong = trigger(s.triggered_by[i])) {
                complain(*wrong, "triggered_by", i, s.trigger_lines);
            }
        }
        formulas(s.formulas, "formulas", s.formula_lines, made_.uses, made_.formulas);
        formulas(s.targets, "targets", s.target_lines, made_.target_uses, made_.targets);
        return std::move(made_);
    }

  private:
    using Trouble = std::optional<Complaint>;

    /// A name of the catalogue's own must not take the place of one that the run has.
    void check_names() {
        for (const auto& [name, meaning] : made_.spec.names) {
            const bool is_event = signals_.find("event." + name).has_value();
            if (!is_event && !signals_.find(made_.spec.source + "." + name)) continue;
            const json::Place& place = made_.spec.place;
            diagnostics_.add({place.file, place.line, "$.names." + name,
                              is_event ? "an event of this run has that name"
                                       : "a signal of this run has that name"});
            made_.is_broken = true;
        }
    }

    void complain(const Complaint& wrong, const std::string& key, std::size_t index,
                  const std::vector<int>& lines) {
        const json::Place& place = made_.spec.place;
        const int line = index < lines.size() ? lines[index] : place.line;
        diagnostics_.add({place.file, line,
                          place.path + "." + key + "[" + std::to_string(index) + "]",
                          "column " + std::to_string(wrong.column) + ": " + wrong.message});
        made_.is_broken = true;
    }

    void formulas(const std::vector<std::string>& texts, const std::string& key,
                  const std::vector<int>& lines, language::Uses& uses,
                  std::vector<CompiledFormula>& into) {
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (const auto wrong = formula(texts[i], uses, into)) complain(*wrong, key, i, lines);
        }
    }

    Trouble formula(const std::string& text, language::Uses& uses,
                    std::vector<CompiledFormula>& into) {
        auto claim = language::parse_claim(text);
        if (!claim) return claim.error();
        CompiledFormula& made = into.emplace_back();
        made.claim = std::move(*claim);
        language::use_names(made.claim, made_.spec.names);
        use_names(made.claim.groups);
        std::vector<Instances> all;
        if (const auto wrong = instances(made.claim.groups, all, made.empty_group)) return wrong;
        made.text = with_figures(text, all);
        if (const auto wrong = quota(made, all.size(), uses)) return wrong;
        engine_.program.begin_formula();
        for (const Instances& one : all) {
            const language::Scope scope{signals_, figures_, made_.spec.source,
                                        one,      &groups_, made_.spec.stale_after};
            auto placed = language::place_claim(made.claim, scope, uses, engine_);
            if (!placed) return placed.error();
            made.instances.push_back({device(made.claim.groups, one), std::move(*placed)});
        }
        return std::nullopt;
    }

    Trouble trigger(const std::string& text) {
        auto trigger = language::parse_trigger(text);
        if (!trigger) return trigger.error();
        language::use_names(*trigger, made_.spec.names);
        use_names(trigger->groups);
        std::vector<Instances> all;
        std::string nobody;
        if (const auto wrong = instances(trigger->groups, all, nobody)) return wrong;
        engine_.program.begin_formula();
        for (const Instances& one : all) {
            const language::Scope scope{signals_, figures_, made_.spec.source,
                                        one,      &groups_, made_.spec.stale_after};
            const auto placed =
                language::place_trigger(*trigger, scope, made_.target_uses, engine_);
            if (!placed) return placed.error();
            made_.triggers.push_back(*placed);
        }
        return std::nullopt;
    }

    /// Groups by their own names: "homes" is home.
    void use_names(std::vector<GroupText>& groups) const {
        for (GroupText& group : groups) group.name = group_name(groups_, group.name);
    }

    /// How many instances are enough, for "at least".
    Trouble quota(CompiledFormula& made, std::size_t instances, language::Uses& uses) {
        for (const GroupText& group : made.claim.groups) {
            if (group.quantifier != language::Quantifier::at_least) continue;
            if (made.claim.groups.size() > 1) {
                return Complaint{group.column, "\"for at least\" stands alone"};
            }
            if (instances == 0) return std::nullopt;
            const language::Scope scope{signals_, figures_, made_.spec.source,
                                        {},       &groups_, made_.spec.stale_after};
            language::Binder binder(engine_.program, scope, uses);
            const auto wanted = binder.members_wanted(*group.least, instances);
            if (binder.failed()) return binder.wrong();
            made.enough = static_cast<std::size_t>(*wanted);
        }
        return std::nullopt;
    }

    /// Every combination of instances of the groups that are asked one by one.
    Trouble instances(const std::vector<GroupText>& groups, std::vector<Instances>& all,
                      std::string& nobody) {
        all = {Instances{}};
        std::set<std::string> seen;
        for (const GroupText& group : groups) {
            const auto at = groups_.find(group.name);
            if (at == groups_.end()) {
                return Complaint{group.column, unknown_group(groups_, group.name)};
            }
            if (!seen.insert(group.name).second) {
                return Complaint{group.column, "\"for every " + group.name + "\" comes twice"};
            }
            if (at->second.empty()) nobody = group.name;
            if (group.quantifier == language::Quantifier::worst && !at->second.empty()) continue;
            std::vector<Instances> longer;
            for (const Instances& shorter : all) {
                for (const std::string& name : at->second) {
                    longer.push_back(shorter);
                    longer.back()[group.name] = name;
                }
            }
            all = std::move(longer);
        }
        return std::nullopt;
    }

    static std::string device(const std::vector<GroupText>& groups, const Instances& instances) {
        std::string name;
        for (const GroupText& group : groups) {
            const auto member = instances.find(group.name);
            if (member == instances.end()) continue;  // all of them together
            if (!name.empty()) name += "/";
            name += member->second;
        }
        return name;
    }

    /// The text with the values of its figures, where they are the same for every instance.
    std::string with_figures(const std::string& text, const std::vector<Instances>& all) {
        const auto tokens = language::tokenize(text);
        std::string filled = text;
        for (auto token = tokens->rbegin(); token != tokens->rend(); ++token) {
            if (token->kind != language::TokenKind::word) continue;
            const std::string value = common_value(token->text, all);
            const auto at = static_cast<std::size_t>(token->column - 1);
            if (!value.empty()) filled.replace(at, token->text.size(), value);
        }
        return filled;
    }

    std::string common_value(const std::string& name, const std::vector<Instances>& all) {
        std::string common;
        for (const Instances& one : all) {
            const auto filled = language::fill_in(name, 1, one);
            const Figure* figure = filled ? figures_.find(*filled) : nullptr;
            if (figure == nullptr) return {};
            const std::string value = format_measure(figure->measure);
            if (!common.empty() && common != value) return {};
            common = value;
        }
        return common;
    }

    const Signals& signals_;
    const Figures& figures_;
    const Groups& groups_;
    language::Engine& engine_;
    Diagnostics& diagnostics_;
    CompiledCriterion made_;
};

}  // namespace

CompiledCriterion compile(CriterionSpec spec, const Signals& signals, const Figures& figures,
                          const Groups& groups, language::Engine& engine,
                          Diagnostics& diagnostics) {
    return Compiler(signals, figures, groups, engine, diagnostics).run(std::move(spec));
}

}  // namespace islandbench::acceptance

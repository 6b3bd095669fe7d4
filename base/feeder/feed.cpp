#include <algorithm>

#include "base/feeder/sheet.hpp"

namespace islandbench::feeder {
namespace {

/// Walks the lines outwards from each transformer in turn, breadth first.
class Walk {
  public:
    Walk(RawFeeder& raw, Diagnostics& diagnostics) : raw_(raw), complaints_(diagnostics) {
        for (std::size_t k = 0; k < raw.lines.size(); ++k) {
            at_bus_[raw.lines[k].line.from].push_back(k);
            at_bus_[raw.lines[k].line.to].push_back(k);
        }
        walked_.resize(raw.lines.size());
    }

    void run() {
        for (std::size_t k = 0; k < raw_.transformers.size(); ++k) start(k);
        for (std::size_t k = 0; k < raw_.transformers.size(); ++k) follow(k);
        for (std::size_t k = 0; k < raw_.lines.size(); ++k) {
            if (!walked_[k]) unfed(raw_.lines[k]);
        }
        for (RawLoad& one : raw_.loads) hang(one);
    }

  private:
    void start(std::size_t k) {
        const std::string& bus = raw_.transformers[k].transformer.bus;
        if (bus.empty()) return;  // complained about
        if (!fed_by_.emplace(bus, k).second) {
            complaints_.add(raw_.transformer_spots[k],
                            "bus " + csv::quoted(bus) + " is fed by another transformer already");
        } else if (!raw_.lines.empty() && !at_bus_.contains(bus)) {
            complaints_.add(raw_.transformer_spots[k],
                            "no line begins at bus " + csv::quoted(bus) + suggestion(bus, buses()));
        }
    }

    void follow(std::size_t k) {
        std::vector<std::string> queue{raw_.transformers[k].transformer.bus};
        for (std::size_t at = 0; at < queue.size(); ++at) {
            const std::string bus = queue[at];
            const auto lines = at_bus_.find(bus);
            if (lines == at_bus_.end()) continue;
            for (const std::size_t line : lines->second) {
                if (walked_[line]) continue;
                walked_[line] = true;
                if (take(k, raw_.lines[line], bus)) queue.push_back(raw_.lines[line].line.to);
            }
        }
    }

    /// True when the line leads to a bus that nothing has fed so far.
    bool take(std::size_t k, RawLine& raw, const std::string& from) {
        if (raw.line.from != from) {
            std::swap(raw.line.from, raw.line.to);
            std::swap(raw.from, raw.to);
        }
        check_code(raw);
        const auto [other, is_new] = fed_by_.emplace(raw.line.to, k);
        if (!is_new) {
            const std::string bus = "bus " + csv::quoted(raw.line.to);
            complaints_.add(raw.to, other->second == k ? "makes a loop: " + bus + " is fed already"
                                                       : "joins two transformers: " + bus +
                                                             " is fed by the other one already");
            return false;
        }
        raw_.transformers[k].lines.push_back(raw.line);
        return true;
    }

    void check_code(const RawLine& raw) {
        if (raw.line.code.empty() || raw_.line_codes.contains(raw.line.code)) return;
        std::vector<std::string> known;
        for (const auto& [name, unused] : raw_.line_codes) known.push_back(name);
        complaints_.add(raw.code, "unknown line code " + csv::quoted(raw.line.code) +
                                      suggestion(raw.line.code, known));
    }

    void unfed(const RawLine& raw) {
        check_code(raw);
        if (raw_.transformers.empty()) return;  // complained about, and true of every line then
        complaints_.add(raw.from,
                        "bus " + csv::quoted(raw.line.from) + " is not fed by a transformer");
    }

    void hang(RawLoad& raw) {
        const auto fed = fed_by_.find(raw.load.bus);
        if (fed != fed_by_.end()) {
            raw_.transformers[fed->second].loads.push_back(std::move(raw.load));
        } else if (!at_bus_.contains(raw.load.bus)) {
            complaints_.add(raw.bus, "unknown bus " + csv::quoted(raw.load.bus) +
                                         suggestion(raw.load.bus, buses()));
        }  // else its line is complained about
    }

    /// For suggestions; of a big network they would cost more than they are worth.
    [[nodiscard]] std::vector<std::string> buses() const {
        std::vector<std::string> all;
        if (at_bus_.size() > 2000) return all;
        for (const auto& [bus, unused] : at_bus_) all.push_back(bus);
        return all;
    }

    RawFeeder& raw_;
    Complaints complaints_;
    std::map<std::string, std::vector<std::size_t>> at_bus_;
    std::map<std::string, std::size_t> fed_by_;  ///< bus -> transformer
    std::vector<bool> walked_;
};

}  // namespace

std::vector<FeederModel> feed(RawFeeder raw, Diagnostics& diagnostics) {
    Walk(raw, diagnostics).run();
    const bool whole = diagnostics.empty();
    for (std::size_t k = 0; k < raw.transformers.size(); ++k) {
        FeederModel& one = raw.transformers[k];
        one.line_codes = raw.line_codes;
        const Spot& spot = raw.transformer_spots[k];
        if (whole && one.lines.empty() && one.loads.empty()) {
            diagnostics.add({spot.file, spot.line, spot.column, "feeds neither a line nor a load"});
        }
    }
    return std::move(raw.transformers);
}

}  // namespace islandbench::feeder

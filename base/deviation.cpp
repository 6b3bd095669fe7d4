#include "base/deviation.hpp"

namespace islandbench {

Deviation read_deviation(std::string_view text, const std::string& file, Diagnostics& diagnostics) {
    Diagnostics found;
    Deviation deviation = json::read_document<Deviation>(text, file, found);
    const auto complain = [&](const json::Place& place, const char* key, const char* message) {
        found.add({place.file, place.line, place.path + "." + key, message});
    };
    if (found.empty()) {
        if (deviation.finds.empty() == deviation.missed.empty()) {
            complain(deviation.place, "finds",
                     "either rules that name it, or \"missed\" says why not");
        }
        std::vector<DeviationDeed> all = deviation.deeds;
        all.insert(all.end(), deviation.deeds_100.begin(), deviation.deeds_100.end());
        for (const DeviationDeed& deed : all) {
            if (deed.every < 1) complain(deed.place, "every", "must be 1 or more");
            if (deed.time < 0ns || deed.after < 0ns || deed.spread < 0ns) {
                complain(deed.place, "time", "must not be negative");
            }
            for (const int one : deed.registers) {
                if (one < 0 || one > 0xFFFF) complain(deed.place, "registers", "are 0..65535");
            }
        }
    }
    for (const Diagnostic& one : found.list()) diagnostics.add(one);
    return deviation;
}

Personality read_personality(std::string_view text, const std::string& file,
                             Diagnostics& diagnostics) {
    Personality device = json::read_document<Personality>(text, file, diagnostics);
    if (device.unit < 1 || device.unit > 247) {
        diagnostics.add({file, device.place.line, "$.unit", "must be 1..247"});
    }
    return device;
}

}  // namespace islandbench

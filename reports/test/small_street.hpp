#pragma once

#include "reports/store/run_record.hpp"

namespace islandbench::reports {

/// Two homes (h1 with a battery), a clinic and a former, island from 100 s to 400 s of 500 s, laid
/// out by hand: every answer can be computed in the head.
class SmallStreet {
  public:
    SmallStreet();

    RunRecord run;

    /// From `t` seconds on the signal has this value.
    void set(const std::string& signal, double t, double value);
    void judge(const char* id, acceptance::Outcome outcome,
               acceptance::Severity severity = acceptance::Severity::s1);
};

}  // namespace islandbench::reports

#include "reports/report_style.hpp"

namespace islandbench::reports {
namespace {

// No '<' and no '&': the page is XML, too.
constexpr std::string_view screen = R"css(
:root { color-scheme: light; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: #f4f4f4; color: #1f1f1f; font: 15px/1.45 'Segoe UI',
  'Helvetica Neue', 'Liberation Sans', Arial, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1148px; margin: 0 auto; padding: 20px 24px 48px; }
h1, h2, h3, p, dl, figure, table { margin: 0; }
h2 { font-size: 19px; font-weight: 600; margin: 40px 0 4px; }
h3 { font-size: 16px; font-weight: 600; display: flex; align-items: center; gap: 8px; }
.lead { color: #4d4d4d; margin-bottom: 12px; max-width: 80ch; }
.small { font-size: 13px; color: #4d4d4d; }
svg { display: block; max-width: 100%; height: auto; }
bdi { overflow-wrap: anywhere; }
code, pre { font: 12.5px/1.5 'Liberation Mono', 'DejaVu Sans Mono', Consolas, monospace;
  overflow-wrap: anywhere; }
pre { white-space: pre-wrap; margin: 0; background: #fff; border: 1px solid #d9d9d9;
  padding: 10px 12px; }
.paper { background: #fff; border: 1px solid #d9d9d9; padding: 14px 16px; overflow-x: auto; }
.band { display: grid; grid-template-columns: 64px minmax(0, 1fr) 330px; gap: 4px 20px;
  background: #fff; border: 1px solid #d9d9d9; border-top: 6px solid #4a4a4a; padding: 20px 22px; }
.band.fail, .band.error, .band.unexpected { border-top-color: #b3261e; }
.band.inconclusive { border-top-color: #8250df; }
.band h1 { font-size: 15px; font-weight: 400; color: #4d4d4d; }
.band .word { font-size: 34px; line-height: 1.15; font-weight: 600; letter-spacing: 0.02em; }
.fail .word, .error .word, .unexpected .word { color: #b3261e; }
.band.known { border-top-color: #9a6700; border-top-style: double; }
.known .word { color: #855900; }
.known-failure { border-left: 4px solid #9a6700; padding-left: 10px; margin: 8px 0; max-width: 80ch; }
.inconclusive .word { color: #6f42c1; }
.band .headline { font-size: 17px; margin-top: 6px; max-width: 62ch; }
.band .counts { margin-top: 10px; font-weight: 600; }
.band .end { margin-top: 8px; }
dl.facts { display: grid; grid-template-columns: fit-content(45%) minmax(0, 1fr); gap: 2px 12px; font-size: 13px;
  align-content: start; }
dl.facts dt { color: #5c5c5c; overflow-wrap: anywhere; }
dl.facts dd { margin: 0; }
.badge { display: inline-block; border: 1.5px solid #1f1f1f; padding: 0 7px; font-weight: 600; }
.badge.hardware { background: #1f1f1f; color: #fff; }
.figures { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 14px; }
.figures .paper { display: flex; flex-direction: column; gap: 6px; }
.figures .value { font-size: 26px; font-weight: 600; line-height: 1.2; }
.figures dl.facts { border-top: 1px solid #e3e3e3; padding-top: 8px; margin-top: 4px; }
.questions { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px; }
.question { display: flex; flex-direction: column; gap: 6px; }
.question:last-child { grid-column: 1 / -1; }
.question .answer { font-size: 20px; font-weight: 600; line-height: 1.3; }
.question ul { margin: 0; padding-left: 20px; }
.settlement h3 { margin: 16px 0 4px; }
.flows { margin-top: 10px; }
table { border-collapse: collapse; width: 100%; background: #fff; border: 1px solid #d9d9d9;
  font-size: 14px; }
caption { text-align: left; color: #4d4d4d; font-size: 13px; padding: 0 0 6px; }
th { text-align: left; font-weight: 600; font-size: 13px; color: #4d4d4d; vertical-align: bottom; }
th, td { padding: 6px 10px; border-bottom: 1px solid #e6e6e6; }
td { vertical-align: top; }
.number { text-align: right; white-space: nowrap; }
.nowrap { white-space: nowrap; }
.raised { font-weight: 600; }
td.bar, th.bar { padding: 0 6px; vertical-align: bottom; width: 232px; min-width: 232px; }
td.bar { padding-top: 3px; vertical-align: top; background: linear-gradient(#1f1f1f, #1f1f1f) 93px 0 / 2px 100%
  no-repeat; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.verdict { display: flex; gap: 7px; align-items: flex-start; white-space: nowrap; font-weight: 600; }
.verdict svg { flex: none; margin-top: 1px; }
.verdict.fail, .verdict.error, .verdict.unexpected { color: #b3261e; }
.verdict.known { color: #855900; }
.verdict.inconclusive { color: #6f42c1; }
.verdict small { display: block; font-weight: 400; }
.homes { min-width: 160px; }
.why { min-width: 230px; }
.device { min-width: 76px; }
.where { min-width: 84px; }
.id { font-weight: 600; }
.reason { font-size: 13px; color: #4d4d4d; }
.criterion { background: #fff; border: 1px solid #d9d9d9; padding: 16px 18px; margin-top: 14px; }
.criterion h3 .verdict small { display: inline; margin-left: 6px; }
.criterion .says { margin: 4px 0 8px; }
.criterion dl.facts { margin-top: 10px; grid-template-columns: 86px minmax(0, 1fr); }
.criterion table { margin-top: 10px; }
.never { border: 1px dashed #8250df; color: #4d4d4d; padding: 10px 12px; font-size: 14px; }
details { margin-top: 8px; }
summary { cursor: pointer; font-size: 14px; padding: 5px 0; }
a { color: #0060a0; }
a:focus-visible, summary:focus-visible { outline: 2px solid #0072b2; outline-offset: 2px; }
footer { margin-top: 40px; border-top: 1px solid #d0d0d0; padding-top: 10px; font-size: 13px;
  color: #4d4d4d; }
@media screen and (max-width: 900px) {
  .band { grid-template-columns: 48px minmax(0, 1fr); }
  .band dl.facts { grid-column: 1 / -1; margin-top: 12px; }
  .figures, .questions { grid-template-columns: minmax(0, 1fr); }
  .wide, figure { overflow-x: auto; }
  figure svg { max-width: none; width: 860px; }
  dl.flows { grid-template-columns: minmax(0, 1fr); }
  dl.flows dt { font-weight: 600; }
}
)css";

constexpr std::string_view paper = R"css(
@media print {
  body { background: #fff; font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h2 { margin-top: 20pt; break-after: avoid; }
  h3, caption { break-after: avoid; }
  tr, .figures .paper, .question, .band, figure, svg { break-inside: avoid; }
  thead { display: table-header-group; }
  .criterion { break-inside: avoid; }
  .paper, .band, .criterion, table { border-color: #bdbdbd; }
  .paper { overflow: visible; }
  .new-page { break-before: page; }
  .new-page h2 { margin-top: 0; }
  .new-page svg { max-height: 150mm; margin: 0 auto; }
  .story svg { max-height: 86mm; margin: 0 auto; }
  .story h2 { margin-top: 12pt; }
  .story .paper { padding: 6px; }
  .lead { max-width: none; }
  table { font-size: 9pt; }
  th, td { padding: 3pt 5pt; }
  td.bar, th.bar { width: 232px; min-width: 232px; padding: 0 6px; }
  details.source { display: none; }
  a { color: inherit; text-decoration: none; }
}
)css";

/// A CSS string: letters, digits and a few harmless marks; everything else is a question mark.
std::string css_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == ' ' || c == '_' || c == '-' || c == '.' ||
                           c == ',' || c == ':';
        out += plain ? c : '?';
    }
    return out + "\"";
}

}  // namespace

std::string report_style(std::string_view footer) {
    const std::string margins =
        "margin: 14mm 12mm 16mm; "
        "@bottom-left { content: " +
        css_string(footer) +
        "; font: 8pt Arial, sans-serif; color: #4d4d4d; } "
        "@bottom-right { content: counter(page) \" of \" counter(pages); "
        "font: 8pt Arial, sans-serif; color: #4d4d4d; }";
    return std::string(screen) + std::string(paper) + "@page { size: A4 landscape; " + margins +
           " }\n";
}

}  // namespace islandbench::reports

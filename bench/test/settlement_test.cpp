#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

#include "base/fixtures.hpp"
#include "bench/test/program.hpp"
#include "reports/text.hpp"

/// The settlement of a whole run, read from its files as anybody would: it adds up, and says what
/// results.json and report.html say.
namespace islandbench::bench {
namespace {

using Row = std::vector<std::string>;

std::vector<Row> read_csv(const std::filesystem::path& file) {
    std::vector<Row> rows;
    std::ifstream lines(file);
    for (std::string line; std::getline(lines, line);) {
        Row row;
        std::istringstream cells(line);
        for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
        rows.push_back(row);
    }
    return rows;
}

struct Sums {
    long gave = 0, took = 0, grid = 0, former = 0, homes = 0;
    double credit = 0.0;
};

class SettlementAgrees : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = new Folder;
        results_ = new json::Value(tell_story(*folder_, "run", {"miniature_outage"}).results);
    }
    static void TearDownTestSuite() {
        delete results_;
        delete folder_;
    }
    static std::filesystem::path file(const std::string& name) {
        return folder_->path() / "run" / name;
    }
    /// "18:00,20.150": which period a row belongs to.
    static std::string period_of(const Row& row) { return row[0] + "," + row[1]; }

    static std::map<std::string, std::map<std::string, Sums>> statements() {
        std::map<std::string, std::map<std::string, Sums>> periods;
        for (const Row& row : read_csv(file("settlement.csv"))) {
            if (row[0] == "clock") continue;
            periods[period_of(row)][row[4]] = {std::stol(row[6]),  std::stol(row[7]),
                                               std::stol(row[8]),  std::stol(row[9]),
                                               std::stol(row[10]), std::stod(row[11])};
        }
        return periods;
    }

    static Folder* folder_;
    static json::Value* results_;
};
Folder* SettlementAgrees::folder_ = nullptr;
json::Value* SettlementAgrees::results_ = nullptr;

TEST_F(SettlementAgrees, EveryPeriodAddsUpAndItsCreditsToNothing) {
    const auto periods = statements();
    ASSERT_EQ(periods.size(), 4u) << "before, in and after the island, and their sum";
    for (const auto& [period, accounts] : periods) {
        Sums all;
        for (const auto& [name, one] : accounts) {
            all.gave += one.gave;
            all.took += one.took;
            all.credit += one.credit;
            EXPECT_EQ(one.grid + one.former + one.homes, one.took) << period << " " << name;
        }
        EXPECT_EQ(all.gave, all.took) << period;
        EXPECT_GT(all.gave, 0) << period;
        EXPECT_NEAR(all.credit, 0.0, 1e-9) << period;
    }
}

TEST_F(SettlementAgrees, PostingsAddUpToWhatEachGaveAndTook) {
    std::map<std::string, std::map<std::string, Sums>> posted;
    for (const Row& row : read_csv(file("ledger.csv"))) {
        if (row[0] == "clock") continue;
        posted[period_of(row)][row[4]].gave += std::stol(row[6]);
        posted[period_of(row)][row[5]].took += std::stol(row[6]);
    }
    for (const auto& [period, accounts] : statements()) {
        if (period.starts_with("sum")) continue;
        for (const auto& [name, one] : accounts) {
            EXPECT_EQ(posted[period][name].gave, one.gave) << period << " " << name;
            EXPECT_EQ(posted[period][name].took, one.took) << period << " " << name;
        }
    }
}

TEST_F(SettlementAgrees, ALineCanBeCheckedWithAPocketCalculator) {
    const double rate = results_->find("settlement")->find("lent_eur_per_kwh")->number();
    int checked = 0;
    for (const auto& [period, accounts] : statements()) {
        if (period.starts_with("sum") || accounts.at("grid").gave > 0) continue;  // the island
        long given = 0;
        for (const auto& [name, one] : accounts) given += one.gave;
        for (const auto& [name, one] : accounts) {
            EXPECT_NEAR(double(one.former),
                        double(one.took * accounts.at("former").gave) / double(given), 5.0);
            EXPECT_NEAR(one.credit, double(one.gave - one.took) / 1e3 * rate, 1e-9);
            ++checked;
        }
    }
    EXPECT_EQ(checked, 7);
}

/// results.json has the energy of every part in full; settlement rounds each once per period.
TEST_F(SettlementAgrees, WithTheEnergyOfEveryPart) {
    std::map<std::string, double> gave, took;
    for (const char* part : {"before", "island", "after"}) {
        const json::Value& energy = *results_->find("street_energy")->find(part);
        gave["grid"] += energy.find("grid_in_kwh")->number();
        took["grid"] += energy.find("grid_out_kwh")->number();
        gave["former"] += energy.find("former_out_kwh")->number();
        took["former"] += energy.find("former_in_kwh")->number();
        for (const json::Value& home : energy.find("homes")->items()) {
            gave[home.find("home")->text()] += home.find("given_kwh")->number();
            took[home.find("home")->text()] += home.find("taken_kwh")->number();
        }
        for (const json::Value& site : energy.find("priority")->items()) {
            took[site.find("site")->text()] += site.find("taken_kwh")->number();
        }
    }
    double lost = 0.0;
    for (const auto& [name, kwh] : gave) lost += kwh - took[name];
    lost -= took["clinic"];
    took["losses"] = lost;
    const auto all = statements();
    for (const auto& [name, one] : all.at("sum,")) {
        EXPECT_NEAR(double(one.gave), gave[name] * 1e3, 3.0) << name;
        EXPECT_NEAR(double(one.took), took[name] * 1e3, 3.0) << name;
    }
}

TEST_F(SettlementAgrees, ReportAndResultsSayTheSameSums) {
    const auto sums = statements()["sum,"];
    const std::string page = *read_text_file(file("report.html"));
    const json::Value& settlement = *results_->find("settlement");
    EXPECT_EQ(settlement.find("accounts")->items().size(), sums.size());
    for (const json::Value& row : settlement.find("accounts")->items()) {
        const std::string name = row.find("account")->text();
        const Sums& one = sums.at(name);
        EXPECT_EQ(row.find("gave_wh")->integer(), one.gave) << name;
        EXPECT_EQ(row.find("took_wh")->integer(), one.took) << name;
        EXPECT_NEAR(double(row.find("credit_ueur")->integer()) / 1e6, one.credit, 1e-9) << name;
        const std::string cells =
            R"(<td class="number">)" + (one.gave == 0 ? "\u2013" : reports::grouped(one.gave)) +
            R"(</td><td class="number">)" + (one.took == 0 ? "\u2013" : reports::grouped(one.took));
        const std::size_t section = page.find("<h2>Settlement</h2>");
        ASSERT_NE(section, std::string::npos);
        EXPECT_NE(page.find(cells, section), std::string::npos) << name << ": " << cells;
    }
}

TEST_F(SettlementAgrees, TheWearOfBatteriesIsThatOfTheGoldenFigure) {
    const json::Value& cost = *results_->find("golden_figures")->find("cost");
    double euro = 0.0;
    for (const json::Value& one : results_->find("settlement")->find("batteries")->items()) {
        euro += 250.0 * one.find("capacity_kwh")->number() * one.find("wear_in_island")->number() /
                (1.0 - 0.8);
        EXPECT_GT(one.find("full_cycles")->number(), 0.0);
        EXPECT_GT(one.find("deepest")->number(), 0.0);
    }
    EXPECT_NEAR(
        euro, cost.find("wear_eur_per_kwh")->number() * cost.find("delivered_kwh")->number(), 1e-9);
    EXPECT_GT(euro, 0.0);
}

TEST_F(SettlementAgrees, TheJsonFileHasEverythingExactly) {
    Diagnostics problems;
    const json::Value all =
        json::parse(*read_text_file(file("settlement.json")), "settlement.json", problems);
    ASSERT_TRUE(problems.empty());
    const auto rows = statements();
    EXPECT_EQ(all.find("record_sha256")->text(), result_text(*results_, "record_sha256"));
    EXPECT_EQ(all.find("periods")->items().size(), rows.size() - 1);
    for (const json::Value& period : all.find("periods")->items()) {
        std::int64_t fed = 0;
        for (const json::Value& flow : period.find("flows")->items()) {
            fed += flow.find("wh")->integer();
        }
        EXPECT_EQ(fed, period.find("through_wh")->integer());
    }
}

}  // namespace
}  // namespace islandbench::bench

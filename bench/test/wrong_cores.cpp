#include "bench/test/wrong_cores.hpp"

#include <gtest/gtest.h>

namespace islandbench::bench {

namespace core = dispatch::core;

namespace {

bool in_island(const core::SiteIn& site) {
    return !site.closed;
}

core::UnitOut set_to(std::int32_t w, std::int32_t and_then) {
    return {core::UnitAction::set, core::UnitDefault::own, w, and_then, 6000, 1000};
}

}  // namespace

void sheds_tier_zero(const core::Config& config, const core::SiteIn& site,
                     std::span<const core::UnitIn> units, std::span<const core::HomeIn> homes,
                     core::State& state, std::span<core::UnitOut> units_out,
                     std::span<core::HomeOut> homes_out, core::SiteOut& site_out) noexcept {
    core::step(config, site, units, homes, state, units_out, homes_out, site_out);
    if (in_island(site)) homes_out.back().closed_tiers = 0;
}

void ignores_the_floor(const core::Config& config, const core::SiteIn& site,
                       std::span<const core::UnitIn> units, std::span<const core::HomeIn> homes,
                       core::State& state, std::span<core::UnitOut> units_out,
                       std::span<core::HomeOut> homes_out, core::SiteOut& site_out) noexcept {
    core::step(config, site, units, homes, state, units_out, homes_out, site_out);
    for (core::UnitOut& unit : units_out) unit = set_to(5000, 0);
}

void back_feeds(const core::Config& config, const core::SiteIn& site,
                std::span<const core::UnitIn> units, std::span<const core::HomeIn> homes,
                core::State& state, std::span<core::UnitOut> units_out,
                std::span<core::HomeOut> homes_out, core::SiteOut& site_out) noexcept {
    core::step(config, site, units, homes, state, units_out, homes_out, site_out);
    site_out.sync_request = in_island(site);
    site_out.island_request = false;
    if (in_island(site)) return;
    for (core::UnitOut& unit : units_out) unit = set_to(5000, 5000);
}

void ignores_stale_data(const core::Config& config, const core::SiteIn& site,
                        std::span<const core::UnitIn> units, std::span<const core::HomeIn> homes,
                        core::State& state, std::span<core::UnitOut> units_out,
                        std::span<core::HomeOut> homes_out, core::SiteOut& site_out) noexcept {
    std::vector<core::UnitIn> fresh_units(units.begin(), units.end());
    for (core::UnitIn& unit : fresh_units) {
        if (unit.reported_ms != core::never_reported) unit.reported_ms = site.now_ms;
        if (unit.soc_reported_ms != core::never_reported) unit.soc_reported_ms = site.now_ms;
    }
    std::vector<core::HomeIn> fresh_homes(homes.begin(), homes.end());
    for (core::HomeIn& home : fresh_homes) {
        if (home.reported_ms != core::never_reported) home.reported_ms = site.now_ms;
    }
    core::SiteIn fresh = site;
    if (fresh.reported_ms != core::never_reported) fresh.reported_ms = site.now_ms;
    if (fresh.poi_reported_ms != core::never_reported) fresh.poi_reported_ms = site.now_ms;
    core::step(config, fresh, fresh_units, fresh_homes, state, units_out, homes_out, site_out);
}

void flaps(const core::Config& config, const core::SiteIn& site,
           std::span<const core::UnitIn> units, std::span<const core::HomeIn> homes,
           core::State& state, std::span<core::UnitOut> units_out,
           std::span<core::HomeOut> homes_out, core::SiteOut& site_out) noexcept {
    core::step(config, site, units, homes, state, units_out, homes_out, site_out);
    if (!in_island(site)) return;
    const bool to = site.now_ms / 5000 % 2 == 0;
    if (to) homes_out.back().closed_tiers = core::tier_count - 1;
    for (core::UnitOut& unit : units_out) {
        if (unit.action == core::UnitAction::set) unit.p_set_w = to ? 1500 : -500;
    }
}

void does_nothing(const core::Config& /*config*/, const core::SiteIn& /*site*/,
                  std::span<const core::UnitIn> /*units*/, std::span<const core::HomeIn> /*homes*/,
                  core::State& /*state*/, std::span<core::UnitOut> /*units_out*/,
                  std::span<core::HomeOut> /*homes_out*/, core::SiteOut& /*site_out*/) noexcept {}

RanStory run_here(RunOptions options, const std::filesystem::path& folder) {
    options.out = folder;
    options.quiet = true;
    testing::internal::CaptureStdout();
    RanStory ran;
    ran.exit_code = run(options, Fixtures(std::filesystem::path(IB_SOURCE_DIR) / "fixtures"));
    (void)testing::internal::GetCapturedStdout();
    ran.results = results_of(folder);
    return ran;
}

}  // namespace islandbench::bench

#include "bench/telemetry_news.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace islandbench::bench {
namespace {

constexpr Duration between_looks = 250ms;
/// Devices are read once a second or so: what happened to many at once shows within this.
constexpr Duration gathering = 3s;
constexpr std::size_t named_at_most = 4;

std::string owner_of(const std::string& device) {
    return device.substr(0, device.find('.'));
}

std::map<std::string, std::size_t> count_by_owner(const std::vector<std::string>& devices) {
    std::map<std::string, std::size_t> count;
    for (const std::string& device : devices) ++count[owner_of(device)];
    return count;
}

std::string devices_text(std::size_t n) {
    return std::to_string(n) + (n == 1 ? " device" : " devices");
}

bool rose(double before, double now) {
    return before < 0.5 && now > 0.5;  // false where there was no value
}

}  // namespace

std::string in_few_words(const std::vector<std::string>& devices,
                         const std::vector<std::string>& all) {
    if (devices.size() > 1 && devices.size() == all.size()) {
        return "all " + devices_text(all.size());
    }
    const auto here = count_by_owner(devices);
    const auto everywhere = count_by_owner(all);
    struct Item {
        std::string text;
        std::size_t devices = 1;
    };
    std::vector<Item> items;
    std::string last_owner;
    for (const std::string& device : devices) {
        const std::string owner = owner_of(device);
        const std::size_t n = here.at(owner);
        const auto whole = everywhere.find(owner);
        if (n == 1 || whole == everywhere.end() || whole->second != n) {
            items.push_back({device, 1});
        } else if (owner != last_owner) {
            items.push_back({owner + " (" + devices_text(n) + ")", n});
        }
        last_owner = owner;
    }
    std::string text;
    std::size_t told = 0, i = 0;
    // The last of one too many is named as well: "and 1 more" would be no shorter.
    const std::size_t named = items.size() <= named_at_most + 1 ? items.size() : named_at_most;
    for (; i < named; ++i) {
        const bool last = i + 1 == items.size();
        text += (i == 0 ? "" : last ? " and " : ", ") + items[i].text;
        told += items[i].devices;
    }
    if (i == items.size()) return text;
    return text + " and " + std::to_string(items.size() - i) + " more (" +
           devices_text(devices.size() - told) + ")";
}

TelemetryNews::TelemetryNews(const RunFiles& files, const dispatch::DispatchLoop& loop,
                             Signals& signals, bool elsewhere, Listener listener)
    : loop_(loop), signals_(signals), listener_(std::move(listener)) {
    for (const DeviceRef& device : devices_of(files.site)) {
        const auto settings = dispatch::port_settings(files.profile_of(*device.spec));
        hold_[device.name] = settings.hold(settings.poll);
        all_.push_back(device.name);
    }
    lost_event_ = signals_.add_event("lost");
    back_event_ = signals_.add_event("back");
    if (!elsewhere) return;
    Flag grid_ok;
    grid_ok.fall_event = "seen_grid_lost";
    grid_ok.fall_text = "the interconnect says that the grid is not healthy";
    grid_ok.rise_event = "seen_grid_back";
    grid_ok.rise_text = "the interconnect says that the grid is healthy";
    add_flag("grid_ok", grid_ok);
    Flag closed;
    closed.fall_event = "seen_open";
    closed.fall_text = "the interconnect says that it is open";
    closed.rise_event = "seen_closed";
    closed.rise_text = "the interconnect says that it is closed";
    add_flag("closed", closed);
    Flag stable;
    stable.rise_event = "seen_island";
    stable.rise_text = "the interconnect says that the street stands on its own";
    add_flag("island_stable", stable);
    add_contactors(files.site);
}

void TelemetryNews::add_flag(const char* quantity, Flag flag) {
    const auto signal = signals_.find(std::string("seen.pcc.") + quantity);
    IB_ASSERT(signal.has_value());
    flag.signal = *signal;
    if (flag.rise_event != nullptr) flag.rise = signals_.add_event(flag.rise_event);
    if (flag.fall_event != nullptr) flag.fall = signals_.add_event(flag.fall_event);
    flags_.push_back(flag);
}

void TelemetryNews::add_contactors(const Site& site) {
    shed_event_ = signals_.add_event("seen_shed");
    restore_event_ = signals_.add_event("seen_restore");
    for (const HomeSpec& home : site.homes) {
        for (int tier = 0; tier < tiers; ++tier) {
            const auto signal =
                signals_.find("seen." + home.name + ".loadctl.shed" + std::to_string(tier));
            IB_ASSERT(signal.has_value());
            contactors_.push_back({*signal, home.name, tier, Signals::no_value});
        }
    }
}

void TelemetryNews::look(Instant now) {
    look_at_switch();
    look_at_contactors();
    if (now < next_look_) return;
    next_look_ = now + between_looks;
    look_at_links(now);
}

void TelemetryNews::look_at_links(Instant now) {
    for (const dispatch::DeviceReport& device : loop_.devices()) {
        if (!device.heard) continue;
        const bool lost = now - device.last_reported > hold_.at(device.device);
        if (lost != is_lost_[device.device]) change(device.device, lost, now);
        is_lost_[device.device] = lost;
    }
    tell_batch(lost_, true, now);
    tell_batch(back_, false, now);
}

void TelemetryNews::change(const std::string& device, bool lost, Instant now) {
    // A device that is back before its loss was told was never away.
    Batch& opposite = lost ? back_ : lost_;
    if (std::erase(opposite.devices, device) > 0) return;
    Batch& batch = lost ? lost_ : back_;
    if (batch.devices.empty()) batch.due = now + gathering;
    batch.devices.push_back(device);
}

void TelemetryNews::tell_batch(Batch& batch, bool lost, Instant now) {
    if (batch.devices.empty() || now < batch.due) return;
    std::vector<std::string> devices;
    for (const std::string& device : all_) {
        if (std::find(batch.devices.begin(), batch.devices.end(), device) != batch.devices.end()) {
            devices.push_back(device);
        }
    }
    batch.devices.clear();
    const std::string who = in_few_words(devices, all_);
    if (lost) {
        tell(lost_event_, "lost", "no news from " + who + reason(devices));
    } else {
        tell(back_event_, "back", "news again from " + who);
    }
}

/// Why, where it is the same for all.
std::string TelemetryNews::reason(const std::vector<std::string>& devices) const {
    std::optional<ErrorCode> common;
    for (const dispatch::DeviceReport& device : loop_.devices()) {
        if (std::find(devices.begin(), devices.end(), device.device) == devices.end()) continue;
        // The device answers, but what it reports has grown old.
        if (device.read_failures == 0) return "";
        if (common && *common != device.last_error) return "";
        common = device.last_error;
    }
    return common ? ": " + std::string(error_name(*common)) : "";
}

void TelemetryNews::look_at_switch() {
    for (Flag& flag : flags_) {
        const double now = signals_.get(flag.signal);
        if (rose(flag.before, now) && flag.rise_event != nullptr) {
            tell(flag.rise, flag.rise_event, flag.rise_text);
        }
        if (rose(now, flag.before) && flag.fall_event != nullptr) {
            tell(flag.fall, flag.fall_event, flag.fall_text);
        }
        flag.before = now;
    }
}

void TelemetryNews::look_at_contactors() {
    std::string shed, restored;
    for (Contactor& one : contactors_) {
        const double now = signals_.get(one.shed);
        const bool off = rose(one.before, now), on = rose(now, one.before);
        one.before = now;
        if (!off && !on) continue;
        std::string& list = off ? shed : restored;
        list += (list.empty() ? "" : "; ") + one.home + ": tier " + std::to_string(one.tier) +
                (off ? " is off" : " is on again");
    }
    if (!shed.empty()) tell(shed_event_, "seen_shed", shed);
    if (!restored.empty()) tell(restore_event_, "seen_restore", restored);
}

void TelemetryNews::tell(SignalId event, std::string_view name, std::string detail) {
    listener_(name, std::move(detail));
    signals_.happened(event);
}

}  // namespace islandbench::bench

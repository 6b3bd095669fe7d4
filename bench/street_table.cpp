#include "bench/street_table.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/json_binding.hpp"

namespace islandbench::bench {
namespace {

/// What one line or cell tells: of a device, or of all that belong to a home.
struct Entry {
    std::string name;
    int devices = 0;
    int clients = 0;
    double per_second = 0.0;
    std::string last_write;
    std::optional<Instant> written_at;
};

std::string padded(std::string text, std::size_t columns) {
    if (text.size() < columns) text.append(columns - text.size(), ' ');
    return text;
}

std::string to_the_right(const std::string& text, std::size_t columns) {
    return text.size() < columns ? std::string(columns - text.size(), ' ') + text : text;
}

std::string tenths(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f", value);
    return text.data();
}

/// "7 s", "12 min", "3 h": short, and steady enough to read.
std::string age(Instant now, Instant then) {
    const auto seconds = static_cast<long long>(to_seconds(now - then));
    if (seconds < 100) return std::to_string(seconds) + " s";
    if (seconds < 100 * 60) return std::to_string(seconds / 60) + " min";
    return std::to_string(seconds / 3600) + " h";
}

void add(Entry& entry, const ServedDevice& device, bool tells_which) {
    ++entry.devices;
    entry.clients += device.clients;
    entry.per_second += device.per_second;
    if (!device.written_at) return;
    if (entry.written_at && *entry.written_at >= *device.written_at) return;
    entry.written_at = device.written_at;
    const std::size_t dot = device.name.find('.');
    const bool part = tells_which && dot != std::string::npos;
    entry.last_write = (part ? device.name.substr(dot + 1) + " " : "") + device.last_write;
}

std::vector<Entry> by_device(const std::vector<ServedDevice>& devices) {
    std::vector<Entry> entries;
    for (const ServedDevice& device : devices) {
        entries.push_back({device.name, 0, 0, 0.0, "", std::nullopt});
        add(entries.back(), device, false);
    }
    return entries;
}

/// Devices of one home stand beside each other in the site's order.
std::vector<Entry> by_owner(const std::vector<ServedDevice>& devices) {
    std::vector<Entry> entries;
    for (const ServedDevice& device : devices) {
        const std::string owner = device.name.substr(0, device.name.find('.'));
        if (entries.empty() || entries.back().name != owner) {
            entries.push_back({owner, 0, 0, 0.0, "", std::nullopt});
        }
        add(entries.back(), device, true);
    }
    return entries;
}

/// "-" where nobody is connected, so that silence meets the eye.
std::string clients_text(const Entry& entry) {
    if (entry.clients == 0) return "-";
    return std::to_string(entry.clients);
}

std::string written_text(const Entry& entry, Instant now) {
    if (!entry.written_at) return "-";
    return entry.last_write + ", " + age(now, *entry.written_at) + " ago";
}

std::size_t longest_name(const std::vector<Entry>& entries) {
    std::size_t longest = 8;
    for (const Entry& entry : entries) longest = std::max(longest, entry.name.size());
    return longest;
}

std::vector<std::string> one_column(const std::vector<Entry>& entries, const char* what,
                                    Instant now) {
    const std::size_t name = longest_name(entries);
    std::vector<std::string> lines{padded(what, name) + "  clients  messages/s  last write"};
    for (const Entry& entry : entries) {
        lines.push_back(padded(entry.name, name) + "  " + to_the_right(clients_text(entry), 7) +
                        "  " + to_the_right(tenths(entry.per_second), 10) + "  " +
                        written_text(entry, now));
    }
    return lines;
}

/// Cells run down the columns. "home12    3 clients   12.4/s  12 s": the age is the last write's.
std::vector<std::string> many_columns(const std::vector<Entry>& entries, Instant now,
                                      const TerminalSize& size, std::size_t rows) {
    const std::size_t name = longest_name(entries);
    const std::size_t width = name + 2 + 7 + 2 + 6 + 2 + 7;  // of a cell
    const std::size_t columns = std::max<std::size_t>(1, (size.columns + 3) / (width + 3));
    const std::size_t needed = (entries.size() + columns - 1) / columns;
    const bool all = needed + 1 <= rows;
    const std::size_t height = all ? needed : std::max<std::size_t>(rows, 3) - 2;
    const std::string heading = padded("home", name) + "  clients   msg/s  written";
    std::vector<std::string> lines(height + 1);
    std::size_t shown = 0;
    for (std::size_t c = 0; c < columns && shown < entries.size(); ++c) {
        const std::string gap = c == 0 ? "" : "   ";
        lines[0] += gap + heading;
        for (std::size_t r = 0; r < height && shown < entries.size(); ++r, ++shown) {
            const Entry& entry = entries[shown];
            const std::string written = entry.written_at ? age(now, *entry.written_at) : "-";
            lines[r + 1] +=
                gap + padded(entry.name, name) + "  " + to_the_right(clients_text(entry), 7) +
                "  " + to_the_right(tenths(entry.per_second), 6) + "  " + to_the_right(written, 7);
        }
    }
    if (shown < entries.size()) {
        lines.push_back("... and " + std::to_string(entries.size() - shown) +
                        " more: the window is too small for them");
    }
    return lines;
}

std::string totals(const std::vector<ServedDevice>& devices) {
    Entry sum;
    for (const ServedDevice& device : devices) add(sum, device, false);
    return std::to_string(sum.devices) + " devices, " + std::to_string(sum.clients) +
           (sum.clients == 1 ? " client, " : " clients, ") + tenths(sum.per_second) + " messages/s";
}

}  // namespace

std::string device_lines(const std::vector<ServedDevice>& devices) {
    const std::array<std::string, 5> heading{"# name", "role", "address", "unit", "profile"};
    std::vector<std::array<std::string, 5>> rows{heading};
    for (const ServedDevice& d : devices) {
        rows.push_back(
            {d.name, std::string(json::enum_text(d.role)), d.address, d.unit, d.profile});
    }
    std::array<std::size_t, 5> width{};
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i + 1 < row.size(); ++i) text += padded(row[i], width[i] + 2);
        text += row.back() + "\n";
    }
    return text;
}

std::vector<std::string> street_table(const std::vector<ServedDevice>& devices, Instant now,
                                      const TerminalSize& size, const std::string& heading,
                                      const std::string& truth) {
    // Besides heading, totals and truth.
    const std::size_t room = std::max<std::size_t>(size.rows, 8) - 3;
    const std::vector<Entry> owners = by_owner(devices);
    std::vector<std::string> lines;
    if (devices.size() + 1 <= room) {
        lines = one_column(by_device(devices), "device", now);
    } else if (owners.size() + 1 <= room) {
        lines = one_column(owners, "home", now);
    } else {
        lines = many_columns(owners, now, size, room);
    }
    lines.insert(lines.begin(), heading);
    lines.push_back(totals(devices));
    lines.push_back(truth);
    for (std::string& line : lines) {
        if (line.size() > size.columns) line.resize(size.columns);
    }
    return lines;
}

}  // namespace islandbench::bench

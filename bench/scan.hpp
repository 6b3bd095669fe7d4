#pragma once

#include <filesystem>
#include <string>

namespace islandbench::bench {

struct ScanOptions {
    std::string link;  ///< as in a site file: tcp:// or rtu:
    std::filesystem::path out = "scan";
};

/// Reads all that a SunSpec device has, writes nothing to it, and makes a folder: device_map.json
/// (every point with its address, value and unit), a profile, and site_stub.json (what a site file
/// says of such a device). The models go to stdout, oddities too. Returns the exit code: 0, 2 for a
/// link that is none, 3 when nobody answers there or the folder cannot be written.
int scan(const ScanOptions& options);

}  // namespace islandbench::bench

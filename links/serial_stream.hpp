#pragma once

#include <memory>

#include "base/link_address.hpp"
#include "links/tcp_network.hpp"

namespace islandbench::links {

/// A serial device as a stream of raw bytes, as an emulator needs it: drivers use the link "rtu:"
/// of libmodbus instead. Fails with bad_input or refused when it cannot be opened or set.
Result<std::unique_ptr<ByteStream>> open_serial(Scheduler& clock, TcpNetwork& network,
                                                const LinkAddress& line);
/// The same of a descriptor that is open, such as a pty's master end; takes it over.
Result<std::unique_ptr<ByteStream>> serial_stream(Scheduler& clock, TcpNetwork& network,
                                                  int descriptor);

}  // namespace islandbench::links

#pragma once

#include <memory>

#include "base/random.hpp"
#include "links/byte_stream.hpp"

namespace islandbench::links {

/// How bad a link is. The defaults are the street's: what installers measure on home networks.
struct LinkCondition {
    Duration delay_median{30ms};
    Duration delay_p99{300ms};
    double loss = 0.001;
    bool silent = false;  ///< carries nothing at all, both ways, until it is false again

    /// A wire without any delay or loss.
    static LinkCondition perfect() { return {0ns, 0ns, 0.0, false}; }
};

/// Delays and loses what is written to a stream. It stands in front of a server's side of a
/// connection, where one write is one reply, so that each request-reply exchange is delayed once.
/// Order is kept. `condition` is read at every message and may change at any time; it and `random`
/// must outlive the stream.
std::unique_ptr<ByteStream> impair(std::unique_ptr<ByteStream> inner, Scheduler& scheduler,
                                   const LinkCondition& condition, Random& random);

}  // namespace islandbench::links

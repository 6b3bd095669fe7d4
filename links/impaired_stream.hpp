#pragma once

#include <memory>

#include "base/random.hpp"
#include "links/byte_stream.hpp"

namespace islandbench::links {

/// How bad a link is. The defaults are the street's: what installers measure on home networks. A
/// message is what one write carries; shares are of the messages.
struct LinkCondition {
    Duration delay_median{30ms};
    Duration delay_p99{300ms};
    double loss = 0.001;
    bool silent = false;   ///< carries nothing at all, both ways, until it is false again
    double corrupt = 0.0;  ///< share in which one bit arrives wrong
    double reorder = 0.0;  ///< share that is held back until the next one has gone
    double reset = 0.0;    ///< share in whose place the connection is reset
    Duration drip{0ns};    ///< pause between any two bytes of a message
    /// How often all connections of that moment were left half open: each stays open, carries
    /// nothing any more and is never closed from here. Later ones work.
    int half_open = 0;

    /// A wire without any delay or loss.
    static LinkCondition perfect() { return {0ns, 0ns, 0.0}; }
};

/// What became of the messages so far.
struct LinkTally {
    int messages = 0;  ///< all
    int lost = 0;      ///< by chance, or on a silent or half open connection
    int corrupted = 0;
    int held_back = 0;  ///< behind the next one
    int resets = 0;
};

/// Does to what is written to a stream what `condition` says. It stands in front of a server's side
/// of a connection, where one write is one reply, so that each request-reply exchange suffers once.
/// Order is kept, but for what is held back. `condition` is read at every message and may change at
/// any time; it, `random` and `tally` must outlive the stream.
std::unique_ptr<ByteStream> impair(std::unique_ptr<ByteStream> inner, Scheduler& scheduler,
                                   const LinkCondition& condition, Random& random,
                                   LinkTally* tally = nullptr);

}  // namespace islandbench::links

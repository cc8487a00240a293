// The server under measurement, in a process of its own.
#pragma once

namespace holdfast::bench {

inline constexpr int kBodySize = 1000;   // of the answer to "/"
inline constexpr int kEventSize = 1024;  // of what a POST to "/event" sends to every open "/watch"

// Prints its port and serves until it is killed.
int serve(bool tls);

}  // namespace holdfast::bench

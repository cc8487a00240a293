// Where metrics are shown in plain HTTP to everybody who can reach it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::server {

struct MetricsListen {
  std::string address = "127.0.0.1";  // numeric
  std::uint16_t port = 0;             // 0: a free one
};

// "127.0.0.1:9464", ":9464" (this machine only), "0.0.0.0:9464". Code::usage.
Result<MetricsListen> read_metrics_listen(std::string_view text);

}  // namespace holdfast::server

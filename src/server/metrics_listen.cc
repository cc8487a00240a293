#include "server/metrics_listen.h"

#include "server/service.h"

namespace holdfast::server {

Result<MetricsListen> read_metrics_listen(std::string_view text) {
  ServiceOptions options;
  HF_TRY(read_listen(text, options));
  if (text.starts_with(':')) options.address = "127.0.0.1";
  return MetricsListen{.address = options.address, .port = options.port};
}

}  // namespace holdfast::server

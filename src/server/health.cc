#include "server/health.h"

#include <string>

#include <fmt/format.h>

#include "server/answer.h"

#include "base/log.h"

namespace holdfast::server {
namespace {

bool store_works(store::Store& store) {
  const auto health = store.health();
  if (!health) log::event(log::Level::warning, "store not ready", {{"error", health.error().to_string()}});
  return health.has_value();
}

}  // namespace

http::ServerResponse health_answer(store::Store& store, std::string_view word, bool verbose) {
  const bool asks_store = word != "livez";
  const bool well = !asks_store || store_works(store);
  if (well && !verbose) return text_answer(200, "ok");
  std::string lines = "[+]ping ok\n";
  if (asks_store) lines += well ? "[+]store ok\n" : "[-]store failed\n";
  lines += fmt::format("{} check {}\n", word, well ? "passed" : "failed");
  return text_answer(well ? 200 : 503, lines);
}

}  // namespace holdfast::server

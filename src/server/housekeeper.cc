#include "server/housekeeper.h"

#include <utility>

#include "base/log.h"

namespace holdfast::server {
namespace {

constexpr Duration kPause = std::chrono::minutes(3);
constexpr int kRoundsPerRenewal = 20;  // about an hour

}  // namespace

Housekeeper::Housekeeper(store::Store& store, DataDirectory& directory, http::Server& http,
                         std::vector<std::string> names, os::Clock& clock)
    : store_(store),
      directory_(directory),
      http_(http),
      names_(std::move(names)),
      clock_(clock),
      history_({}),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

Housekeeper::~Housekeeper() = default;

void Housekeeper::run(const std::stop_token& stop) {
  for (int round = 1; clock_.sleep_for(kPause, stop); ++round) {
    if (auto trimmed = store::trim_history(store_, history_, clock_); !trimmed)
      log::event(log::Level::warning, "history not trimmed", {{"error", trimmed.error().to_string()}});
    if (round % kRoundsPerRenewal == 0) renew_certificate();
  }
}

void Housekeeper::renew_certificate() {
  const auto credentials = directory_.credentials(names_);
  const Status renewed =
      credentials ? http_.replace_tls(credentials->tls) : Status(tl::unexpected(credentials.error()));
  if (!renewed) log::event(log::Level::error, "certificate not renewed", {{"error", renewed.error().to_string()}});
}

}  // namespace holdfast::server

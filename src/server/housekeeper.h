// What has to be done from time to time: the store forgets old history, certificates are renewed.
#pragma once

#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "server/data_directory.h"

#include "http/server/server.h"
#include "os/clock.h"
#include "store/history_policy.h"
#include "store/store.h"

namespace holdfast::server {

class Housekeeper {
 public:
  // All outlive it.
  Housekeeper(store::Store& store, DataDirectory& directory, http::Server& http, std::vector<std::string> names,
              os::Clock& clock);
  ~Housekeeper();

 private:
  void run(const std::stop_token& stop);
  void renew_certificate();

  store::Store& store_;
  DataDirectory& directory_;
  http::Server& http_;
  const std::vector<std::string> names_;
  os::Clock& clock_;
  store::HistoryPolicy history_;
  std::jthread thread_;  // last: it uses everything above
};

}  // namespace holdfast::server

// /livez, /readyz and /healthz.
#pragma once

#include <string_view>

#include "http/server/server.h"
#include "store/store.h"

namespace holdfast::server {

// `word`: "livez" (the process answers) or another (and the store can be read and written). 200 with "ok", or 503. With
// `verbose`, and in every 503, each check has a line: "[+]store ok", "[-]store failed". What is wrong with the store is
// nobody's business who is not known; the log says it.
http::ServerResponse health_answer(store::Store& store, std::string_view word, bool verbose);

}  // namespace holdfast::server

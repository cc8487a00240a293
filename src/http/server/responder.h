// The handler's end of one request: what is said through it becomes messages to the connection.
#pragma once

#include <cstdint>
#include <memory>

#include "http/server/handler_pool.h"
#include "http/server/mailbox.h"
#include "http/server/server.h"

namespace holdfast::http {

struct ResponderPlace {
  std::uint64_t connection = 0;
  std::uint64_t request = 0;
  bool head_only = false;
  std::size_t stream_backlog = 0;
  std::shared_ptr<Mailbox> mailbox;
  std::shared_ptr<HandlerPool> pool;
};

std::unique_ptr<Responder> make_responder(ResponderPlace place);

}  // namespace holdfast::http

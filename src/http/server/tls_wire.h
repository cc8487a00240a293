// Private to this folder.
#pragma once

#include <memory>

#include "http/server/tls_context.h"
#include "http/server/wire.h"

namespace holdfast::http {

std::unique_ptr<Wire> make_tls_wire(int fd, SSL_CTX& context);  // borrows fd; null when memory is short

}  // namespace holdfast::http

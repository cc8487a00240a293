// What a failed call means to us. etcd sends many of its errors as code Unknown on streams, so its texts count as well.
#pragma once

#include <string_view>

#include "base/result.h"
#include "etcd/rpc.h"

namespace holdfast::etcd {

// `status` is not ok. The message is etcd's (or the transport's) own, which holds no secret.
Error to_error(const RpcStatus& status);

// The same for a call to an endpoint that asks for TLS or does not: a connection that is closed at once may come from
// the wrong one of the two, which the hint then says.
Error to_error(const RpcStatus& status, bool tls);

// A call's error message says that its token is missing, unknown to the member or too old: logging in again can help.
bool wants_new_token(std::string_view message);

// The cluster works without users: credentials are not needed.
bool says_auth_is_off(const Error& error);

}  // namespace holdfast::etcd

// Looks at objects before and after they are stored, where the server's word is not enough. Private to s3/.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "objectstore/object_store.h"
#include "objectstore/s3/client.h"

namespace holdfast::objectstore::s3 {

// Code::exists when the key is there. Not being allowed to look is no reason not to try.
Status check_absent(Client& client, const std::string& key, const std::stop_token& stop);

// The error for a server whose success cannot be believed; `what` it says and does not do.
tl::unexpected<Error> kept_nothing(const Client& client, std::string_view what);

// The server has said that it stored `sent`; asks again, because a backup that is not there must not be called one.
// Code::unsupported when it does not have the object, although it was asked for a few seconds (some servers show a new
// object late). Code::corrupt when the size is another. An identity that may only write cannot look, and whoever
// replaced the object meanwhile was allowed to: both are fine. Returns what is stored, with time and ETag.
Result<ObjectInfo> confirm_stored(Client& client, ObjectInfo sent, const std::stop_token& stop);

}  // namespace holdfast::objectstore::s3

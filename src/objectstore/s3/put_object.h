// One object sent in one request. Private to s3/.
#pragma once

#include <stop_token>
#include <string>

#include "objectstore/object_store.h"
#include "objectstore/s3/client.h"
#include "objectstore/s3/object_headers.h"

namespace holdfast::objectstore::s3 {

struct PutPlan {
  std::string key;
  Headers headers;
  bool md5_required = false;
  bool if_absent = false;
};

// A lost reply is not a lost object: when the outcome is open, what is stored is read back and compared.
tl::expected<ObjectInfo, Failure> put_object(Client& client, const PutPlan& plan, ByteView body,
                                             const std::stop_token& stop);

}  // namespace holdfast::objectstore::s3

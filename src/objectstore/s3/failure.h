// What a server said when it refused, and what that means for us. Private to s3/.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/units.h"
#include "http/transport.h"
#include "objectstore/s3/operation.h"

namespace holdfast::objectstore::s3 {

// One failed request, for our own decisions and for the person who reads the error.
struct Failure {
  Error error;
  Operation operation = Operation::get_object;
  int status = 0;      // 0: there was no answer
  std::string code;    // S3's own ("NoSuchKey"); empty when the answer had none
  std::string region;  // where the bucket is, as far as the answer tells
  Duration retry_after{0};
  bool try_again = false;   // the same request may succeed when it is sent again
  bool maybe_done = false;  // the server may have carried the request out although we hold an error

  // A HEAD has no body to tell it in.
  bool is_missing_key() const {
    return code == "NoSuchKey" || (operation == Operation::head_object && status == 404 && code.empty());
  }
};

// What the explanation needs to know about the request.
struct RequestFacts {
  Operation operation = Operation::get_object;
  std::string place;  // "s3://bucket"
  std::string endpoint;
  std::string region;  // it was signed for
  bool path_style = false;
  bool if_absent = false;    // it carried If-None-Match: *
  bool object_lock = false;  // it asked for a lock
  WallTime sent{};           // our clock
};

// From an answer whose status is no success (or which is an <Error> all the same).
Failure explain_answer(const http::ResponseHead& head, std::string_view body, const RequestFacts& request);

// From a connection that failed.
Failure explain_transport(Error error, const RequestFacts& request);

}  // namespace holdfast::objectstore::s3

#include "etcd/http2/response_status.h"

#include <gtest/gtest.h>

namespace holdfast::etcd::http2 {
namespace {

ResponseStatus grpc_response() {
  ResponseStatus status;
  status.add(":status", "200");
  status.add("content-type", "application/grpc");
  return status;
}

TEST(ResponseStatus, IsWhatTheTrailersSay) {
  ResponseStatus status = grpc_response();
  status.add("grpc-status", "0");
  EXPECT_TRUE(status.result().ok());
}

TEST(ResponseStatus, DecodesTheMessage) {
  ResponseStatus status = grpc_response();
  status.add("grpc-status", "7");
  status.add("grpc-message", "50%25 caf%C3%A9 %zz %4");
  EXPECT_EQ(status.result().code, RpcCode::permission_denied);
  EXPECT_EQ(status.result().message, "50% café %zz %4");
}

TEST(ResponseStatus, TakesStrangeNumbersAsUnknown) {
  for (const char* number : {"99", "-1", "seven", "", "1x"}) {
    ResponseStatus status = grpc_response();
    status.add("grpc-status", number);
    EXPECT_EQ(status.result().code, RpcCode::unknown) << number;
  }
}

TEST(ResponseStatus, IsNeverASuccessWithoutTrailers) {
  EXPECT_EQ(grpc_response().result().code, RpcCode::unavailable);
}

TEST(ResponseStatus, JudgesAnswersOfOtherServersByTheirHttpStatus) {
  ResponseStatus busy;
  busy.add(":status", "503");
  EXPECT_EQ(busy.result().code, RpcCode::unavailable);
  ResponseStatus missing;
  missing.add(":status", "404");
  EXPECT_EQ(missing.result().code, RpcCode::unimplemented);
  ResponseStatus page;
  page.add(":status", "200");
  page.add("content-type", "text/html");
  EXPECT_EQ(page.result().code, RpcCode::unimplemented);
}

}  // namespace
}  // namespace holdfast::etcd::http2

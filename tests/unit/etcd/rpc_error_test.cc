#include "etcd/rpc_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::etcd {
namespace {

struct Case {
  RpcCode code;
  std::string message;
  Code expected;
  bool retryable;
};

class RpcErrors : public testing::TestWithParam<Case> {};

TEST_P(RpcErrors, MeanToUsWhatTheyMeanToEtcd) {
  const Case& given = GetParam();
  const Error error = to_error({given.code, given.message});
  EXPECT_EQ(error.code, given.expected) << given.message;
  EXPECT_EQ(error.retryable, given.retryable) << given.message;
  EXPECT_FALSE(error.message.empty());
}

// Codes and texts as servers 3.4 to 3.6 send them.
INSTANTIATE_TEST_SUITE_P(
    All, RpcErrors,
    testing::Values(
        Case{RpcCode::unknown, "auth: user name is empty", Code::refused, false},
        Case{RpcCode::invalid_argument, "etcdserver: user name is empty", Code::refused, false},
        Case{RpcCode::unknown, "auth: permission denied", Code::refused, false},
        Case{RpcCode::permission_denied, "etcdserver: permission denied", Code::refused, false},
        Case{RpcCode::unauthenticated, "etcdserver: invalid auth token", Code::refused, true},
        Case{RpcCode::invalid_argument, "etcdserver: authentication failed, invalid user ID or password", Code::refused,
             false},
        Case{RpcCode::unavailable, "etcdserver: rpc not supported for learner", Code::unsupported, false},
        Case{RpcCode::unimplemented, "unknown method Downgrade", Code::unsupported, false},
        Case{RpcCode::out_of_range, "etcdserver: mvcc: required revision has been compacted", Code::not_found, false},
        Case{RpcCode::out_of_range, "etcdserver: mvcc: required revision is a future revision", Code::not_found, false},
        Case{RpcCode::not_found, "etcdserver: requested lease not found", Code::not_found, false},
        Case{RpcCode::failed_precondition, "etcdserver: lease already exists", Code::exists, false},
        Case{RpcCode::resource_exhausted, "etcdserver: mvcc: database space exceeded", Code::no_space, false},
        Case{RpcCode::resource_exhausted, "etcdserver: too many requests", Code::unavailable, true},
        Case{RpcCode::data_loss, "etcdserver: corrupt cluster", Code::corrupt, false},
        Case{RpcCode::invalid_argument, "etcdserver: request is too large", Code::usage, false},
        Case{RpcCode::unavailable, "etcdserver: no leader", Code::unavailable, true},
        Case{RpcCode::unavailable, "etcdserver: request timed out", Code::unavailable, true},
        Case{RpcCode::unknown, "something new", Code::unavailable, true},
        Case{RpcCode::internal, "Received RST_STREAM with error code 2", Code::unavailable, true},
        Case{RpcCode::deadline_exceeded, "no answer within 10s", Code::timeout, true},
        Case{RpcCode::unavailable, "certificate verify failed: hostname mismatch", Code::refused, false}));

struct SetUpCase {
  std::string message;  // as gRPC 1.51 words it, or our own stream
  bool tls;
  Code expected;
  std::string hint;  // part of it
};

class SetUpErrors : public testing::TestWithParam<SetUpCase> {};

TEST_P(SetUpErrors, SayWhichSettingToChange) {
  const SetUpCase& given = GetParam();

  const Error error = to_error({RpcCode::unavailable, given.message, false}, given.tls);

  EXPECT_EQ(error.code, given.expected) << given.message;
  EXPECT_EQ(error.retryable, given.expected == Code::unavailable) << given.message;
  EXPECT_THAT(error.hint, testing::HasSubstr(given.hint)) << given.message;
}

const std::string kNoConnection = "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:2379: ";

INSTANTIATE_TEST_SUITE_P(
    All, SetUpErrors,
    testing::Values(
        SetUpCase{kNoConnection + "Ssl handshake failed: SSL_ERROR_SSL: error:0A000086:SSL routines::certificate "
                                  "verify failed",
                  true, Code::refused, "--cacert"},
        SetUpCase{"certificate verify failed: self-signed certificate", true, Code::refused, "--cacert"},
        SetUpCase{"certificate verify failed: hostname mismatch", true, Code::refused, "--server-name"},
        SetUpCase{kNoConnection + "Peer name x is not in peer certificate", true, Code::refused, "--server-name"},
        SetUpCase{kNoConnection + "Endpoint read failed", true, Code::unavailable, "--cert and its key with --key"},
        SetUpCase{"TLS failed: tlsv13 alert certificate required", true, Code::refused, "--cert"},
        SetUpCase{"empty address list: ", true, Code::usage, "--cert and --key"},
        SetUpCase{kNoConnection + "Failed to create security handshaker", true, Code::usage, "--cert and --key"},
        SetUpCase{"the client key cannot be used: key values mismatch", true, Code::usage, "--cert and --key"},
        SetUpCase{kNoConnection + "Socket closed", false, Code::unavailable, "use https://"},
        SetUpCase{kNoConnection + "Socket closed", true, Code::unavailable, "use http://"},
        SetUpCase{"auth: user not found", true, Code::refused, "--user"}));

TEST(RpcError, DoesNotDoubtTheSchemeWhenAConnectionThatWorkedIsClosed) {
  EXPECT_EQ(to_error({RpcCode::unavailable, "Socket closed", true}, false).hint, "");
}

TEST(RpcError, SaysInWordsThatCertificateAndKeyAreNoPair) {
  EXPECT_EQ(to_error({RpcCode::unavailable, "empty address list: ", false}).message,
            "the given certificates and key cannot be used for TLS");
}

TEST(RpcError, KeepsTheReasonAndDropsTheWrapping) {
  const Error error = to_error({RpcCode::unavailable,
                                "failed to connect to all addresses; last error: UNKNOWN: ipv4:127.0.0.1:1: "
                                "Failed to connect to remote host: Connection refused"});
  EXPECT_EQ(error.message, "Failed to connect to remote host: Connection refused");
}

TEST(RpcError, SaysAtLeastTheCodeWhenThereIsNoMessage) {
  EXPECT_EQ(to_error({RpcCode::aborted, ""}).message, "call failed with gRPC code 10");
}

TEST(RpcError, KnowsWhenANewLoginCanHelp) {
  EXPECT_TRUE(wants_new_token("etcdserver: invalid auth token"));
  EXPECT_TRUE(wants_new_token("auth: user name is empty"));
  EXPECT_FALSE(wants_new_token("etcdserver: permission denied"));
}

TEST(RpcError, OfACallThatWasStoppedIsThat) {
  EXPECT_EQ(to_error(RpcStatus{.code = RpcCode::cancelled, .message = "CANCELLED", .stopped = true}).code,
            Code::cancelled);
}

}  // namespace
}  // namespace holdfast::etcd

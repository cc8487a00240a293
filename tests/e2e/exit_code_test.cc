// One case per class of exit code, and what stands on standard error.
#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e_support.h"

namespace holdfast::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ExitCodes : public EndToEnd {
 protected:
  // The run fails with this code, in at most three lines.
  std::string failure(int code, const std::vector<std::string>& words, const std::vector<std::string>& more = {}) {
    const ProgramResult result = run(words, more);
    EXPECT_EQ(result.exit_code, code) << result.out << result.err;
    EXPECT_LE(std::count(result.err.begin(), result.err.end(), '\n'), 3) << result.err;
    EXPECT_THAT(result.err, StartsWith("holdfast: "));
    EXPECT_THAT(result.out, IsEmpty());
    return result.err;
  }

  const EtcdCluster& etcd_ = quiet_etcd(EtcdVersion::v3_5);
};

TEST_F(ExitCodes, usage) {
  EXPECT_EQ(
      failure(2, {"snapshot", "sav", "x.db"}),
      "holdfast: \"sav\" is not a command of holdfast snapshot\n  try: did you mean \"holdfast snapshot save\"?\n");
  failure(2, {"snapshot", "save"});
  failure(2, {"snapshot", "list", "ftp://x/y"});
  failure(2, {"snapshot", "save", file("x.db"), "--compression", "zstd"});
}

TEST_F(ExitCodes, not_found) {
  failure(3, {"snapshot", "status", file("none.db")});
  failure(3, {"snapshot", "show", bucket_url() + "none"});
  failure(3, {"snapshot", "list", "s3://no-such-bucket-" + bucket_prefix().substr(4, 16)});
}

TEST_F(ExitCodes, refused) {
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), file("x.db"), as_bytes("precious")));
  EXPECT_THAT(failure(4, {"snapshot", "save", file("x.db"), "--endpoints", etcd_.endpoints()[0]}), HasSubstr("try: "));
  EXPECT_EQ(read("x.db"), "precious");
  failure(4, {"snapshot", "save", bucket_url() + "x", "--endpoints", etcd_.endpoints()[0]},
          {"AWS_ACCESS_KEY_ID=" + rgw().reader_access_key, "AWS_SECRET_ACCESS_KEY=" + rgw().reader_secret_key});
}

TEST_F(ExitCodes, verification_failed) {
  ok({"snapshot", "save", file("x.db"), "--endpoints", etcd_.endpoints()[0], "--no-manifest"});
  std::string bytes = read("x.db");
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), file("x.db"), as_bytes(bytes)));
  EXPECT_EQ(run({"snapshot", "verify", file("x.db")}).exit_code, 5);
  failure(5, {"snapshot", "restore", file("x.db"), "--data-dir", file("d")});
  EXPECT_THAT(files_in(file("d")), IsEmpty());
}

TEST_F(ExitCodes, transient) {
  const std::string nobody = fmt::format("127.0.0.1:{}", free_port());
  failure(6,
          {"snapshot", "save", file("x.db"), "--endpoints", nobody, "--dial-timeout", "1s", "--command-timeout", "2s"});
  failure(6, {"snapshot", "list", bucket_url(), "--s3-endpoint", "http://" + nobody, "--s3-attempts", "2"});
}

TEST_F(ExitCodes, a_limit_of_memory_is_an_error_and_never_a_hang) {
  // Between "cannot even start" and "enough": where no stack for a further thread is to be had.
  for (const int kib : {180'000, 215'000, 230'000, 260'000, 300'000}) {
    const std::string line = fmt::format(
        "ulimit -v {}; exec timeout -k 1 20 {} snapshot save {} --overwrite --endpoints {} "
        "--command-timeout 2s",
        kib, HOLDFAST_PROGRAM, file("x.db"), etcd_.endpoints()[0]);
    const ProgramResult result = run_program({"bash", "-c", line}, "", environment());
    EXPECT_THAT(result.exit_code, ::testing::AnyOf(0, 6)) << kib << ": " << result.err;
  }
}

TEST_F(ExitCodes, a_result_that_cannot_be_written) {
  for (const std::string to : {">/dev/full", ">&-"}) {
    const ProgramResult result = run_program({"bash", "-c", fmt::format("{} version {}", HOLDFAST_PROGRAM, to)});
    EXPECT_EQ(result.exit_code, 1) << to;
    EXPECT_THAT(result.err, StartsWith("holdfast: cannot write the result to standard output: ")) << to;
  }
}

TEST_F(ExitCodes, a_limit_of_file_sizes) {
  const ProgramResult result = run_program({"bash", "-c",
                                            fmt::format("ulimit -f 8; exec {} snapshot save {} --endpoints {}",
                                                        HOLDFAST_PROGRAM, file("x.db"), etcd_.endpoints()[0])},
                                           "", environment());
  EXPECT_EQ(result.exit_code, 4) << result.err;
  EXPECT_THAT(result.err, HasSubstr("ulimit -f"));
  EXPECT_THAT(files_in(file("")), IsEmpty());
}

TEST_F(ExitCodes, as_json) {
  const ProgramResult result = run({"snapshot", "status", file("none.db"), "-o", "json"});
  EXPECT_EQ(result.exit_code, 3);
  const auto error = json::parse(result.err, kMiB);
  ASSERT_TRUE(error) << result.err;
  EXPECT_EQ(error->at("error").at("code").as_string(), "NOT_FOUND");
  EXPECT_FALSE(error->at("error").at("retryable").as_bool());
}

TEST_F(ExitCodes, a_reader_that_goes_away_does_not_kill_it_by_signal) {
  const ProgramResult result = run_program(
      {"bash", "-c", fmt::format("{} snapshot save --help | true; echo ${{PIPESTATUS[0]}}", HOLDFAST_PROGRAM)});
  EXPECT_THAT(result.out, ::testing::AnyOf("0\n", "1\n"));
}

TEST_F(ExitCodes, the_man_page_is_one_that_man_can_read) {
  const std::string page = ok({"man"});
  EXPECT_THAT(page, StartsWith(".TH HOLDFAST 1 "));
  EXPECT_THAT(page, HasSubstr(".SH EXIT STATUS\n"));
}

}  // namespace
}  // namespace holdfast::test

#include "cli/s3_options.h"

#include <gtest/gtest.h>

#include "world_bench.h"

#include "support/temp_dir.h"

namespace holdfast::cli {
namespace {

class S3OptionsTest : public ::testing::Test, protected WorldBench {
 protected:
  objectstore::s3::Config config_for(const S3Flags& flags) {
    auto settings = s3_settings(flags, "bucket", world_);
    EXPECT_TRUE(settings);
    return settings ? settings->config : objectstore::s3::Config{};
  }

  test::TempDir dir_;
};

TEST_F(S3OptionsTest, upload_workers_get_memory_for_their_parts) {
  S3Flags flags;
  const std::size_t usual = config_for(flags).upload_memory;
  flags.config.upload_workers = 16;
  EXPECT_EQ(config_for(flags).upload_memory, 17 * flags.config.part_size);
  flags.config.upload_workers = 2;
  EXPECT_EQ(config_for(flags).upload_memory, usual);
}

TEST_F(S3OptionsTest, a_customer_key_is_read_once_so_that_it_may_be_a_pipe) {
  S3Flags flags;
  flags.customer_key_file = dir_.file("key");
  const std::string base64 = to_base64(Bytes(32, 7)) + "\n";
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), flags.customer_key_file, as_bytes(base64)));
  EXPECT_EQ(config_for(flags).encryption.customer_key.reveal(), std::string(32, '\7'));
}

}  // namespace
}  // namespace holdfast::cli

#include "server/data_directory.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "support/temp_dir.h"

namespace holdfast::server {
namespace {

class Directory : public testing::Test {
 protected:
  DataDirectory open() {
    DataDirectory directory(dir.file("data"), files, os::real_clock(), os::real_random());
    EXPECT_TRUE(directory.prepare());
    return directory;
  }
  unsigned mode(const std::string& path) { return files.stat(path).value()->mode & 0777U; }

  os::FileSystem& files = os::real_file_system();
  test::TempDir dir;
  const std::vector<std::string> names{"localhost", "127.0.0.1"};
};

TEST_F(Directory, TheFirstStartMakesWhatIsNeeded) {
  DataDirectory directory = open();

  const auto credentials = directory.credentials(names);

  ASSERT_TRUE(credentials);
  const auto server = http::read_certificate(credentials->tls.certificate_pem).value();
  const auto admin = http::read_certificate(credentials->administrator.certificate_pem).value();
  EXPECT_EQ(server.names, names);
  EXPECT_EQ(admin.organizations, std::vector<std::string>{"system:masters"});
}

TEST_F(Directory, NothingIsForOthers) {
  DataDirectory directory = open();
  ASSERT_TRUE(directory.write_kubeconfig(directory.credentials(names).value(), "https://localhost:1"));

  EXPECT_EQ(mode(dir.file("data")), 0700U);
  for (const char* name : {"pki/ca.key", "pki/server.key", "pki/admin.key", "admin.kubeconfig"})
    EXPECT_EQ(mode(directory.file(name)), 0600U) << name;
}

TEST_F(Directory, IsForOneServerAtATime) {
  std::optional<DataDirectory> first(open());
  DataDirectory second = open();
  ASSERT_TRUE(first->hold());

  const Status refused = second.hold();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::refused);
  EXPECT_EQ(refused.error().message, "the data directory " + dir.file("data") + " is in use by another server");
  first.reset();
  EXPECT_TRUE(second.hold());
}

TEST_F(Directory, LaterStartsKeepIt) {
  const auto first = open().credentials(names).value();

  const auto second = open().credentials(names).value();

  EXPECT_EQ(first.authority_pem, second.authority_pem);
  EXPECT_EQ(first.tls.certificate_pem, second.tls.certificate_pem);
}

TEST_F(Directory, ANewNameNeedsANewCertificate) {
  const auto first = open().credentials(names).value();

  const auto second = open().credentials({"localhost", "backup.example.com"}).value();

  EXPECT_EQ(first.authority_pem, second.authority_pem);
  EXPECT_NE(first.tls.certificate_pem, second.tls.certificate_pem);
}

TEST_F(Directory, TheKubeconfigIsWrittenWhenItWouldChange) {
  DataDirectory directory = open();
  const auto credentials = directory.credentials(names).value();

  EXPECT_TRUE(directory.write_kubeconfig(credentials, "https://localhost:1").value());
  EXPECT_FALSE(directory.write_kubeconfig(credentials, "https://localhost:1").value());
  EXPECT_TRUE(directory.write_kubeconfig(credentials, "https://localhost:2").value());
}

TEST_F(Directory, OneThatOthersMayReadIsRefused) {
  ASSERT_TRUE(files.make_directories(dir.file("open"), 0755));

  const auto prepared = DataDirectory(dir.file("open"), files, os::real_clock(), os::real_random()).prepare();

  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().code, Code::refused);
}

}  // namespace
}  // namespace holdfast::server

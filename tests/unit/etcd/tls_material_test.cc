#include "etcd/tls_material.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace holdfast::etcd {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kCertificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
constexpr const char* kKey = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";

class Material : public testing::Test {
 protected:
  std::string file(const std::string& name, std::string_view text) {
    EXPECT_TRUE(os::write_file_atomically(files_, directory_.file(name), as_bytes(text)));
    return directory_.file(name);
  }

  os::FileSystem& files_ = os::real_file_system();
  test::TempDir directory_;
};

TEST_F(Material, IsReadFromItsFiles) {
  const TlsOptions options{.ca_file = file("ca", kCertificate),
                           .certificate_file = file("cert", kCertificate),
                           .key_file = file("key", kKey),
                           .server_name = "etcd.test"};
  const auto material = read_tls_material(files_, options);
  ASSERT_TRUE(material) << material.error().to_string();
  EXPECT_EQ(material->authorities, kCertificate);
  EXPECT_EQ(material->certificate, kCertificate);
  EXPECT_EQ(material->key.reveal(), kKey);
  EXPECT_EQ(material->server_name, "etcd.test");
  EXPECT_TRUE(material->verify);
}

TEST_F(Material, NeedsCertificateAndKeyTogether) {
  EXPECT_EQ(read_tls_material(files_, {.certificate_file = file("cert", kCertificate)}).error().code, Code::usage);
  EXPECT_EQ(read_tls_material(files_, {.key_file = file("key", kKey)}).error().code, Code::usage);
}

TEST_F(Material, ThatDoesNotExistIsNamed) {
  const auto material = read_tls_material(files_, {.ca_file = directory_.file("nowhere")});
  ASSERT_FALSE(material);
  EXPECT_EQ(material.error().code, Code::not_found);
  EXPECT_THAT(material.error().to_string(), HasSubstr("read the CA file"));
  EXPECT_THAT(material.error().to_string(), HasSubstr("nowhere"));
}

TEST_F(Material, ThatIsNoPemIsRefusedWithoutShowingIt) {
  const TlsOptions options{.ca_file = file("ca", kCertificate),
                           .certificate_file = file("cert", kCertificate),
                           .key_file = file("key", "binary secret")};
  const auto material = read_tls_material(files_, options);
  ASSERT_FALSE(material);
  EXPECT_EQ(material.error().code, Code::usage);
  EXPECT_THAT(material.error().to_string(), Not(HasSubstr("binary secret")));
}

TEST_F(Material, NeedsNoAuthoritiesWhenNothingIsChecked) {
  const auto material = read_tls_material(files_, {.insecure_skip_verify = true});
  ASSERT_TRUE(material);
  EXPECT_FALSE(material->verify);
  EXPECT_EQ(material->authorities, "");
}

TEST(TlsOptionsAskForTls, AsSoonAsOneIsGiven) {
  EXPECT_FALSE(asks_for_tls({}));
  EXPECT_TRUE(asks_for_tls({.ca_file = "ca"}));
  EXPECT_TRUE(asks_for_tls({.server_name = "name"}));
  EXPECT_TRUE(asks_for_tls({.insecure_skip_verify = true}));
}

TEST(TlsMaterial, TakesPemTextsWithoutFiles) {
  TlsOptions options;
  options.ca_pem = "-----BEGIN CERTIFICATE-----\nca";
  options.certificate_pem = "-----BEGIN CERTIFICATE-----\nclient";
  options.key_pem = Secret("-----BEGIN PRIVATE KEY-----\nkey");
  EXPECT_TRUE(asks_for_tls(options));
  const auto material = read_tls_material(os::real_file_system(), options);
  ASSERT_TRUE(material) << material.error().to_string();
  EXPECT_EQ(material->authorities, options.ca_pem);
  EXPECT_EQ(material->certificate, options.certificate_pem);
  EXPECT_EQ(material->key.reveal(), options.key_pem.reveal());
}

TEST(TlsMaterial, RefusesTextsThatAreNoPemWithoutShowingThem) {
  TlsOptions options;
  options.ca_pem = "-----BEGIN CERTIFICATE-----\nca";
  options.certificate_pem = "-----BEGIN CERTIFICATE-----\nclient";
  options.key_pem = Secret("hunter2");
  const auto material = read_tls_material(os::real_file_system(), options);
  ASSERT_FALSE(material);
  EXPECT_EQ(material.error().code, Code::usage);
  EXPECT_EQ(material.error().to_string().find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::etcd

// Certificates as OpenSSL's own program sees them.
#include "http/server/certificates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/clock.h"
#include "os/file_system.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::http::test {
namespace {

using holdfast::test::run_program;
using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

const WallTime kNow = os::real_clock().now();

class CertificatesTest : public testing::Test {
 protected:
  std::string file(const std::string& name, std::string_view text) const {
    EXPECT_TRUE(os::write_file_atomically(os::real_file_system(), directory_.file(name), as_bytes(text)));
    return directory_.file(name);
  }
  std::string shown(const KeyPair& pair) const {
    return run_program({"openssl", "x509", "-noout", "-text", "-in", file("shown.pem", pair.certificate_pem)}).out;
  }

  holdfast::test::TempDir directory_;
  const KeyPair authority_ = make_authority("our authority", kNow).value();
};

TEST_F(CertificatesTest, ChainUp) {
  const KeyPair server = make_server_certificate(authority_, {"api.test", "10.0.0.1"}, kNow).value();
  const KeyPair client = make_client_certificate(authority_, "alice", {"a", "b"}, kNow).value();
  const std::string ca = file("ca.pem", authority_.certificate_pem);
  const auto verified = [&](const std::string& purpose, const KeyPair& pair) {
    return run_program({"openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", ca,
                        file("leaf.pem", pair.certificate_pem)})
        .exit_code;
  };
  EXPECT_EQ(verified("sslserver", server), 0);
  EXPECT_EQ(verified("sslclient", client), 0);
  EXPECT_NE(verified("sslserver", client), 0);
  EXPECT_NE(verified("sslclient", server), 0);
}

TEST_F(CertificatesTest, SayWhatTheyAreFor) {
  const KeyPair server =
      make_server_certificate(authority_, {"api.test", "*.svc", "10.0.0.1", "fd00::1"}, kNow).value();
  const std::string text = shown(server);
  EXPECT_THAT(text, HasSubstr("DNS:api.test, DNS:*.svc, IP Address:10.0.0.1, IP Address:FD00:0:0:0:0:0:0:1"));
  EXPECT_THAT(text, HasSubstr("NIST CURVE: P-256"));
  EXPECT_THAT(text, HasSubstr("TLS Web Server Authentication"));
  EXPECT_THAT(text, HasSubstr("CA:FALSE"));
  EXPECT_THAT(shown(authority_), HasSubstr("CA:TRUE, pathlen:0"));
}

TEST_F(CertificatesTest, AreReadBack) {
  const KeyPair server = make_server_certificate(authority_, {"api.test", "10.0.0.1", "fd00::1"}, kNow).value();
  const auto facts = read_certificate(server.certificate_pem);
  ASSERT_TRUE(facts) << facts.error().to_string();
  EXPECT_EQ(facts->common_name, "api.test");
  EXPECT_THAT(facts->names, UnorderedElementsAre("api.test", "10.0.0.1", "fd00:0:0:0:0:0:0:1"));
  EXPECT_FALSE(facts->is_authority);
  EXPECT_EQ(facts->not_after, std::chrono::floor<std::chrono::seconds>(kNow + kLeafLifetime));
  EXPECT_EQ(facts->sha256.size(), 64U);
  EXPECT_TRUE(read_certificate(authority_.certificate_pem)->is_authority);
}

TEST_F(CertificatesTest, NameUserAndGroups) {
  const KeyPair client = make_client_certificate(authority_, "jürgen", {"admins", "people"}, kNow).value();
  const auto facts = read_certificate(client.certificate_pem).value();
  EXPECT_EQ(facts.common_name, "jürgen");
  EXPECT_THAT(facts.organizations, ElementsAre("admins", "people"));
}

TEST_F(CertificatesTest, AreValidOnAClockThatIsADayLate) {
  const auto admin = *make_client_certificate(authority_, "admin", {"system:masters"}, kNow);

  for (const std::string& pem : {admin.certificate_pem, authority_.certificate_pem})
    EXPECT_LE(read_certificate(pem)->not_before, kNow - hours(24));
}

TEST_F(CertificatesTest, DoNotOutliveTheirAuthority) {
  const auto late = kNow + kAuthorityLifetime - hours(24);
  const KeyPair server = make_server_certificate(authority_, {"a"}, late).value();
  EXPECT_EQ(read_certificate(server.certificate_pem)->not_after,
            read_certificate(authority_.certificate_pem)->not_after);
}

TEST_F(CertificatesTest, LastBeyondTheYear2050) {
  const WallTime then = std::chrono::sys_days(std::chrono::year(2049) / 6 / 1);
  const KeyPair authority = make_authority("far", then).value();
  EXPECT_EQ(read_certificate(authority.certificate_pem)->not_after, then + kAuthorityLifetime);
}

TEST_F(CertificatesTest, AreRenewedInTime) {
  const KeyPair server = make_server_certificate(authority_, {"api.test", "::1"}, kNow).value();
  const auto due = [&](const KeyPair& authority, const std::vector<std::string>& names, WallTime at) {
    return needs_renewal(server.certificate_pem, authority.certificate_pem, names, at).value();
  };
  EXPECT_FALSE(due(authority_, {"api.test", "0:0::1"}, kNow));
  EXPECT_FALSE(due(authority_, {"api.test"}, kNow + hours(24 * 240)));
  EXPECT_TRUE(due(authority_, {"api.test"}, kNow + hours(24 * 250)));
  EXPECT_TRUE(due(authority_, {"api.test", "other.test"}, kNow));
  EXPECT_TRUE(due(make_authority("our authority", kNow).value(), {"api.test"}, kNow));
  EXPECT_EQ(needs_renewal("x", authority_.certificate_pem, {}, kNow).error().code, Code::usage);
}

TEST_F(CertificatesTest, RefuseNamesThatAreNone) {
  for (const char* bad : {"", "a b", "a,DNS:evil", "IP:1", "a/b", "[::1]", "x\n"}) {
    const auto made = make_server_certificate(authority_, {bad}, kNow);
    ASSERT_FALSE(made) << bad;
    EXPECT_EQ(made.error().code, Code::usage);
  }
  EXPECT_FALSE(make_server_certificate(authority_, {}, kNow));
  EXPECT_FALSE(make_client_certificate(authority_, std::string(65, 'x'), {}, kNow));
  EXPECT_FALSE(make_client_certificate(authority_, "\xff", {}, kNow));
}

TEST_F(CertificatesTest, RefuseAKeyOfSomebodyElse) {
  const KeyPair other = make_authority("other", kNow).value();
  const KeyPair mixed{.certificate_pem = authority_.certificate_pem, .key_pem = other.key_pem};
  EXPECT_EQ(make_server_certificate(mixed, {"a"}, kNow).error().code, Code::usage);
}

}  // namespace
}  // namespace holdfast::http::test

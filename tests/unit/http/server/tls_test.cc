// TLS as clients see it: our transport, curl and openssl s_client.
#include <thread>

#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/server/server_test_support.h"

#include "http/server/certificates.h"
#include "http/transport.h"
#include "os/environment.h"
#include "os/file_system.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::http::test {
namespace {

using holdfast::test::ProgramResult;
using holdfast::test::run_program;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const WallTime kNow = os::real_clock().now();

void write(const std::string& path, std::string_view text) {
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), path, as_bytes(text)));
}

// One authority for servers and clients, made by the code under test.
class ServerTlsTest : public testing::Test {
 protected:
  ServerTlsTest() {
    write(directory_.file("ca.pem"), authority_.certificate_pem);
    write_pair("server", server_);
    write_pair("client", make_client_certificate(authority_, "alice", {"admins", "people"}, kNow).value());
  }

  void write_pair(const std::string& name, const KeyPair& pair) {
    write(directory_.file(name + ".pem"), pair.certificate_pem);
    write(directory_.file(name + ".key"), pair.key_pem.reveal());
  }

  ServerTls tls() const {
    return {.certificate_pem = server_.certificate_pem,
            .key_pem = server_.key_pem,
            .client_ca_pem = authority_.certificate_pem};
  }

  static Handler whoami() {
    return [](ServerRequest request, std::unique_ptr<Responder> responder) {
      const Peer& peer = request.peer;
      responder->send(
          {.body = fmt::format("tls={} verified={} name={} groups={} digest={}\n", peer.tls, peer.certificate_verified,
                               peer.common_name, fmt::join(peer.organizations, "+"), peer.certificate_sha256.size())});
    };
  }

  ProgramResult curl(const Server& server, const std::vector<std::string>& arguments) const {
    std::vector<std::string> command{"curl",       "-sS", "--noproxy", "*",
                                     "--max-time", "30",  "--cacert",  directory_.file("ca.pem")};
    command.insert(command.end(), arguments.begin(), arguments.end());
    command.push_back(fmt::format("https://localhost:{}/", server.port()));
    return run_program(command);
  }

  std::vector<std::string> shows(const std::string& name) const {
    return {"--cert", directory_.file(name + ".pem"), "--key", directory_.file(name + ".key")};
  }

  ProgramResult s_client(const Server& server, const std::vector<std::string>& arguments,
                         const std::string& input = "") const {
    std::vector<std::string> command{"timeout",  "20",       "openssl",
                                     "s_client", "-connect", fmt::format("127.0.0.1:{}", server.port())};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run_program(command, input);
  }

  holdfast::test::TempDir directory_;
  const KeyPair authority_ = make_authority("test authority", kNow).value();
  const KeyPair server_ = make_server_certificate(authority_, {"localhost", "127.0.0.1"}, kNow).value();
};

TEST_F(ServerTlsTest, AnswersOurTransport) {
  const auto server = start({.tls = tls()}, whoami());
  const auto transport = make_curl_transport({.ca_pem = authority_.certificate_pem}, os::Environment{});

  const auto response =
      transport->send({.url = fmt::format("https://127.0.0.1:{}/", server->port())}, kMiB, std::stop_token{});

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(as_text(response->body), "tls=true verified=false name= groups= digest=0\n");
}

TEST_F(ServerTlsTest, AnswersCurlWhichWouldRatherSpeakHttp2) {
  const auto server = start({.tls = tls()}, whoami());
  const ProgramResult asked = curl(*server, {"-w", "%{http_version}"});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("\n1.1"));
}

TEST_F(ServerTlsTest, KnowsWhoShowsACertificate) {
  const auto server = start({.tls = tls()}, whoami());
  EXPECT_EQ(curl(*server, shows("client")).out, "tls=true verified=true name=alice groups=admins+people digest=64\n");
}

TEST_F(ServerTlsTest, DoesNotBelieveTheCertificateOfAnotherAuthority) {
  const KeyPair other = make_authority("test authority", kNow).value();
  write_pair("stranger", make_client_certificate(other, "alice", {"admins"}, kNow).value());
  const auto server = start({.tls = tls()}, whoami());
  EXPECT_EQ(curl(*server, shows("stranger")).out, "tls=true verified=false name= groups= digest=64\n");
}

TEST_F(ServerTlsTest, DoesNotBelieveACertificateThatHasExpired) {
  const WallTime then = kNow - std::chrono::hours(48);
  write_pair("late", make_client_certificate(authority_, "alice", {}, then, std::chrono::hours(24)).value());
  const auto server = start({.tls = tls()}, whoami());
  EXPECT_THAT(curl(*server, shows("late")).out, HasSubstr("verified=false name= "));
}

TEST_F(ServerTlsTest, DoesNotTakeAServerForAClient) {
  const auto server = start({.tls = tls()}, whoami());
  EXPECT_THAT(curl(*server, shows("server")).out, HasSubstr("verified=false name= "));
}

TEST_F(ServerTlsTest, AsksForNoCertificateWithoutAClientAuthority) {
  ServerTls without = tls();
  without.client_ca_pem.clear();
  const auto server = start({.tls = without}, whoami());
  EXPECT_THAT(curl(*server, shows("client")).out, HasSubstr("verified=false name= groups= digest=0"));
}

TEST_F(ServerTlsTest, RefusesVersionsBefore1_2) {
  const auto server = start({.tls = tls()}, whoami());
  // Security level 0, or the client itself would not even try.
  EXPECT_NE(s_client(*server, {"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}).exit_code, 0);
  EXPECT_EQ(s_client(*server, {"-tls1_2"}).exit_code, 0);
  EXPECT_EQ(s_client(*server, {"-tls1_3"}).exit_code, 0);
}

TEST_F(ServerTlsTest, ChoosesItsProtocolAndRefusesOthers) {
  const auto server = start({.tls = tls()}, whoami());
  EXPECT_THAT(s_client(*server, {"-alpn", "h2,http/1.1"}).out, HasSubstr("ALPN protocol: http/1.1"));
  EXPECT_NE(s_client(*server, {"-alpn", "h2"}).exit_code, 0);
  EXPECT_EQ(s_client(*server, {}).exit_code, 0);
}

TEST_F(ServerTlsTest, ShowsItsNameAndItsAuthority) {
  const auto server = start({.tls = tls()}, whoami());
  const ProgramResult seen = s_client(
      *server, {"-CAfile", directory_.file("ca.pem"), "-verify_return_error", "-verify_hostname", "localhost"});
  EXPECT_THAT(seen.out, HasSubstr("Verify return code: 0 (ok)"));
  EXPECT_THAT(seen.out, HasSubstr("CN = test authority"));  // among the acceptable client CAs
}

TEST_F(ServerTlsTest, AnswersBytesSentThroughSClient) {
  const auto server = start({.tls = tls()}, whoami());
  const ProgramResult asked = s_client(*server, {"-quiet"}, get_request("/", "Connection: close\r\n"));
  EXPECT_THAT(asked.out, HasSubstr("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerTlsTest, TellsWhoeverForgotTheS) {
  const auto server = start({.tls = tls()}, whoami());
  RawClient client(server->port());
  client.send(get_request("/"));
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 400);
  EXPECT_TRUE(answer.complete);
  EXPECT_THAT(answer.body, HasSubstr("https://"));
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTlsTest, ShowsTheNewCertificateToNewConnections) {
  const auto server = start({.tls = tls()}, whoami());
  const KeyPair next_authority = make_authority("next authority", kNow).value();
  const KeyPair next = make_server_certificate(next_authority, {"localhost"}, kNow).value();

  ASSERT_TRUE(server->replace_tls({.certificate_pem = next.certificate_pem,
                                   .key_pem = next.key_pem,
                                   .client_ca_pem = next_authority.certificate_pem}));

  EXPECT_NE(curl(*server, {}).exit_code, 0);
  write(directory_.file("ca.pem"), next_authority.certificate_pem);
  EXPECT_THAT(curl(*server, shows("client")).out, HasSubstr("verified=false"));  // no longer one of ours
}

TEST_F(ServerTlsTest, KeepsConnectionsWhenTheCertificateChanges) {
  const auto server = start({.tls = tls()}, whoami());
  const auto transport = make_curl_transport({.ca_pem = authority_.certificate_pem}, os::Environment{});
  const Request request{.url = fmt::format("https://127.0.0.1:{}/", server->port())};
  ASSERT_TRUE(transport->send(request, kMiB, std::stop_token{}));
  const KeyPair other = make_authority("other", kNow).value();
  const KeyPair next = make_server_certificate(other, {"127.0.0.1"}, kNow).value();

  ASSERT_TRUE(server->replace_tls({.certificate_pem = next.certificate_pem, .key_pem = next.key_pem}));

  EXPECT_TRUE(transport->send(request, kMiB, std::stop_token{}));  // a new one would not be trusted
}

TEST_F(ServerTlsTest, RefusesMaterialThatDoesNotFit) {
  const auto server = start({.tls = tls()}, whoami());
  const KeyPair other = make_server_certificate(authority_, {"localhost"}, kNow).value();
  for (const ServerTls& bad :
       {ServerTls{.certificate_pem = server_.certificate_pem, .key_pem = other.key_pem},
        ServerTls{.certificate_pem = "nothing", .key_pem = server_.key_pem},
        ServerTls{.certificate_pem = server_.certificate_pem, .key_pem = Secret("nothing")},
        ServerTls{
            .certificate_pem = server_.certificate_pem, .key_pem = server_.key_pem, .client_ca_pem = "nothing"}}) {
    const Status replaced = server->replace_tls(bad);
    ASSERT_FALSE(replaced);
    EXPECT_EQ(replaced.error().code, Code::usage);
    EXPECT_THAT(replaced.error().to_string(), Not(HasSubstr("PRIVATE")));
    EXPECT_EQ(start_server({.tls = bad}, whoami()).error().code, Code::usage);
  }
  EXPECT_EQ(curl(*server, {}).exit_code, 0) << "the old certificate must still be in use";
}

TEST_F(ServerTlsTest, HasNothingToReplaceWithoutTls) {
  const auto server = start(whoami());
  EXPECT_EQ(server->replace_tls(tls()).error().code, Code::usage);
}

TEST_F(ServerTlsTest, SaysWhenTheAddressIsNotOfThisMachine) {
  const auto server = start_server({.address = "192.0.2.1", .tls = tls()}, whoami());  // RFC 5737: nobody's
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, Code::refused);
}

TEST_F(ServerTlsTest, SendsAndTakesLargeBodies) {
  const auto server = start({.tls = tls()}, [](ServerRequest request, std::unique_ptr<Responder> responder) {
    responder->send({.body = std::move(request.body)});
  });
  std::string body(3'000'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i)
    body[i] = static_cast<char>((i * 2654435761U) >> 13U);
  write(directory_.file("body"), body);
  const ProgramResult asked = curl(*server, {"--data-binary", "@" + directory_.file("body")});
  EXPECT_TRUE(asked.out == body) << asked.err;
}

TEST_F(ServerTlsTest, EndsAStreamThatCurlFindsComplete) {
  OpenStreams streams;
  const auto server = start({.tls = tls()}, streams.handler());
  std::jthread writer([&] {
    const auto stream = streams.next();
    for (int i = 0; i < 100; ++i)
      stream->write(fmt::format("line {}\n", i));
    stream->finish();
  });
  const ProgramResult asked = curl(*server, {"-N"});
  EXPECT_EQ(asked.exit_code, 0) << asked.err;
  EXPECT_THAT(asked.out, testing::EndsWith("line 98\nline 99\n"));
}

TEST_F(ServerTlsTest, NoticesThatAClientOfAStreamLeft) {
  OpenStreams streams;
  const auto server = start({.tls = tls()}, streams.handler());
  std::jthread client([&] { curl(*server, {"-N", "--max-time", "1"}); });
  const auto stream = streams.next();
  Event gone;
  stream->on_close([&] { gone.happen(); });
  gone.wait();
  EXPECT_TRUE(stream->closed());
}

}  // namespace
}  // namespace holdfast::http::test

#include "support/certificates.h"

#include "support/etcd_server.h"

namespace holdfast::test {
namespace {

constexpr const char* kServerNames = "subjectAltName=DNS:localhost,DNS:etcd.test,IP:127.0.0.1";

Status make_pair(const std::string& directory, const std::string& name, const std::vector<std::string>& extra) {
  std::vector<std::string> command{"openssl",
                                   "req",
                                   "-x509",
                                   "-newkey",
                                   "ec",
                                   "-pkeyopt",
                                   "ec_paramgen_curve:P-256",
                                   "-nodes",
                                   "-days",
                                   "2",
                                   "-subj",
                                   "/CN=" + name,
                                   "-keyout",
                                   directory + "/" + name + ".key",
                                   "-out",
                                   directory + "/" + name + ".pem"};
  command.insert(command.end(), extra.begin(), extra.end());
  const ProgramResult made = run_program(command);
  if (made.exit_code != 0) return fail(Code::internal, "openssl could not make {}.pem: {}", name, made.err);
  return {};
}

}  // namespace

Result<Certificates> make_certificates(const std::string& directory) {
  const std::vector<std::string> signed_by_ca{"-CA",     directory + "/ca.pem",      "-CAkey", directory + "/ca.key",
                                              "-addext", "basicConstraints=CA:FALSE"};
  std::vector<std::string> server = signed_by_ca;
  server.insert(server.end(), {"-addext", kServerNames});
  HF_TRY(make_pair(directory, "ca", {"-addext", "keyUsage=keyCertSign,cRLSign"}));
  HF_TRY(make_pair(directory, "server", server));
  HF_TRY(make_pair(directory, "client", signed_by_ca));
  return Certificates{.ca_file = directory + "/ca.pem",
                      .server_certificate_file = directory + "/server.pem",
                      .server_key_file = directory + "/server.key",
                      .client_certificate_file = directory + "/client.pem",
                      .client_key_file = directory + "/client.key"};
}

}  // namespace holdfast::test

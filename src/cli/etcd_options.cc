#include "cli/etcd_options.h"

#include "cli/secrets.h"
#include "cli/setters.h"

namespace holdfast::cli {
namespace {

std::vector<Option> tls_options(EtcdFlags& flags) {
  std::vector<Option> options;
  options.push_back({.name = "cacert",
                     .value_name = "FILE",
                     .help = "CA certificates (PEM) that the server's certificate is checked against",
                     .default_text = "the system's",
                     .environment = {"ETCDCTL_CACERT"},
                     .completes = Completes::file,
                     .set = set_text(flags.ca_file)});
  options.push_back({.name = "cert",
                     .value_name = "FILE",
                     .help = "client certificate (PEM)",
                     .environment = {"ETCDCTL_CERT"},
                     .completes = Completes::file,
                     .set = set_text(flags.certificate_file)});
  options.push_back({.name = "key",
                     .value_name = "FILE",
                     .help = "key of the client certificate (PEM)",
                     .environment = {"ETCDCTL_KEY"},
                     .completes = Completes::file,
                     .set = set_text(flags.key_file)});
  options.push_back({.name = "server-name",
                     .value_name = "NAME",
                     .help = "name to look for in the server's certificate instead of the endpoint's host",
                     .set = set_text(flags.server_name)});
  options.push_back({.name = "insecure-skip-tls-verify",
                     .help = "do not check the server's certificate; for tests only",
                     .environment = {"ETCDCTL_INSECURE_SKIP_TLS_VERIFY"},
                     .set = set_switch(flags.insecure_skip_verify)});
  options.push_back({.name = "insecure-transport",
                     .help = "accepted because etcdctl has it; the endpoint's scheme decides",
                     .environment = {"ETCDCTL_INSECURE_TRANSPORT"},
                     .set = set_switch(flags.insecure_transport)});
  return options;
}

std::vector<Option> login_options(EtcdFlags& flags) {
  std::vector<Option> options;
  options.push_back({.name = "user",
                     .value_name = "USER[:PASSWORD]",
                     .help = "user to log in as; the password is asked for when none is given",
                     .environment = {"ETCDCTL_USER"},
                     .hides = Hides::after_colon,
                     .set = set_text(flags.user)});
  options.push_back(
      {.name = "password",
       .value_name = "PASSWORD",
       .help = "the user's password; others may see it here, so prefer --password-file or ETCDCTL_PASSWORD",
       .environment = {"ETCDCTL_PASSWORD"},
       .not_in_file = true,
       .hides = Hides::value,
       .set = set_secret(flags.password)});
  options.push_back({.name = "password-file",
                     .value_name = "FILE",
                     .help = "file whose first line is the user's password",
                     .completes = Completes::file,
                     .set = set_text(flags.password_file)});
  return options;
}

std::vector<Option> time_options(EtcdFlags& flags) {
  std::vector<Option> options;
  options.push_back({.name = "dial-timeout",
                     .value_name = "TIME",
                     .help = "limit for making a connection",
                     .default_text = "5s",
                     .environment = {"ETCDCTL_DIAL_TIMEOUT"},
                     .set = set_duration(flags.dial_timeout)});
  options.push_back({.name = "command-timeout",
                     .value_name = "TIME",
                     .help = "limit for short requests; the snapshot itself has only --stall-timeout",
                     .default_text = "10s",
                     .environment = {"ETCDCTL_COMMAND_TIMEOUT"},
                     .set = set_duration(flags.command_timeout)});
  options.push_back({.name = "stall-timeout",
                     .value_name = "TIME",
                     .help = "give a member up when its snapshot stream brings nothing for this long",
                     .default_text = "30s",
                     .set = set_duration(flags.stall_timeout)});
  return options;
}

void append(std::vector<Option>& to, std::vector<Option> more) {
  for (Option& option : more)
    to.push_back(std::move(option));
}

Result<Secret> password_of(const EtcdFlags& flags, const std::string& user, Session& session) {
  if (!flags.password.empty() && !flags.password_file.empty()) {
    return fail(Code::usage, "--password and --password-file are both given");
  }
  if (!flags.password_file.empty()) {
    auto password = read_secret_file(session.world().files, flags.password_file);
    if (!password) return in_context(std::move(password).error(), "read the password file");
    return password;
  }
  if (!flags.password.empty()) return flags.password;
  return ask_known_secret(session.world(), "password of " + user);
}

}  // namespace

OptionGroup etcd_options(EtcdFlags& flags) {
  OptionGroup group{.title = "etcd", .options = {}};
  group.options.push_back({.name = "endpoints",
                           .value_name = "URL[,URL]",
                           .help = "members to ask; the snapshot comes from the best of them",
                           .default_text = "127.0.0.1:2379",
                           .environment = {"ETCDCTL_ENDPOINTS"},
                           .repeatable = true,
                           .hides = Hides::url_password,
                           .set = set_comma_list(flags.endpoints)});
  append(group.options, tls_options(flags));
  append(group.options, login_options(flags));
  append(group.options, time_options(flags));
  return group;
}

Result<etcd::ClientOptions> etcd_client_options(const EtcdFlags& flags, Session& session) {
  etcd::ClientOptions options{.endpoints = flags.endpoints,
                              .tls = {.ca_file = flags.ca_file,
                                      .certificate_file = flags.certificate_file,
                                      .key_file = flags.key_file,
                                      .server_name = flags.server_name,
                                      .insecure_skip_verify = flags.insecure_skip_verify},
                              .user = flags.user,
                              .password = {},
                              .dial_timeout = flags.dial_timeout,
                              .request_timeout = flags.command_timeout,
                              .stall_timeout = flags.stall_timeout,
                              .stop = session.world().stop};
  if (flags.user.empty()) {
    if (flags.password.empty() && flags.password_file.empty()) return options;
    return with_hint(fail(Code::usage, "a password is given, but no user"), "give --user");
  }
  const std::size_t colon = flags.user.find(':');
  if (colon == std::string::npos) {
    HF_ASSIGN(options.password, password_of(flags, flags.user, session));
    return options;
  }
  if (!flags.password.empty() || !flags.password_file.empty()) {
    return fail(Code::usage, "the password is given twice: behind the colon of --user and on its own");
  }
  options.password = Secret(std::string_view(flags.user).substr(colon + 1));
  options.user = flags.user.substr(0, colon);
  return options;
}

}  // namespace holdfast::cli

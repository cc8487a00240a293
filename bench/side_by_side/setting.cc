#include "side_by_side/setting.h"

#include "os/file_system.h"

namespace holdfast::bench {
namespace {

Status write_text(const std::string& path, const std::string& text) {
  return os::write_file_atomically(os::real_file_system(), path, as_bytes(text));
}

Status write_s3cmd_config(const Setting& setting) {
  const std::string host = setting.s3.endpoint.substr(setting.s3.endpoint.find("://") + 3);
  return write_text(
      setting.s3cmd_config,
      fmt::format("[default]\naccess_key = {}\nsecret_key = {}\nhost_base = {}\nhost_bucket = {}\nuse_https = False\n"
                  "signature_v2 = False\n",
                  setting.s3.access_key, setting.s3.secret_key, host, host));
}

Status make_age_key(Setting& setting) {
  const auto made = test::run_program({"age-keygen", "-o", setting.age_identity});
  if (made.exit_code != 0) return fail(Code::unavailable, "age-keygen failed: {}", made.err);
  const auto shown = test::run_program({"age-keygen", "-y", setting.age_identity});
  setting.age_recipient = shown.out.substr(0, shown.out.find('\n'));
  return {};
}

Status fill(const Setting& setting) {
  const Command command{.arguments = {setting.options.etcd_fill, "--endpoint", setting.endpoint, "--objects",
                                      std::to_string(setting.options.objects)},
                        .environment = {},
                        .input_file = {},
                        .stdout_file = {}};
  HF_ASSIGN(const Cost cost, measure(command, setting.path("fill.txt")));
  fmt::print(stderr, "filled etcd with {} objects in {:.0f} s\n", setting.options.objects, cost.wall);
  return {};
}

}  // namespace

std::string Setting::path(const std::string& name) const {
  return os::join_path(options.work_directory, name);
}

Command Setting::holdfast(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {options.holdfast, "snapshot"});
  return {.arguments = std::move(arguments), .environment = s3_environment, .input_file = {}, .stdout_file = {}};
}

Command Setting::s3cmd(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"s3cmd", "--config", s3cmd_config, "--no-progress"});
  return {.arguments = std::move(arguments), .environment = {}, .input_file = {}, .stdout_file = {}};
}

Result<Setting> make_setting(const SettingOptions& options) {
  Setting setting;
  setting.options = options;
  const auto s3 = test::rgw_server();
  if (!s3) return fail(Code::unavailable, "no S3 server runs; start this through scripts/bench");
  setting.s3 = *s3;
  setting.s3cmd_config = setting.path("s3cmd.conf");
  setting.age_identity = setting.path("identity.txt");
  setting.s3_environment = {"AWS_ACCESS_KEY_ID=" + s3->access_key, "AWS_SECRET_ACCESS_KEY=" + s3->secret_key,
                            "AWS_ENDPOINT_URL=" + s3->endpoint, "AWS_REGION=us-east-1", "HOLDFAST_S3_ALLOW_HTTP=true"};
  HF_TRY(write_s3cmd_config(setting));
  HF_TRY(make_age_key(setting));
  test::EtcdOptions etcd;
  etcd.extra_flags = {"--quota-backend-bytes=17179869184", "--snapshot-count=10000"};
  HF_ASSIGN(setting.etcd, test::make_etcd_cluster(etcd));
  setting.endpoint = setting.etcd->endpoints().front();
  HF_TRY(fill(setting));
  return setting;
}

}  // namespace holdfast::bench

#include "launcher/supervise/extra_flags.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace holdfast::launcher {
namespace {

// Said by settings, whether or not they are set.
constexpr std::array kDerived{
    std::string_view("name"),
    std::string_view("data-dir"),
    std::string_view("listen-peer-urls"),
    std::string_view("listen-client-urls"),
    std::string_view("listen-metrics-urls"),
    std::string_view("initial-advertise-peer-urls"),
    std::string_view("advertise-client-urls"),
    std::string_view("initial-cluster"),
    std::string_view("initial-cluster-state"),
    std::string_view("initial-cluster-token"),
    std::string_view("cert-file"),
    std::string_view("key-file"),
    std::string_view("trusted-ca-file"),
    std::string_view("client-cert-auth"),
    std::string_view("peer-cert-file"),
    std::string_view("peer-key-file"),
    std::string_view("peer-trusted-ca-file"),
    std::string_view("peer-client-cert-auth"),
    std::string_view("quota-backend-bytes"),
    std::string_view("log-level"),
    std::string_view("logger"),
    std::string_view("log-outputs"),
};

struct Forbidden {
  std::string_view name;
  std::string_view reason;
};

constexpr std::string_view kOtherCluster = "the members of a cluster are those of its settings";
constexpr std::string_view kOwnCertificates = "certificates made up at each start prove nothing; give files";
constexpr std::string_view kOwnLog = "the launcher keeps the log";
constexpr std::string_view kNoServer = "with it no member runs";

constexpr std::array kForbidden{
    Forbidden{"config-file", "with it etcd ignores every other flag"},
    Forbidden{"wal-dir", "a restore exchanges the data directory with everything in it"},
    Forbidden{"force-new-cluster", "it forgets the other members for good; restore a backup instead"},
    Forbidden{"discovery", kOtherCluster},
    Forbidden{"discovery-srv", kOtherCluster},
    Forbidden{"discovery-endpoints", kOtherCluster},
    Forbidden{"discovery-token", kOtherCluster},
    Forbidden{"discovery-password", "a password on a command line can be read by everybody on the machine"},
    Forbidden{"discovery-user", "a password on a command line can be read by everybody on the machine"},
    Forbidden{"auto-tls", kOwnCertificates},
    Forbidden{"peer-auto-tls", kOwnCertificates},
    Forbidden{"enable-log-rotation", kOwnLog},
    Forbidden{"log-rotation-config-json", kOwnLog},
    Forbidden{"log-output", kOwnLog},
    Forbidden{"proxy", kNoServer},
    Forbidden{"version", kNoServer},
    Forbidden{"help", kNoServer},
    Forbidden{"h", kNoServer},
};

// "--quota=1" and "-quota" -> "quota": Go's flags may have one dash or two.
std::string_view name_of(std::string_view flag) {
  flag.remove_prefix(flag.starts_with("--") ? 2 : 1);
  return flag.substr(0, flag.find('='));
}

bool is_name(std::string_view text) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !text.empty() && text.front() != '-' && text.find_first_not_of(kLetters) == std::string_view::npos;
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 127; });
}

Status check(std::string_view flag, std::set<std::string_view>& seen) {
  if (!flag.starts_with('-') || !is_name(name_of(flag)) || has_control_characters(flag)) {
    return with_hint(fail(Code::usage, "extra flag \"{}\" is no flag of etcd", flag.substr(0, flag.find('='))),
                     "write --flag=value in one word");
  }
  const std::string_view name = name_of(flag);
  if (std::find(kDerived.begin(), kDerived.end(), name) != kDerived.end())
    return fail(Code::usage, "extra flag --{} is said by a setting of its own", name);
  const auto* forbidden =
      std::find_if(kForbidden.begin(), kForbidden.end(), [&](const Forbidden& each) { return each.name == name; });
  if (forbidden != kForbidden.end())
    return fail(Code::usage, "extra flag --{} cannot be given: {}", name, forbidden->reason);
  if (!seen.insert(name).second) return fail(Code::usage, "extra flag --{} is given twice", name);
  return {};
}

}  // namespace

Result<std::vector<std::string>> checked_extra_flags(const std::vector<std::string>& flags) {
  std::vector<std::string> checked;
  std::set<std::string_view> seen;
  for (const std::string& flag : flags) {
    HF_TRY(check(flag, seen));
    checked.push_back(flag.starts_with("--") ? flag : "-" + flag);
  }
  return checked;
}

}  // namespace holdfast::launcher

// A third-party header appears only in the library that wraps it, and never in a header that other libraries see.
#include <algorithm>
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "lint/source_tree.h"

namespace holdfast::lint {
namespace {

struct Rule {
  std::string_view prefix;          // of the header's name
  std::set<std::string> libraries;  // that may include it
  bool in_public_headers;           // may other libraries get to see it through ours?
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all{
      {"fmt/",
       {"base", "os", "model", "http", "objectstore", "etcd", "store", "snapshot", "pipeline", "repository", "api",
        "registry", "control", "work", "server", "client", "launcher", "cli"},
       true},
      {"tl/expected.hpp", {"base"}, true},
      {"boost/json/", {"model"}, true},
      {"boost/json.hpp", {"model"}, true},
      {"boost/asio/", {"http"}, false},
      {"boost/beast/", {"http"}, false},
      {"openssl/", {"base", "os", "http", "etcd", "snapshot", "pipeline"}, false},
      {"nghttp2/", {"etcd"}, false},
      {"curl/", {"http"}, false},
      {"date/", {"control"}, false},
      {"prometheus/", {"metrics"}, false},
      {"pugixml.hpp", {"objectstore"}, false},
      {"sqlite3.h", {"store"}, false},
      {"grpc/", {"etcd"}, false},
      {"grpcpp/", {"etcd"}, false},
      {"google/protobuf/", {"etcd"}, false},
      {"zstd.h", {"pipeline"}, false},
      {"zstd_errors.h", {"pipeline"}, false},
      {"isa-l/", {"pipeline"}, false},
      {"zlib.h", {"http", "pipeline"}, false},
      {"yaml-cpp/", {"api", "cli"}, false},
      {"sodium.h", {"registry"}, false},
      {"CLI/", {"cli"}, false},
  };
  return all;
}

// The operating system's own interface is wrapped by os/. Beside it some libraries need a part of their own.
struct SystemRule {
  std::string_view library;
  std::set<std::string> headers;
  const char* reason;
};

const std::vector<SystemRule>& system_rules() {
  static const std::vector<SystemRule> all{
      {"http", {"linux/sockios.h", "sys/ioctl.h"}, "how much of an upload the peer has acknowledged"},
      {"http", {"netinet/tcp.h", "sys/socket.h", "sys/uio.h"}, "the sockets of the server's connections"},
      {"etcd",
       {"netdb.h", "netinet/in.h", "netinet/tcp.h", "poll.h", "sys/eventfd.h", "sys/socket.h", "sys/un.h", "unistd.h"},
       "the sockets of the snapshot stream"},
      {"cli", {"fcntl.h", "poll.h", "termios.h", "unistd.h"}, "the terminal: passwords, interrupts"},
  };
  return all;
}

bool may_use_system(const std::string& library, const std::string& header) {
  return library == "os" || std::any_of(system_rules().begin(), system_rules().end(), [&](const SystemRule& rule) {
           return rule.library == library && rule.headers.count(header) != 0;
         });
}

bool is_standard(const std::string& header) {
  return header.find_first_of("./") == std::string::npos || header == "strings.h";
}

bool is_processor_header(const std::string& header) {
  return header.ends_with("intrin.h");
}

bool is_system_interface(const std::string& header) {
  static const std::set<std::string> plain{"unistd.h", "fcntl.h", "dirent.h",  "errno.h",   "signal.h",
                                           "poll.h",   "spawn.h", "termios.h", "pthread.h", "dlfcn.h",
                                           "netdb.h",  "time.h",  "stdlib.h",  "ifaddrs.h"};
  return plain.count(header) != 0 || header.starts_with("sys/") || header.starts_with("linux/") ||
         header.starts_with("netinet/") || header.starts_with("arpa/");
}

std::string complaint(const SourceFile& file, const std::string& header) {
  const std::string library = library_of(file);
  if (is_standard(header)) return "";
  if (is_processor_header(header)) return library == "base" ? "" : "processor instructions belong into base/";
  if (is_system_interface(header)) {
    return may_use_system(library, header) ? "" : "the operating system's interface belongs behind os/";
  }
  const auto rule =
      std::find_if(rules().begin(), rules().end(), [&](const Rule& each) { return header.starts_with(each.prefix); });
  if (rule == rules().end()) return "no rule knows this third-party header; add it to tests/lint/third_party_test.cc";
  if (rule->libraries.count(library) == 0) return "another library wraps this one";
  return "";
}

// Is this header third-party and not to be shown to other libraries?
bool is_hidden(const Include& include) {
  if (include.header.ends_with(".pb.h")) return true;
  return include.angled && std::any_of(rules().begin(), rules().end(), [&](const Rule& rule) {
           return !rule.in_public_headers && include.header.starts_with(rule.prefix);
         });
}

// Our headers (as they are included: "http/transport.h") that show a hidden one, themselves or through another.
std::set<std::string> private_headers(const std::vector<SourceFile>& files) {
  std::set<std::string> found;
  for (std::size_t before = found.size() + 1; before != found.size();) {
    before = found.size();
    for (const SourceFile& file : files) {
      if (!file.is_below("src") || !file.is_header()) continue;
      const bool shows = std::any_of(file.includes.begin(), file.includes.end(), [&](const Include& include) {
        return is_hidden(include) || found.count(include.header) != 0;
      });
      if (shows) found.insert(file.path.substr(std::string_view("src/").size()));
    }
  }
  return found;
}

TEST(ThirdParty, HeadersStayInTheLibraryThatWrapsThem) {
  std::size_t seen = 0;
  for (const SourceFile& file : source_files()) {
    if (!file.is_below("src")) continue;
    for (const Include& include : file.includes) {
      if (!include.angled) continue;
      ++seen;
      const std::string wrong = complaint(file, include.header);
      EXPECT_EQ(wrong, "") << file.path << ":" << include.line << " includes <" << include.header << ">: " << wrong;
    }
  }
  EXPECT_GT(seen, 0U);
}

TEST(ThirdParty, HeadersThatShowOneStayInsideTheirLibrary) {
  const std::set<std::string> hidden = private_headers(source_files());
  for (const SourceFile& file : source_files()) {
    if (!file.is_below("src") && !file.is_below("apps")) continue;
    for (const Include& include : file.includes) {
      const bool own = include.header.starts_with(library_of(file) + "/");
      EXPECT_FALSE(!own && hidden.count(include.header) != 0)
          << file.path << ":" << include.line << " includes " << include.header << ", which shows a third-party header";
    }
  }
}

TEST(ThirdParty, AHeaderThatShowsOneThroughAnotherIsPrivateToo) {
  const std::vector<SourceFile> files{
      {.path = "src/http/b.h", .includes = {{.line = 1, .header = "http/a.h"}}},
      {.path = "src/http/a.h", .includes = {{.line = 1, .header = "curl/curl.h", .angled = true}}},
      {.path = "src/http/c.h", .includes = {{.line = 1, .header = "string", .angled = true}}}};
  EXPECT_EQ(private_headers(files), (std::set<std::string>{"http/a.h", "http/b.h"}));
}

TEST(ThirdParty, GeneratedProtobufCodeStaysInTheSourcesOfEtcd) {
  for (const SourceFile& file : source_files()) {
    if (!file.is_below("src")) continue;
    for (const Include& include : file.includes) {
      if (!include.header.ends_with(".pb.h")) continue;
      EXPECT_EQ(library_of(file), "etcd") << file.path << ":" << include.line;
    }
  }
}

TEST(ThirdParty, AStrangerIsNoticed) {
  const SourceFile source{.path = "src/snapshot/x.cc"};
  EXPECT_NE(complaint(source, "curl/curl.h"), "");
  EXPECT_NE(complaint(source, "sqlite3.h"), "");
  EXPECT_NE(complaint(source, "unistd.h"), "");
}

}  // namespace
}  // namespace holdfast::lint

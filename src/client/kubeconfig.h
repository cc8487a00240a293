// kubeconfig files: clusters, users, and contexts that join one of each, as `kubectl` has them.
// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/connection.h"

#include "base/result.h"
#include "base/secret.h"
#include "os/file_system.h"

namespace holdfast::client {

// Paths in it are complete already: relative ones mean the directory of the kubeconfig.
struct KubeCluster {
  std::string server;
  std::string authority_file;
  std::string authority_pem;  // wins
  std::string tls_server_name;
  std::string proxy;
  bool insecure_skip_verify = false;
};

struct KubeUser {
  std::string certificate_file;
  std::string certificate_pem;  // wins
  std::string key_file;
  Secret key_pem;  // wins
  Secret token;
  std::string token_file;  // wins
  std::string act_as;
  std::vector<std::string> act_as_groups;
  std::string unusable;  // why this program cannot be this user; empty: it can
};

struct KubeContext {
  std::string cluster;
  std::string user;
  std::string name_space;  // empty: "default"
};

// Plain value.
struct Kubeconfig {
  std::map<std::string, KubeCluster> clusters;
  std::map<std::string, KubeUser> users;
  std::map<std::string, KubeContext> contexts;
  std::string current_context;

  // What is there already stays as it is.
  void merge(Kubeconfig other);
};

// YAML or JSON, at most 1 MiB. `path` for messages, and for relative paths in it. Code::usage says what cannot be read;
// no error repeats what stands in the file, but names of clusters, users and contexts.
Result<Kubeconfig> parse_kubeconfig(std::string_view text, const std::string& path);

// What goes before the kubeconfig.
struct ConnectionChoice {
  std::string context;         // empty: the current one
  std::string server;          // empty: that of the context
  std::string authority_file;  // empty: as the context has it
  std::string token_file;      // empty: as the context has it
  std::string name_space;      // empty: as the context has it
};

// Reads the files that are named. Without a context, `server` alone is enough. Code::usage: no such context, cluster or
// user, no server, a user that this program cannot be (exec plugins, user names with passwords), a plain http:// server
// that is not this machine while there is a token to send.
Result<Connection> resolve(const Kubeconfig& kubeconfig, const ConnectionChoice& choice, os::FileSystem& files);

}  // namespace holdfast::client

// What Kubernetes keeps under a key: which kind of object, in which namespace, of which name. Source: the registries of
// kube-apiserver ("/registry" unless --etcd-prefix says otherwise; K3s, RKE and kubeadm leave it so) and of OpenShift
// ("/kubernetes.io" and "/openshift.io").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::snapshot {

struct ObjectName {
  std::string_view directory;        // of all objects of its kind: "/registry/pods/"
  std::string_view root;             // "/registry/"
  std::string_view name_space = {};  // empty: of the whole cluster
  std::string_view name;
};

// The roots that are known without being told, each with '/' at its end.
const std::vector<std::string>& usual_roots();

// "/registry", "registry/": all the same root "/registry/".
std::string as_root(std::string_view text);

// Empty when the key is below none of the roots, or is no object ("/registry/health", "/registry/pods/"). Views point
// into `key`.
std::optional<ObjectName> parse_object_name(std::string_view key, const std::vector<std::string>& roots);

// The kind as kubectl takes it, for a directory: "pods", "deployments.apps", "certificates.cert-manager.io". A group
// that the key does not tell is known for the kinds that come with Kubernetes and OpenShift.
std::string resource_of(std::string_view directory, std::string_view root);

}  // namespace holdfast::snapshot

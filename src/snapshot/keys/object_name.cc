#include "snapshot/keys/object_name.h"

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast::snapshot {
namespace {

constexpr std::string_view kOpenShift = "/openshift.io/";

// Removes the first segment and its '/', and returns it; everything when there is no '/'.
std::string_view take_segment(std::string_view& path) {
  const auto slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  return segment;
}

// Names of two segments that do not begin with a group: services/specs, services/endpoints, oauth/clients.
bool has_two_segments(std::string_view first, std::string_view root) {
  if (first.find('.') != std::string_view::npos || first == "services") return true;
  return root == kOpenShift && (first == "oauth" || first == "cloudcredential");
}

struct Named {
  std::string_view stored;  // behind the root, without the last '/'
  std::string_view resource;
};

// Sorted. Kinds whose stored name is the kubectl name, in the core group, are not here.
constexpr std::array kKubernetes = {
    Named{"certificatesigningrequests", "certificatesigningrequests.certificates.k8s.io"},
    Named{"clusterrolebindings", "clusterrolebindings.rbac.authorization.k8s.io"},
    Named{"clusterroles", "clusterroles.rbac.authorization.k8s.io"},
    Named{"clustertrustbundles", "clustertrustbundles.certificates.k8s.io"},
    Named{"controllerrevisions", "controllerrevisions.apps"},
    Named{"controllers", "replicationcontrollers"},
    Named{"cronjobs", "cronjobs.batch"},
    Named{"csidrivers", "csidrivers.storage.k8s.io"},
    Named{"csinodes", "csinodes.storage.k8s.io"},
    Named{"csistoragecapacities", "csistoragecapacities.storage.k8s.io"},
    Named{"daemonsets", "daemonsets.apps"},
    Named{"deployments", "deployments.apps"},
    Named{"deviceclasses", "deviceclasses.resource.k8s.io"},
    Named{"endpointslices", "endpointslices.discovery.k8s.io"},
    Named{"flowschemas", "flowschemas.flowcontrol.apiserver.k8s.io"},
    Named{"horizontalpodautoscalers", "horizontalpodautoscalers.autoscaling"},
    Named{"ingress", "ingresses.networking.k8s.io"},
    Named{"ingressclasses", "ingressclasses.networking.k8s.io"},
    Named{"ipaddresses", "ipaddresses.networking.k8s.io"},
    Named{"jobs", "jobs.batch"},
    Named{"leases", "leases.coordination.k8s.io"},
    Named{"minions", "nodes"},
    Named{"mutatingwebhookconfigurations", "mutatingwebhookconfigurations.admissionregistration.k8s.io"},
    Named{"networkpolicies", "networkpolicies.networking.k8s.io"},
    Named{"poddisruptionbudgets", "poddisruptionbudgets.policy"},
    Named{"podsecuritypolicy", "podsecuritypolicies.policy"},
    Named{"priorityclasses", "priorityclasses.scheduling.k8s.io"},
    Named{"prioritylevelconfigurations", "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io"},
    Named{"replicasets", "replicasets.apps"},
    Named{"resourceclaims", "resourceclaims.resource.k8s.io"},
    Named{"resourceclaimtemplates", "resourceclaimtemplates.resource.k8s.io"},
    Named{"resourceslices", "resourceslices.resource.k8s.io"},
    Named{"rolebindings", "rolebindings.rbac.authorization.k8s.io"},
    Named{"roles", "roles.rbac.authorization.k8s.io"},
    Named{"runtimeclasses", "runtimeclasses.node.k8s.io"},
    Named{"servicecidrs", "servicecidrs.networking.k8s.io"},
    Named{"services/endpoints", "endpoints"},
    Named{"services/specs", "services"},
    Named{"statefulsets", "statefulsets.apps"},
    Named{"storageclasses", "storageclasses.storage.k8s.io"},
    Named{"storageversions", "storageversions.internal.apiserver.k8s.io"},
    Named{"validatingadmissionpolicies", "validatingadmissionpolicies.admissionregistration.k8s.io"},
    Named{"validatingadmissionpolicybindings", "validatingadmissionpolicybindings.admissionregistration.k8s.io"},
    Named{"validatingwebhookconfigurations", "validatingwebhookconfigurations.admissionregistration.k8s.io"},
    Named{"volumeattachments", "volumeattachments.storage.k8s.io"},
    Named{"volumeattributesclasses", "volumeattributesclasses.storage.k8s.io"},
};
static_assert(std::ranges::is_sorted(kKubernetes, {}, &Named::stored));

constexpr std::array kOpenShiftKinds = {
    Named{"brokertemplateinstances", "brokertemplateinstances.template.openshift.io"},
    Named{"buildconfigs", "buildconfigs.build.openshift.io"},
    Named{"builds", "builds.build.openshift.io"},
    Named{"deploymentconfigs", "deploymentconfigs.apps.openshift.io"},
    Named{"groups", "groups.user.openshift.io"},
    Named{"images", "images.image.openshift.io"},
    Named{"imagestreams", "imagestreams.image.openshift.io"},
    Named{"oauth/accesstokens", "oauthaccesstokens.oauth.openshift.io"},
    Named{"oauth/authorizetokens", "oauthauthorizetokens.oauth.openshift.io"},
    Named{"oauth/clientauthorizations", "oauthclientauthorizations.oauth.openshift.io"},
    Named{"oauth/clients", "oauthclients.oauth.openshift.io"},
    Named{"rangeallocations", "rangeallocations.security.openshift.io"},
    Named{"routes", "routes.route.openshift.io"},
    Named{"templateinstances", "templateinstances.template.openshift.io"},
    Named{"templates", "templates.template.openshift.io"},
    Named{"useridentities", "identities.user.openshift.io"},
    Named{"users", "users.user.openshift.io"},
};
static_assert(std::ranges::is_sorted(kOpenShiftKinds, {}, &Named::stored));

template <std::size_t N>
std::string_view known_as(const std::array<Named, N>& table, std::string_view stored) {
  const auto found = std::ranges::lower_bound(table, stored, {}, &Named::stored);
  return found != table.end() && found->stored == stored ? found->resource : std::string_view();
}

}  // namespace

const std::vector<std::string>& usual_roots() {
  static const std::vector<std::string> kRoots{"/registry/", "/kubernetes.io/", std::string(kOpenShift)};
  return kRoots;
}

std::string as_root(std::string_view text) {
  while (!text.empty() && text.front() == '/')
    text.remove_prefix(1);
  while (!text.empty() && text.back() == '/')
    text.remove_suffix(1);
  return text.empty() ? "/" : "/" + std::string(text) + "/";
}

std::optional<ObjectName> parse_object_name(std::string_view key, const std::vector<std::string>& roots) {
  for (const std::string& root : roots) {
    if (!key.starts_with(root)) continue;
    std::string_view rest = key.substr(root.size());
    const std::string_view first = take_segment(rest);
    if (first.empty() || (has_two_segments(first, root) && take_segment(rest).empty())) continue;
    ObjectName object{
        .directory = key.substr(0, key.size() - rest.size()), .root = key.substr(0, root.size()), .name = rest};
    if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
      object.name_space = rest.substr(0, slash);
      object.name = rest.substr(slash + 1);
    }
    if (object.name.empty()) continue;
    return object;
  }
  return std::nullopt;
}

std::string resource_of(std::string_view directory, std::string_view root) {
  std::string_view stored = directory.substr(root.size());
  if (stored.ends_with('/')) stored.remove_suffix(1);
  const std::string_view known = root == kOpenShift ? known_as(kOpenShiftKinds, stored) : known_as(kKubernetes, stored);
  if (!known.empty()) return std::string(known);
  const auto slash = stored.find('/');
  if (slash == std::string_view::npos) return std::string(stored);
  return std::string(stored.substr(slash + 1)) + "." + std::string(stored.substr(0, slash));
}

}  // namespace holdfast::snapshot

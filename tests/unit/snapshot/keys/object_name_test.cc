// What Kubernetes keeps under which key.
#include "snapshot/keys/object_name.h"

#include <gtest/gtest.h>

namespace holdfast::snapshot {
namespace {

struct Case {
  const char* key;
  const char* resource;
  const char* name_space;
  const char* name;
};

TEST(ObjectName, is_read_from_keys_as_kubernetes_writes_them) {
  for (const Case& one : {
           Case{"/registry/pods/default/nginx", "pods", "default", "nginx"},
           Case{"/registry/minions/worker-1", "nodes", "", "worker-1"},
           Case{"/registry/namespaces/kube-system", "namespaces", "", "kube-system"},
           Case{"/registry/deployments/shop/cart", "deployments.apps", "shop", "cart"},
           Case{"/registry/services/specs/shop/cart", "services", "shop", "cart"},
           Case{"/registry/services/endpoints/shop/cart", "endpoints", "shop", "cart"},
           Case{"/registry/ranges/serviceips", "ranges", "", "serviceips"},
           Case{"/registry/ingress/shop/web", "ingresses.networking.k8s.io", "shop", "web"},
           Case{"/registry/leases/kube-node-lease/w1", "leases.coordination.k8s.io", "kube-node-lease", "w1"},
           Case{"/registry/apiregistration.k8s.io/apiservices/v1.apps", "apiservices.apiregistration.k8s.io", "",
                "v1.apps"},
           Case{"/registry/cert-manager.io/certificates/shop/tls", "certificates.cert-manager.io", "shop", "tls"},
           Case{"/registry/k3s.cattle.io/addons/kube-system/ccm", "addons.k3s.cattle.io", "kube-system", "ccm"},
           Case{"/registry/clusterroles/system:node", "clusterroles.rbac.authorization.k8s.io", "", "system:node"},
           Case{"/registry/pods/default/odd/name", "pods", "default", "odd/name"},
           Case{"/kubernetes.io/services/specs/shop/cart", "services", "shop", "cart"},
           Case{"/kubernetes.io/config.openshift.io/clusterversions/version", "clusterversions.config.openshift.io", "",
                "version"},
           Case{"/openshift.io/routes/shop/web", "routes.route.openshift.io", "shop", "web"},
           Case{"/openshift.io/oauth/clients/console", "oauthclients.oauth.openshift.io", "", "console"},
       }) {
    const auto object = parse_object_name(one.key, usual_roots());
    ASSERT_TRUE(object) << one.key;
    EXPECT_EQ(resource_of(object->directory, object->root), one.resource) << one.key;
    EXPECT_EQ(object->name_space, one.name_space) << one.key;
    EXPECT_EQ(object->name, one.name) << one.key;
  }
}

TEST(ObjectName, is_not_read_from_other_keys) {
  for (const char* key :
       {"", "/", "/registry", "/registry/", "/registry/health", "/registry/services/specs", "/registry/pods/",
        "/registryx/pods/a/b", "/bootstrap/1234", "compact_rev_key", "/registry//a", "/registry/pods/",
        "/registry/pods/ns/", "/registry/pods//", "/registry/a.b//c"}) {
    EXPECT_FALSE(parse_object_name(key, usual_roots())) << key;
  }
}

TEST(ObjectName, root_is_what_the_api_server_was_told) {
  EXPECT_EQ(as_root("registry"), "/registry/");
  EXPECT_EQ(as_root("/tenants/a//"), "/tenants/a/");
  const auto object = parse_object_name("/tenants/a/pods/default/nginx", {as_root("tenants/a")});
  ASSERT_TRUE(object);
  EXPECT_EQ(object->directory, "/tenants/a/pods/");
  EXPECT_EQ(resource_of(object->directory, object->root), "pods");
}

}  // namespace
}  // namespace holdfast::snapshot

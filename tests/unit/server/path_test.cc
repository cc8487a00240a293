#include "server/path.h"

#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

const api::Kinds& kinds() {
  static const api::Kinds all = api::Kinds::load().value();
  return all;
}

struct Case {
  std::string_view path;
  Endpoint endpoint;
  std::string_view plural;
  std::string_view name_space;
  std::string_view name;
  std::string_view subresource;
};

class ObjectPath : public testing::TestWithParam<Case> {};

TEST_P(ObjectPath, IsTakenApart) {
  const Case& wanted = GetParam();

  const Place place = read_path(kinds(), wanted.path);

  EXPECT_EQ(place.endpoint, wanted.endpoint) << wanted.path;
  EXPECT_EQ(place.kind == nullptr ? "" : place.kind->plural, wanted.plural) << wanted.path;
  EXPECT_EQ(place.name_space, wanted.name_space) << wanted.path;
  EXPECT_EQ(place.name, wanted.name) << wanted.path;
  EXPECT_EQ(place.subresource, wanted.subresource) << wanted.path;
}

INSTANTIATE_TEST_SUITE_P(
    All, ObjectPath,
    testing::Values(
        Case{"/api/v1/secrets", Endpoint::resource, "secrets", "", "", ""},
        Case{"/api/v1/namespaces", Endpoint::resource, "namespaces", "", "", ""},
        Case{"/api/v1/namespaces/", Endpoint::resource, "namespaces", "", "", ""},
        Case{"/api/v1/namespaces/x", Endpoint::resource, "namespaces", "", "x", ""},
        Case{"/api/v1/namespaces/x/status", Endpoint::resource, "namespaces", "", "x", "status"},
        Case{"/api/v1/namespaces/x/secrets", Endpoint::resource, "secrets", "x", "", ""},
        Case{"/api/v1/namespaces/x/secrets/s", Endpoint::resource, "secrets", "x", "s", ""},
        Case{"/apis/kubermatic.k8c.io/v1/clusters", Endpoint::resource, "clusters", "", "", ""},
        Case{"/apis/kubermatic.k8c.io/v1/clusters/c", Endpoint::resource, "clusters", "", "c", ""},
        Case{"/apis/kubermatic.k8c.io/v1/clusters/c/status", Endpoint::resource, "clusters", "", "c", "status"},
        Case{"/apis/kubermatic.k8c.io/v1/etcdbackupconfigs", Endpoint::resource, "etcdbackupconfigs", "", "", ""},
        Case{"/apis/kubermatic.k8c.io/v1/namespaces/n/etcdbackupconfigs/e/status", Endpoint::resource,
             "etcdbackupconfigs", "n", "e", "status"}));

INSTANTIATE_TEST_SUITE_P(
    None, ObjectPath,
    testing::Values(Case{"/nope", Endpoint::unknown, "", "", "", ""},
                    Case{"/api//v1", Endpoint::unknown, "", "", "", ""},
                    Case{"/api/v1/nopes", Endpoint::unknown, "", "", "", ""},
                    Case{"/api/v1/secrets/s", Endpoint::unknown, "", "", "", ""},  // in which namespace?
                    Case{"/api/v1/namespaces/x/namespaces", Endpoint::unknown, "", "", "", ""},
                    Case{"/api/v1/namespaces/x/secrets/s/status", Endpoint::unknown, "", "", "", ""},  // has no status
                    Case{"/api/v1/namespaces/x/finalize", Endpoint::unknown, "", "", "", ""},
                    Case{"/apis/kubermatic.k8c.io/v1/namespaces/n/clusters", Endpoint::unknown, "", "", "", ""},
                    Case{"/apis/kubermatic.k8c.io/v1/clusters/c/status/x", Endpoint::unknown, "", "", "", ""},
                    Case{"/apis/kubermatic.k8c.io/v2/clusters", Endpoint::unknown, "", "", "", ""},
                    Case{"/a/a/a/a/a/a/a/a/a/a/a/a", Endpoint::unknown, "", "", "", ""}));

TEST(Path, KnowsWhatIsNoObject) {
  EXPECT_EQ(read_path(kinds(), "/").endpoint, Endpoint::root);
  EXPECT_EQ(read_path(kinds(), "/readyz").word, "readyz");
  EXPECT_EQ(read_path(kinds(), "/version/").endpoint, Endpoint::version);
  EXPECT_EQ(read_path(kinds(), "/api").endpoint, Endpoint::core_versions);
  EXPECT_EQ(read_path(kinds(), "/apis").endpoint, Endpoint::groups);
  EXPECT_EQ(read_path(kinds(), "/apis/holdfast.dev").word, "holdfast.dev");
  EXPECT_EQ(read_path(kinds(), "/apis/holdfast.dev/v1").group_version.to_string(), "holdfast.dev/v1");
  EXPECT_EQ(read_path(kinds(), "/api/v1").group_version.to_string(), "v1");
  EXPECT_EQ(read_path(kinds(), "/openapi/v2").endpoint, Endpoint::openapi_v2);
  EXPECT_EQ(read_path(kinds(), "/openapi/v3").endpoint, Endpoint::openapi_v3_index);
  EXPECT_EQ(read_path(kinds(), "/openapi/v3/apis/holdfast.dev/v1").word, "apis/holdfast.dev/v1");
}

}  // namespace
}  // namespace holdfast::server

// For builds that leave gRPC out: what only passes make_client on links.
#include "etcd/client.h"

namespace holdfast::etcd {

Result<std::unique_ptr<Client>> make_client(const ClientOptions&, os::FileSystem&, os::Clock&) {
  return fail(Code::unsupported, "this build of holdfast does not speak gRPC, so it cannot ask any etcd");
}

}  // namespace holdfast::etcd

// Where a kubelet keeps what a static pod prints.
#pragma once

#include <string>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::launcher {

// The newest log of a container: PODS/NAMESPACE_POD-NODE_UID/CONTAINER/N.log, as the kubelet lays them out (design of
// the container runtime interface's logging). `prefix` is "NAMESPACE_POD". Empty when there is none.
Result<std::string> newest_pod_log(os::FileSystem& files, const std::string& pods, const std::string& prefix,
                                   const std::string& container);

}  // namespace holdfast::launcher

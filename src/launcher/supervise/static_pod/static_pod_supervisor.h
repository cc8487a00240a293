// etcd as a static pod: a kubelet runs what is in its directory of manifests and ends what is not there any more. The
// manifest says how etcd runs; it is never written, only moved.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "launcher/supervise/supervisor.h"

#include "base/result.h"
#include "base/units.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace holdfast::launcher {

struct StaticPodOptions {
  std::string manifest;  // where it is when etcd is to run: "/etc/kubernetes/manifests/etcd.yaml"
  std::string aside;  // the directory for it when not; empty: "/etc/kubernetes/manifests.holdfast". Same file system,
                      // made when it is not there, and not in the directory of manifests.
  // Whether there is an etcd on the data directory: not whether it serves. Runs on any thread.
  std::function<Result<bool>()> running;
  std::string pod_logs = "/var/log/pods";
  std::string log_prefix = "kube-system_etcd";  // namespace and name of the pod, see pod_log.h
  std::string container = "etcd";
  // What a kubelet needs on top of a grace: it looks every 20 s, and its own grace is the pod's (30 s). Also until
  // there must be a process.
  Duration kubelet_limit = std::chrono::seconds(120);
};

// Both of the world outlive the result. Code::usage: the two places cannot be used like that. stop() cannot kill: that
// is the kubelet's, after the pod's own terminationGracePeriodSeconds.
Result<std::unique_ptr<Supervisor>> supervise_static_pod(const StaticPodOptions& options, os::FileSystem& files,
                                                         os::Clock& clock);

}  // namespace holdfast::launcher

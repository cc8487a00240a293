#include "etcd_fill/objects.h"

#include <fmt/format.h>

#include "etcd_fill/dice.h"

namespace holdfast::bench {
namespace {

constexpr std::array<std::string_view, 16> kApps = {"web",     "api",     "worker",  "ingress", "billing", "catalog",
                                                    "search",  "mailer",  "gateway", "cache",   "auth",    "reports",
                                                    "imports", "metrics", "login",   "uploads"};
constexpr std::array<std::string_view, 6> kReasons = {"Scheduled", "Pulled",  "Created",
                                                      "Started",   "Killing", "BackOff"};
constexpr std::array<std::string_view, 12> kWords = {"timeout",  "retries", "endpoint", "region",
                                                     "database", "enabled", "interval", "maximum",
                                                     "upstream", "feature", "logging",  "threads"};

struct Identity {
  std::string space;
  std::string name;
  std::string_view app;
};

Identity make_identity(Dice& dice, std::uint64_t index) {
  const std::string_view app = dice.pick(kApps);
  // The number keeps names apart; the rest looks like what a ReplicaSet makes up.
  return {fmt::format("team-{}", dice.below(200)),
          fmt::format("{}-{}-{}-{:x}", app, dice.hex(10), dice.suffix(5), index), app};
}

// Kubernetes records which client owns which field; this is a third of many real objects.
std::string managed_fields(Dice& dice, std::string_view manager) {
  return fmt::format(
      R"("managedFields":[{{"manager":"{}","operation":"Update","apiVersion":"v1","time":"{}","fieldsType":"FieldsV1",)"
      R"("fieldsV1":{{"f:metadata":{{"f:labels":{{".":{{}},"f:app":{{}},"f:pod-template-hash":{{}}}},"f:ownerReferences":)"
      R"({{".":{{}},"k:{{\"uid\":\"{}\"}}":{{}}}}}},"f:spec":{{"f:enableServiceLinks":{{}},"f:restartPolicy":{{}},)"
      R"("f:schedulerName":{{}},"f:terminationGracePeriodSeconds":{{}}}}}}}}])",
      manager, dice.timestamp(), dice.uuid());
}

std::string metadata(Dice& dice, const Identity& id, std::string_view manager) {
  return fmt::format(
      R"("metadata":{{"name":"{}","namespace":"{}","uid":"{}","creationTimestamp":"{}","generation":{},"labels":{{"app":"{}",)"
      R"("app.kubernetes.io/instance":"{}-{}","app.kubernetes.io/managed-by":"Helm","pod-template-hash":"{}"}},{}}})",
      id.name, id.space, dice.uuid(), dice.timestamp(), 1 + dice.below(9), id.app, id.app, id.space, dice.hex(10),
      managed_fields(dice, manager));
}

std::string container(Dice& dice, std::string_view app) {
  return fmt::format(
      R"({{"name":"{0}","image":"registry.example.com/{0}:v{1}.{2}.{3}","ports":[{{"containerPort":8080,"protocol":"TCP"}}],)"
      R"("env":[{{"name":"POD_IP","valueFrom":{{"fieldRef":{{"apiVersion":"v1","fieldPath":"status.podIP"}}}}}},)"
      R"({{"name":"SESSION_KEY","value":"{4}"}}],"resources":{{"limits":{{"cpu":"{5}m","memory":"{6}Mi"}},)"
      R"("requests":{{"cpu":"100m","memory":"128Mi"}}}},"volumeMounts":[{{"name":"kube-api-access-{7}","readOnly":true,)"
      R"("mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"}}],"livenessProbe":{{"httpGet":{{"path":"/healthz",)"
      R"("port":8080,"scheme":"HTTP"}},"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3}},)"
      R"("terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}})",
      app, dice.below(9), dice.below(30), dice.below(30), dice.hex(32), 100 + dice.below(900), 128 + dice.below(4000),
      dice.suffix(5));
}

std::string condition(Dice& dice, std::string_view type) {
  return fmt::format(R"({{"type":"{}","status":"True","lastProbeTime":null,"lastTransitionTime":"{}"}})", type,
                     dice.timestamp());
}

std::string pod(Dice& dice, const Identity& id) {
  const std::string address = dice.address();
  return fmt::format(
      R"({{"kind":"Pod","apiVersion":"v1",{},"spec":{{"containers":[{}],"restartPolicy":"Always","dnsPolicy":"ClusterFirst",)"
      R"("serviceAccountName":"{}","nodeName":"node-{}","schedulerName":"default-scheduler","priority":0}},"status":{{)"
      R"("phase":"Running","conditions":[{},{},{},{}],"hostIP":"{}","podIP":"{}","podIPs":[{{"ip":"{}"}}],"startTime":"{}",)"
      R"("containerStatuses":[{{"name":"{}","state":{{"running":{{"startedAt":"{}"}}}},"ready":true,"restartCount":{},)"
      R"("imageID":"registry.example.com/{}@sha256:{}","containerID":"containerd://{}"}}],"qosClass":"Burstable"}}}})",
      metadata(dice, id, "kube-controller-manager"), container(dice, id.app), id.app, dice.below(500),
      condition(dice, "Initialized"), condition(dice, "Ready"), condition(dice, "ContainersReady"),
      condition(dice, "PodScheduled"), dice.address(), address, address, dice.timestamp(), id.app, dice.timestamp(),
      dice.below(5), id.app, dice.hex(64), dice.hex(64));
}

std::string config_map(Dice& dice, const Identity& id) {
  std::string lines;
  const std::uint64_t count = 10 + dice.below(60);
  for (std::uint64_t i = 0; i < count; ++i) {
    lines += fmt::format(R"({}.{}.{} = {}\n)", id.app, dice.pick(kWords), dice.pick(kWords), dice.below(100'000));
  }
  return fmt::format(R"({{"kind":"ConfigMap","apiVersion":"v1",{},"data":{{"{}.properties":"{}"}}}})",
                     metadata(dice, id, "helm"), id.app, lines);
}

std::string secret(Dice& dice, const Identity& id) {
  return fmt::format(
      R"({{"kind":"Secret","apiVersion":"v1",{},"data":{{"tls.crt":"{}","tls.key":"{}","password":"{}"}},"type":"Opaque"}})",
      metadata(dice, id, "cert-manager"), dice.base64(500 + dice.below(700)), dice.base64(227), dice.base64(24));
}

std::string event(Dice& dice, const Identity& id) {
  const std::string_view reason = dice.pick(kReasons);
  return fmt::format(
      R"({{"kind":"Event","apiVersion":"v1",{},"involvedObject":{{"kind":"Pod","namespace":"{}","name":"{}","uid":"{}",)"
      R"("apiVersion":"v1","resourceVersion":"{}"}},"reason":"{}","message":"{}: container {} on node-{} with image )"
      R"(registry.example.com/{}@sha256:{}","source":{{"component":"kubelet","host":"node-{}"}},"firstTimestamp":"{}",)"
      R"("lastTimestamp":"{}","count":{},"type":"Normal"}})",
      metadata(dice, id, "kubelet"), id.space, id.name, dice.uuid(), dice.below(90'000'000), reason, reason, id.app,
      dice.below(500), id.app, dice.hex(64), dice.below(500), dice.timestamp(), dice.timestamp(), 1 + dice.below(20));
}

std::string lease(Dice& dice, const Identity& id) {
  return fmt::format(
      R"({{"kind":"Lease","apiVersion":"coordination.k8s.io/v1",{},"spec":{{"holderIdentity":"{}_{}","leaseDurationSeconds":15,)"
      R"("acquireTime":"{}","renewTime":"{}","leaseTransitions":{}}}}})",
      metadata(dice, id, "kube-scheduler"), id.name, dice.uuid(), dice.timestamp(), dice.timestamp(), dice.below(30));
}

}  // namespace

Object make_object(std::uint64_t seed, std::uint64_t index) {
  Dice dice(seed, index);
  const Identity id = make_identity(dice, index);
  const auto key = [&](std::string_view kind) { return fmt::format("/registry/{}/{}/{}", kind, id.space, id.name); };
  const std::uint64_t kind = dice.below(100);
  if (kind < 55) return {key("pods"), pod(dice, id)};
  if (kind < 70) return {key("configmaps"), config_map(dice, id)};
  if (kind < 85) return {key("secrets"), secret(dice, id)};
  if (kind < 95) return {key("events"), event(dice, id)};
  return {key("leases"), lease(dice, id)};
}

}  // namespace holdfast::bench

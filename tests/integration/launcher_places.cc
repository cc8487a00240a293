#include "integration/launcher_places.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "launcher/supervise/child/child_supervisor.h"
#include "launcher/supervise/static_pod/static_pod_supervisor.h"
#include "launcher/supervise/systemd/systemd_supervisor.h"

#include "model/json.h"
#include "support/child_process.h"

namespace holdfast::test {
namespace {

using launcher::Supervisor;

std::vector<std::string> stand_in(std::vector<std::string> words) {
  words.insert(words.begin(), {"python3", "-I", "-S", HOLDFAST_SOURCE_DIR "/tests/integration/launcher_stand_ins.py"});
  return words;
}

ChildProcess run_stand_in(std::vector<std::string> words) {
  auto process = ChildProcess::start({.arguments = stand_in(std::move(words))});
  EXPECT_TRUE(process) << process.error().to_string();
  return process ? std::move(*process) : ChildProcess();
}

json::Array words_of(const launcher::EtcdCommand& command) {
  json::Array words{json::Value(command.program)};
  words.insert(words.end(), command.arguments.begin(), command.arguments.end());
  return words;
}

void write_text(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

class ChildPlace final : public SupervisorPlace {
 public:
  explicit ChildPlace(const MemberForTest& member) : member_(member) {}

  Result<std::unique_ptr<Supervisor>> open() override {
    launcher::ChildOptions options;
    options.data_dir = member_.data_dir();
    options.in_use = [this] { return member_.db_is_held(); };
    return launcher::supervise_child(options,
                                     {os::real_file_system(), os::real_clock(), os::real_detached_processes()});
  }

 private:
  const MemberForTest& member_;
};

class SystemdPlace final : public SupervisorPlace {
 public:
  explicit SystemdPlace(const MemberForTest& member)
      : socket_(member.directory().file("systemd")), log_(member.directory().file("journal")) {
    json::Object environment;
    for (const auto& [name, value] : member.command().environment)
      environment.emplace(name, value);
    const std::string unit = member.directory().file("unit.json");
    write_text(unit, json::to_string(json::Object{{"argv", words_of(member.command())}, {"env", environment}}));
    manager_ = run_stand_in({"manager", socket_, "etcd.service", unit, log_});
    EXPECT_TRUE(eventually([this] { return std::filesystem::exists(socket_); }));
  }

  Result<std::unique_ptr<Supervisor>> open() override {
    launcher::SystemdOptions options{.unit = "etcd.service"};
    options.systemctl = stand_in({"systemctl", socket_});
    options.journalctl = stand_in({"journalctl", log_});
    return launcher::supervise_unit(options, os::real_processes(), os::real_clock());
  }

 private:
  const std::string socket_;
  const std::string log_;
  ChildProcess manager_;
};

class StaticPodPlace final : public SupervisorPlace {
 public:
  explicit StaticPodPlace(const MemberForTest& member) : member_(member) {
    for (const std::string& directory : {manifests_, aside_, pods_})
      std::filesystem::create_directory(directory);
    json::Array environment;
    for (const auto& [name, value] : member.command().environment)
      environment.push_back(json::Object{{"name", name}, {"value", value}});
    const json::Object container{{"name", "etcd"}, {"command", words_of(member.command())}, {"env", environment}};
    const json::Object pod{
        {"metadata", json::Object{{"name", "etcd"}, {"namespace", "kube-system"}}},
        {"spec", json::Object{{"terminationGracePeriodSeconds", 2}, {"containers", json::Array{container}}}}};
    write_text(aside_ + "/etcd.yaml", json::to_string(pod));
    kubelet_ = run_stand_in({"kubelet", manifests_, pods_});
  }

  Result<std::unique_ptr<Supervisor>> open() override {
    launcher::StaticPodOptions options{.manifest = manifests_ + "/etcd.yaml"};
    options.running = [this] { return member_.db_is_held(); };
    options.pod_logs = pods_;
    options.kubelet_limit = std::chrono::seconds(60);
    return launcher::supervise_static_pod(options, os::real_file_system(), os::real_clock());
  }

 private:
  const MemberForTest& member_;
  const std::string manifests_ = member_.directory().file("manifests");
  const std::string aside_ = manifests_ + ".holdfast";
  const std::string pods_ = member_.directory().file("pods");
  ChildProcess kubelet_;
};

}  // namespace

std::unique_ptr<SupervisorPlace> child_place(const MemberForTest& member) {
  return std::make_unique<ChildPlace>(member);
}

std::unique_ptr<SupervisorPlace> systemd_place(const MemberForTest& member) {
  return std::make_unique<SystemdPlace>(member);
}

std::unique_ptr<SupervisorPlace> static_pod_place(const MemberForTest& member) {
  return std::make_unique<StaticPodPlace>(member);
}

}  // namespace holdfast::test

#include "work/container/sandbox.h"

#include <array>
#include <cstring>

namespace holdfast::work {
namespace {

constexpr const char* kBwrap = "bwrap";
// Most processes at once: a script that forks without end must not take the machine with it.
constexpr int kMostProcesses = 1024;
constexpr std::size_t kRoom = 64 * kKiB;  // for its arguments, so that they do not move in memory
constexpr int kBwrapFailed = 1;           // its exit code when it cannot set the sandbox up

// What programs need of the machine. Not more of /etc: it holds keys, and root could read them.
constexpr std::array kPrograms{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt"};
constexpr std::array kSettings{"/etc/alternatives", "/etc/ca-certificates", "/etc/gai.conf",    "/etc/group",
                               "/etc/host.conf",    "/etc/hosts",           "/etc/ld.so.cache", "/etc/ld.so.conf",
                               "/etc/ld.so.conf.d", "/etc/localtime",       "/etc/mime.types",  "/etc/nsswitch.conf",
                               "/etc/passwd",       "/etc/protocols",       "/etc/resolv.conf", "/etc/services",
                               "/etc/ssl/certs",    "/etc/ssl/openssl.cnf"};

// The arguments of bwrap, each ended by a zero byte, as its option --args reads them.
class Arguments {
 public:
  Arguments() { text_.reserve(kRoom); }
  ~Arguments() { ::explicit_bzero(text_.data(), text_.size()); }
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  Status add(std::initializer_list<std::string_view> words) {
    for (const std::string_view each : words) {
      if (each.find('\0') != std::string_view::npos)
        return fail(Code::usage, "a text of the container holds a zero byte");
      text_ += each;
      text_ += '\0';
    }
    return {};
  }
  Secret take() const { return Secret(text_); }

 private:
  std::string text_;
};

Status add_namespaces(Arguments& arguments) {
  // The user namespace is only tried: root has the right to make the others without it.
  HF_TRY(
      arguments.add({"--unshare-user-try", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"}));
  return arguments.add({"--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "sandbox"});
}

Status add_files(Arguments& arguments, const Sandbox& sandbox) {
  for (const char* each : kPrograms)
    HF_TRY(arguments.add({"--ro-bind-try", each, each}));
  HF_TRY(arguments.add({"--perms", "0755", "--dir", "/etc"}));
  for (const char* each : kSettings)
    HF_TRY(arguments.add({"--ro-bind-try", each, each}));
  // Read-only: whoever has root's id may write settings of the kernel there, without any capability.
  HF_TRY(arguments.add({"--proc", "/proc", "--remount-ro", "/proc"}));
  const std::string room = std::to_string(kSandboxTemporary);
  HF_TRY(arguments.add({"--dev", "/dev", "--size", room, "--perms", "1777", "--tmpfs", "/dev/shm"}));
  HF_TRY(arguments.add({"--remount-ro", "/dev", "--size", room, "--perms", "1777", "--tmpfs", "/tmp"}));
  for (const SandboxMount& each : sandbox.mounts)
    HF_TRY(arguments.add({each.writable ? "--bind" : "--ro-bind", each.from, each.at}));
  return arguments.add({"--remount-ro", "/", "--chdir", sandbox.directory});
}

Status add_variables(Arguments& arguments, const Sandbox& sandbox) {
  HF_TRY(arguments.add({"--clearenv"}));
  HF_TRY(arguments.add({"--setenv", "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}));
  HF_TRY(arguments.add({"--setenv", "HOME", "/tmp"}));
  for (const auto& [name, value] : sandbox.variables)
    HF_TRY(arguments.add({"--setenv", name, value.reveal()}));
  return {};
}

// The limits are set inside, by a program that every Debian has, so that bwrap is the first to be looked for.
std::vector<std::string> words_of(const Sandbox& sandbox) {
  std::vector<std::string> words{kBwrap,
                                 "--args",
                                 "3",
                                 "--",
                                 "/usr/bin/prlimit",
                                 "--core=0",
                                 fmt::format("--nproc={}", kMostProcesses),
                                 fmt::format("--data={}", kSandboxMemory),
                                 fmt::format("--fsize={}", sandbox.file_limit),
                                 "--"};
  words.insert(words.end(), sandbox.words.begin(), sandbox.words.end());
  return words;
}

bool any_in(std::string_view text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view each : parts) {
    if (text.find(each) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

Result<os::Program> sandboxed(const Sandbox& sandbox) {
  Arguments arguments;
  HF_TRY(add_namespaces(arguments));
  HF_TRY(add_files(arguments, sandbox));
  HF_TRY(add_variables(arguments, sandbox));
  os::Program program;
  program.words = words_of(sandbox);
  for (const std::string& each : program.words) {
    if (each.find('\0') != std::string::npos) return fail(Code::usage, "a word of the command holds a zero byte");
  }
  program.only_variables = true;
  program.more_input = arguments.take();
  program.time_limit = sandbox.time_limit;
  return program;
}

Status check_sandbox(int exit_code, std::string_view output) {
  if (exit_code != kBwrapFailed || !output.starts_with("bwrap: ")) return {};
  const std::string said(output.substr(0, output.find('\n')));
  const bool forbidden = any_in(said, {"new namespace", "No permissions", "uid map", "Operation not permitted"});
  if (!forbidden)
    return with_hint(fail(Code::unsupported, "the sandbox could not be set up: {}", said),
                     "see the container's workingDir and volumeMounts");
  return with_hint(
      fail(Code::refused, "this machine does not allow the sandbox: {}", said),
      "allow unprivileged user namespaces (sysctls user.max_user_namespaces, kernel.unprivileged_userns_clone and "
      "kernel.apparmor_restrict_unprivileged_userns); where the server itself runs in a container, its seccomp profile "
      "must allow unshare and mount");
}

Error explain_no_sandbox(Error error) {
  if (error.code != Code::not_found && error.code != Code::refused) return error;
  error.context.emplace_back("run an own container");
  error.hint = "own containers run in a sandbox made by bubblewrap: install the Debian package bubblewrap";
  return error;
}

}  // namespace holdfast::work

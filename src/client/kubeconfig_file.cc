#include "client/kubeconfig_file.h"

#include <optional>

#include <fmt/ranges.h>

#include "base/bytes.h"
#include "model/json.h"
#include "os/canonical_path.h"

namespace holdfast::client {
namespace {

constexpr std::size_t kMostBytes = kMiB;
constexpr std::string_view kField = "current-context:";

struct FoundFile {
  std::string path;
  std::string text;
  Kubeconfig config;
};

Result<std::vector<FoundFile>> find_files(const std::vector<std::string>& paths, os::FileSystem& files) {
  std::vector<FoundFile> found;
  for (const std::string& path : paths) {
    HF_ASSIGN(const auto info, files.stat(path));
    if (!info) continue;
    auto bytes = os::read_file(files, path, kMostBytes);
    if (!bytes) return in_context(std::move(bytes).error(), "read the kubeconfig {}", path);
    std::string text(as_text(*bytes));
    HF_ASSIGN(Kubeconfig config, parse_kubeconfig(text, path));
    found.push_back({.path = path, .text = std::move(text), .config = std::move(config)});
  }
  if (!found.empty()) return found;
  return with_hint(
      fail(Code::not_found, "there is no kubeconfig {}", fmt::join(paths, ", ")),
      "name one with --kubeconfig or KUBECONFIG; the server writes its administrator's to admin.kubeconfig in its data "
      "directory");
}

// A double-quoted scalar of YAML is the string of JSON.
std::string line_for(const std::string& context) {
  return fmt::format("{} {}\n", kField, json::to_string(json::Value(context)));
}

}  // namespace

std::vector<std::string> kubeconfig_paths(std::string_view list, const os::Environment& environment) {
  std::vector<std::string> paths;
  while (!list.empty()) {
    const std::size_t colon = std::min(list.find(':'), list.size());
    if (colon != 0) paths.emplace_back(list.substr(0, colon));
    list.remove_prefix(std::min(colon + 1, list.size()));
  }
  if (!paths.empty()) return paths;
  return {os::join_path(environment.get("HOME").value_or("/"), ".kube/config")};
}

Result<Kubeconfig> load_kubeconfig(const std::vector<std::string>& paths, os::FileSystem& files) {
  HF_ASSIGN(std::vector<FoundFile> found, find_files(paths, files));
  Kubeconfig all;
  for (FoundFile& each : found)
    all.merge(std::move(each.config));
  return all;
}

Result<std::string> with_current_context(std::string_view text, const std::string& context) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin != std::string_view::npos && (text[begin] == '{' || text[begin] == '[')) {
    return with_hint(fail(Code::unsupported, "the kubeconfig is not written in lines"),
                     "write it as YAML, or choose the context with --context");
  }
  std::string out;
  bool written = false;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    text.remove_prefix(line.size());
    if (line.starts_with(kField)) {
      out += line_for(context);
      written = true;
    } else {
      out += line;
    }
  }
  if (written) return out;
  if (!out.empty() && !out.ends_with('\n')) out += '\n';
  return out + line_for(context);
}

Result<std::string> set_current_context(const std::vector<std::string>& paths, const std::string& context,
                                        os::FileSystem& files) {
  HF_ASSIGN(const std::vector<FoundFile> found, find_files(paths, files));
  const FoundFile* target = nullptr;
  bool known = false;
  for (const FoundFile& each : found) {
    known = known || each.config.contexts.contains(context);
    if (target == nullptr && !each.config.current_context.empty()) target = &each;
  }
  if (!known) {
    return with_hint(fail(Code::usage, "the kubeconfig has no context \"{}\"", context),
                     "\"holdfast config get-contexts\" lists them");
  }
  if (target == nullptr) target = &found.front();
  HF_ASSIGN(const std::string text, with_current_context(target->text, context));
  // What was written must say what was meant, whatever the file looked like.
  HF_ASSIGN(const Kubeconfig check, parse_kubeconfig(text, target->path));
  if (check.current_context != context) {
    return with_hint(fail(Code::unsupported, "the current context of {} cannot be changed in place", target->path),
                     "write current-context into a line of its own");
  }
  HF_ASSIGN(const std::string path, os::canonical_path(target->path));  // a link stays a link
  HF_ASSIGN(const auto info, files.stat(path));
  HF_TRY(os::write_file_atomically(files, path, as_bytes(text), info ? info->mode : 0600));
  return target->path;
}

}  // namespace holdfast::client

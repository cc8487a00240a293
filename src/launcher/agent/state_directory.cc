#include "launcher/agent/state_directory.h"

#include <array>
#include <cstdint>
#include <utility>

#include "base/bytes.h"
#include "base/sha256.h"

namespace holdfast::launcher {
namespace {

constexpr std::size_t kMostFile = 4096;
constexpr std::string_view kToken = "token";
constexpr std::string_view kNext = "token.next";
constexpr std::string_view kId = "id";

std::string digest_of(const api::LauncherName& launcher, std::string_view machine_id) {
  const std::string text = fmt::format("holdfast launcher {} {}/{}", machine_id, launcher.cluster, launcher.name);
  return to_hex(Sha256::of(as_bytes(text))).substr(0, 32);
}

std::string random_id(os::Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  return to_hex(bytes);
}

}  // namespace

Result<StateDirectory> StateDirectory::open(const std::string& path, os::FileSystem& files) {
  HF_TRY(files.make_directories(path, 0700));
  HF_ASSIGN(auto held, files.open_held(os::join_path(path, "launcher.lock")));
  if (!held)
    return with_hint(fail(Code::refused, "another launcher uses the state directory {}", path),
                     "give each launcher one of its own with --state-dir");
  HF_TRY(files.make_directories(os::join_path(path, "outcomes"), 0700));
  return StateDirectory(path, files, std::move(held));
}

Result<std::optional<Secret>> StateDirectory::read(std::string_view name) {
  const auto bytes = os::read_file(*files_, file(name), kMostFile);
  if (!bytes && bytes.error().code == Code::not_found) return std::optional<Secret>();
  if (!bytes) return tl::unexpected(bytes.error());
  const std::string_view text = as_text(*bytes);
  return std::optional<Secret>(text.substr(0, text.find_last_not_of("\r\n") + 1));
}

Result<std::optional<api::LauncherName>> StateDirectory::whose() {
  HF_ASSIGN(const auto token, read(kToken));
  if (!token) return std::optional<api::LauncherName>();
  auto launcher = api::launcher_of_token(token->reveal());
  if (!launcher)
    return with_hint(fail(Code::corrupt, "{} holds no credential of a launcher", token_file()),
                     "remove it, and start with a token to join with (--join-token-file)");
  return launcher;
}

Result<std::optional<WallTime>> StateDirectory::token_time() {
  HF_ASSIGN(const auto info, files_->stat(token_file()));
  if (!info) return std::optional<WallTime>();
  return std::optional<WallTime>(info->modified);
}

Result<Secret> StateDirectory::next_token(const api::LauncherName& launcher, os::Random& random) {
  HF_ASSIGN(auto next, read(kNext));
  if (next && api::launcher_of_token(next->reveal()) == launcher) return std::move(*next);
  Secret made = api::new_launcher_token(launcher, random);
  HF_TRY(os::write_file_atomically(*files_, file(kNext), as_bytes(made.reveal())));
  return made;
}

Status StateDirectory::take_next_token() {
  HF_TRY(files_->rename(file(kNext), file(kToken), true));
  return files_->sync_directory(path_);
}

Result<std::string> StateDirectory::id(const api::LauncherName& launcher, const std::string& machine_id,
                                       os::Random& random) {
  HF_ASSIGN(const auto kept, read(kId));
  if (kept && !kept->empty()) return std::string(kept->reveal());
  std::string made = machine_id.empty() ? random_id(random) : digest_of(launcher, machine_id);
  HF_TRY(os::write_file_atomically(*files_, file(kId), as_bytes(made)));
  return made;
}

}  // namespace holdfast::launcher

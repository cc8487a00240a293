#include "support/faulty_file_system.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <mutex>

#include <fmt/format.h>

namespace holdfast::test {
namespace {

constexpr std::array<const char*, 16> kCallNames{
    "open", "create",           "read",   "write",  "truncate",       "allocate",   "sync",        "copy_range", "stat",
    "list", "make_directories", "rename", "remove", "sync_directory", "free_bytes", "change_owner"};
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();

const char* name_of(FileCall call) {
  return kCallNames.at(static_cast<std::size_t>(call));
}

bool is_change(FileCall call) {
  switch (call) {
    case FileCall::open:
    case FileCall::read:
    case FileCall::stat:
    case FileCall::list:
    case FileCall::free_bytes:
      return false;
    default:
      return true;
  }
}

}  // namespace

struct FaultPlan {
  struct Fault {
    FileCall call;
    int at;  // number of the call, counted from the beginning
    Code code;
    bool reached = false;
  };

  mutable std::mutex mutex;
  std::map<FileCall, int> calls;
  std::vector<Fault> faults;
  int changes = 0;
  int crash_at = std::numeric_limits<int>::max();
  bool crashed = false;
  std::uint64_t space = kNoLimit;

  // Counts a call that wants `bytes` of disk, and decides whether it may happen.
  Status admit(FileCall call, const std::string& path, std::uint64_t bytes = 0) {
    const std::lock_guard lock(mutex);
    const int number = ++calls[call];
    if (crashed || changes >= crash_at) {
      crashed = true;
      return fail(Code::internal, "injected crash before {} {}", name_of(call), path);
    }
    for (Fault& fault : faults) {
      if (fault.call != call || fault.at != number) continue;
      fault.reached = true;
      return fail(fault.code, "injected failure of {} {}", name_of(call), path);
    }
    if (space != kNoLimit && bytes > space)
      return fail(Code::no_space, "injected full disk: {} {}", name_of(call), path);
    if (space != kNoLimit) space -= bytes;
    if (is_change(call)) ++changes;
    return {};
  }
};

namespace {

class FaultyFile final : public os::File {
 public:
  FaultyFile(std::unique_ptr<os::File> file, std::string path, std::shared_ptr<FaultPlan> plan)
      : file_(std::move(file)), path_(std::move(path)), plan_(std::move(plan)) {}

  os::File& below() { return *file_; }

  Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override {
    HF_TRY(plan_->admit(FileCall::read, path_));
    return file_->read_at(offset, into);
  }
  Status write_at(std::uint64_t offset, ByteView bytes) override {
    HF_ASSIGN(const std::uint64_t growth, growth_to(offset + bytes.size()));
    HF_TRY(plan_->admit(FileCall::write, path_, growth));
    return file_->write_at(offset, bytes);
  }
  Result<std::uint64_t> size() override {
    HF_TRY(plan_->admit(FileCall::stat, path_));
    return file_->size();
  }
  Status truncate(std::uint64_t size) override {
    HF_TRY(plan_->admit(FileCall::truncate, path_));
    return file_->truncate(size);
  }
  Status allocate(std::uint64_t size) override {
    HF_ASSIGN(const std::uint64_t growth, growth_to(size));
    HF_TRY(plan_->admit(FileCall::allocate, path_, growth));
    return file_->allocate(size);
  }
  Status sync() override {
    HF_TRY(plan_->admit(FileCall::sync, path_));
    return file_->sync();
  }
  void begin_writeback(std::uint64_t offset, std::uint64_t length) override { file_->begin_writeback(offset, length); }
  void will_read(std::uint64_t offset, std::uint64_t length) override { file_->will_read(offset, length); }
  Status copy_range(std::uint64_t offset, std::uint64_t length, os::File& target,
                    std::uint64_t target_offset) override {
    auto* other = dynamic_cast<FaultyFile*>(&target);
    std::uint64_t growth = 0;
    if (other != nullptr) {
      HF_ASSIGN(growth, other->growth_to(target_offset + length));
    }
    HF_TRY(plan_->admit(FileCall::copy_range, path_, growth));
    return file_->copy_range(offset, length, other != nullptr ? other->below() : target, target_offset);
  }
  Result<bool> held_elsewhere() override { return file_->held_elsewhere(); }

 private:
  // How many bytes of disk the file would need more if it reached to `end`.
  Result<std::uint64_t> growth_to(std::uint64_t end) {
    HF_ASSIGN(const std::uint64_t size, file_->size());
    return end > size ? end - size : 0;
  }

  std::unique_ptr<os::File> file_;
  const std::string path_;
  std::shared_ptr<FaultPlan> plan_;
};

}  // namespace

FaultyFileSystem::FaultyFileSystem(os::FileSystem& files) : files_(files), plan_(std::make_shared<FaultPlan>()) {}
FaultyFileSystem::~FaultyFileSystem() = default;

void FaultyFileSystem::fail_call(FileCall call, int nth, Code code) {
  const std::lock_guard lock(plan_->mutex);
  plan_->faults.push_back({.call = call, .at = plan_->calls[call] + nth, .code = code});
}

void FaultyFileSystem::limit_space(std::uint64_t bytes) {
  const std::lock_guard lock(plan_->mutex);
  plan_->space = bytes;
}

void FaultyFileSystem::crash_after(int changes) {
  const std::lock_guard lock(plan_->mutex);
  plan_->crash_at = plan_->changes + changes;
}

bool FaultyFileSystem::crashed() const {
  const std::lock_guard lock(plan_->mutex);
  return plan_->crashed;
}

int FaultyFileSystem::calls(FileCall call) const {
  const std::lock_guard lock(plan_->mutex);
  const auto found = plan_->calls.find(call);
  return found == plan_->calls.end() ? 0 : found->second;
}

int FaultyFileSystem::changes() const {
  const std::lock_guard lock(plan_->mutex);
  return plan_->changes;
}

std::vector<std::string> FaultyFileSystem::unreached_faults() const {
  const std::lock_guard lock(plan_->mutex);
  std::vector<std::string> names;
  for (const auto& fault : plan_->faults) {
    if (!fault.reached) names.push_back(fmt::format("{} number {}", name_of(fault.call), fault.at));
  }
  return names;
}

Result<std::unique_ptr<os::File>> FaultyFileSystem::open(const std::string& path, os::OpenMode mode,
                                                         unsigned permissions) {
  HF_TRY(plan_->admit(mode == os::OpenMode::read ? FileCall::open : FileCall::create, path));
  HF_ASSIGN(auto file, files_.open(path, mode, permissions));
  return std::unique_ptr<os::File>(std::make_unique<FaultyFile>(std::move(file), path, plan_));
}

Result<std::optional<os::FileInfo>> FaultyFileSystem::stat(const std::string& path) {
  HF_TRY(plan_->admit(FileCall::stat, path));
  return files_.stat(path);
}

Result<std::vector<std::string>> FaultyFileSystem::list(const std::string& directory) {
  HF_TRY(plan_->admit(FileCall::list, directory));
  return files_.list(directory);
}

Status FaultyFileSystem::make_directories(const std::string& path, unsigned permissions) {
  HF_TRY(plan_->admit(FileCall::make_directories, path));
  return files_.make_directories(path, permissions);
}

Status FaultyFileSystem::rename(const std::string& from, const std::string& to, bool replace) {
  HF_TRY(plan_->admit(FileCall::rename, to));
  return files_.rename(from, to, replace);
}

Status FaultyFileSystem::remove(const std::string& path) {
  HF_TRY(plan_->admit(FileCall::remove, path));
  return files_.remove(path);
}

Status FaultyFileSystem::sync_directory(const std::string& path) {
  HF_TRY(plan_->admit(FileCall::sync_directory, path));
  return files_.sync_directory(path);
}

Result<bool> FaultyFileSystem::is_mount_point(const std::string& path) {
  HF_TRY(plan_->admit(FileCall::stat, path));
  return files_.is_mount_point(path);
}

Status FaultyFileSystem::change_owner(const std::string& path, unsigned owner, unsigned group) {
  HF_TRY(plan_->admit(FileCall::change_owner, path));
  return files_.change_owner(path, owner, group);
}

Result<std::uint64_t> FaultyFileSystem::free_bytes(const std::string& path) {
  HF_TRY(plan_->admit(FileCall::free_bytes, path));
  HF_ASSIGN(const std::uint64_t really, files_.free_bytes(path));
  const std::lock_guard lock(plan_->mutex);
  return std::min(really, plan_->space);
}

}  // namespace holdfast::test

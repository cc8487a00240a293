#include "support/power_cut_file_system.h"

#include "support/volatile_cache.h"

namespace holdfast::test {
namespace {

class PowerCutFile final : public os::File {
 public:
  PowerCutFile(std::unique_ptr<os::File> file, Inode inode, std::shared_ptr<VolatileCache> cache)
      : file_(std::move(file)), inode_(inode), cache_(std::move(cache)) {}

  Result<std::size_t> read_at(std::uint64_t offset, ByteSpan into) override { return file_->read_at(offset, into); }
  Result<std::uint64_t> size() override { return file_->size(); }
  Status truncate(std::uint64_t size) override { return file_->truncate(size); }
  Status allocate(std::uint64_t size) override { return file_->allocate(size); }
  void begin_writeback(std::uint64_t offset, std::uint64_t length) override { file_->begin_writeback(offset, length); }
  void will_read(std::uint64_t offset, std::uint64_t length) override { file_->will_read(offset, length); }

  Status write_at(std::uint64_t offset, ByteView bytes) override {
    cache_->written(inode_, offset, bytes.size());
    return file_->write_at(offset, bytes);
  }
  Status sync() override {
    HF_TRY(file_->sync());
    cache_->file_synced(inode_);
    return {};
  }
  Status copy_range(std::uint64_t offset, std::uint64_t length, os::File& target,
                    std::uint64_t target_offset) override {
    auto* other = dynamic_cast<PowerCutFile*>(&target);
    if (other == nullptr) return file_->copy_range(offset, length, target, target_offset);
    cache_->written(other->inode_, target_offset, length);
    return file_->copy_range(offset, length, *other->file_, target_offset);
  }

 private:
  std::unique_ptr<os::File> file_;
  const Inode inode_;
  std::shared_ptr<VolatileCache> cache_;
};

bool is_there(const std::string& path) {
  const auto info = os::real_file_system().stat(path);
  return info && info->has_value();
}

}  // namespace

PowerCutFileSystem::PowerCutFileSystem(const std::string& attic) : cache_(std::make_shared<VolatileCache>(attic)) {}
PowerCutFileSystem::~PowerCutFileSystem() = default;

void PowerCutFileSystem::cut_power() {
  cache_->lose_everything();
}

Result<std::unique_ptr<os::File>> PowerCutFileSystem::open(const std::string& path, os::OpenMode mode,
                                                           unsigned permissions) {
  const bool existed = is_there(path);
  HF_ASSIGN(auto file, os::real_file_system().open(path, mode, permissions));
  if (mode == os::OpenMode::read) return file;
  if (!existed) cache_->made(path);
  const Inode inode = cache_->opened(path, !existed || mode == os::OpenMode::overwrite);
  return std::unique_ptr<os::File>(std::make_unique<PowerCutFile>(std::move(file), inode, cache_));
}

Result<std::optional<os::FileInfo>> PowerCutFileSystem::stat(const std::string& path) {
  return os::real_file_system().stat(path);
}

Result<std::vector<std::string>> PowerCutFileSystem::list(const std::string& directory) {
  return os::real_file_system().list(directory);
}

Status PowerCutFileSystem::make_directories(const std::string& path, unsigned permissions) {
  std::vector<std::string> missing;
  for (std::string at = path; !is_there(at) && at != "." && at != "/"; at = os::parent_path(at))
    missing.push_back(at);
  HF_TRY(os::real_file_system().make_directories(path, permissions));
  for (auto at = missing.rbegin(); at != missing.rend(); ++at)
    cache_->made(*at);
  return {};
}

Status PowerCutFileSystem::rename(const std::string& from, const std::string& to, bool replace) {
  auto bring_back = cache_->keep(to);
  HF_TRY(os::real_file_system().rename(from, to, replace));
  cache_->renamed(from, to, std::move(bring_back));
  return {};
}

Status PowerCutFileSystem::remove(const std::string& path) {
  auto bring_back = cache_->keep(path);
  HF_TRY(os::real_file_system().remove(path));
  cache_->removed(path, std::move(bring_back));
  return {};
}

Status PowerCutFileSystem::sync_directory(const std::string& path) {
  HF_TRY(os::real_file_system().sync_directory(path));
  cache_->directory_synced(path);
  return {};
}

Result<bool> PowerCutFileSystem::is_mount_point(const std::string& path) {
  return os::real_file_system().is_mount_point(path);
}

Result<std::uint64_t> PowerCutFileSystem::free_bytes(const std::string& path) {
  return os::real_file_system().free_bytes(path);
}

}  // namespace holdfast::test

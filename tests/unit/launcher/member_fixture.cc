#include "member_fixture.h"

#include <unistd.h>

#include "os/file_system.h"

namespace holdfast::test {
namespace {

os::FileSystem& disk() {
  return os::real_file_system();
}

// Without a sync, of which the tests would need thousands.
void write(const std::string& path, const std::string& text) {
  const auto file = disk().open(path, os::OpenMode::overwrite);
  ASSERT_TRUE(file) << file.error().to_string();
  ASSERT_TRUE((*file)->write_at(0, as_bytes(text)));
}

}  // namespace

launcher::StagedFacts some_facts(const std::string& id, std::uint64_t database_size) {
  return {.id = id,
          .cluster_id = 0xc1,
          .member_id = 0xa1,
          .member_name = "a",
          .revision = 1'000'000'042,
          .revision_bump = 1'000'000'000,
          .hash = 7,
          .hash_kv = 9,
          .database_size = database_size,
          .source_sha256 = std::string(64, 'd')};
}

MemberPlace::MemberPlace(PlaceKind kind) {
  const bool inside = kind == PlaceKind::inside;
  place_.data_dir = directory_.file("etcd");
  layout_root_ = inside ? directory_.file("disk") : directory_.path();
  base_ = inside ? "member" : "etcd";
  if (!inside) return;
  EXPECT_TRUE(disk().make_directories(layout_root_));
  EXPECT_EQ(::symlink("disk", place_.data_dir.c_str()), 0);
  layout_root_ = place_.data_dir;
}

launcher::Layout MemberPlace::layout() const {
  return {.root = root(), .base = base_, .inside = base_ == "member"};
}

std::string MemberPlace::name(launcher::Kind kind, const std::string& id) const {
  return layout().name(kind, id);
}

void MemberPlace::make(const std::string& name, const std::string& word, const std::string& id) {
  const std::string database = layout().database(path(name));
  ASSERT_TRUE(disk().make_directories(os::parent_path(database)));
  write(database, word);
  if (!id.empty()) write(layout().staged_file(path(name)), encode_staged_facts(some_facts(id, word.size())));
}

void MemberPlace::make_journal(const std::string& text) {
  write(path(layout().journal_name()), text);
}

std::map<std::string, std::string> MemberPlace::contents() const {
  std::map<std::string, std::string> found;
  const auto names = disk().list(root());
  EXPECT_TRUE(names);
  for (const std::string& name : *names) {
    const auto info = disk().stat(path(name));
    const bool directory = info && *info && (*info)->kind == os::FileKind::directory;
    const bool ours = name == base_ || name.starts_with(base_ + ".");
    const std::string shown = ours ? name.substr(base_.size()) : name;
    if (!directory) {
      found[shown] = "file";
      continue;
    }
    if (!ours) {
      found[shown] = "?";
      continue;
    }
    const auto word = os::read_file(disk(), layout().database(path(name)), 1000);
    const bool empty = disk().list(path(name)).value().empty();
    found[shown] = word ? std::string(as_text(*word)) : empty ? "empty" : "damaged";
  }
  return found;
}

}  // namespace holdfast::test

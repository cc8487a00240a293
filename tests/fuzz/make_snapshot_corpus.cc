// Writes the corpus of the fuzz targets of snapshot files: make_snapshot_corpus DIRECTORY. The same files every time.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "support/etcd_model.h"

namespace {

using namespace holdfast;
using namespace holdfast::test;

EtcdModel some_keys(int count, std::size_t value_size) {
  EtcdModel model;
  for (int i = 0; i < count; ++i)
    model.put("k" + std::to_string(i), std::string(value_size, 'v'));
  for (int i = 0; i < count; i += 3)
    model.put("k" + std::to_string(i), "changed");
  for (int i = 0; i < count; i += 5)
    model.remove("k" + std::to_string(i));
  return model;
}

void write(const std::filesystem::path& path, const Bytes& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("make_snapshot_corpus DIRECTORY\n", stderr);
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  std::filesystem::create_directories(directory);

  EtcdModel small = some_keys(4, 5);
  small.enable_auth();
  small.grant(7);
  small.put("leased", "x", 7);
  small.raise_alarm(9);
  small.set_storage_version("3.6.0");
  write(directory / "inline", with_trailer(write_bolt(small.buckets(), {.page_size = 1024}).bytes));

  EtcdModel tree = some_keys(30, 20);
  tree.compact(10);
  write(directory / "tree",
        write_bolt(tree.buckets(), {.page_size = 1024, .leaf_fill = 200, .fanout = 3, .seed = 1}).bytes);

  const EtcdModel wide = some_keys(5, 1500);
  write(directory / "long_pages", write_bolt(wide.buckets(), {.page_size = 1024, .seed = 2, .free_pages = 2}).bytes);

  write(directory / "branch_root_and_freelist",
        write_bolt(small.buckets(),
                   {.page_size = 1024, .root_fill = 200, .seed = 3, .free_pages = 2, .store_freelist = true})
            .bytes);
  return 0;
}

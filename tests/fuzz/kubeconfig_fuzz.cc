// Any text as a kubeconfig: it is read or refused, each of its contexts leads to a connection or to an error, and
// another current context can be written into it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "client/kubeconfig_file.h"

#include "base/bytes.h"

namespace {

// Files that are named are not there.
class NoFiles final : public holdfast::os::FileSystem {
 public:
  using Path = const std::string&;
  template <class T>
  using Result = holdfast::Result<T>;
  using Status = holdfast::Status;

  Result<std::unique_ptr<holdfast::os::File>> open(Path, holdfast::os::OpenMode, unsigned) override { return none(); }
  Result<std::optional<holdfast::os::FileInfo>> stat(Path) override { return std::optional<holdfast::os::FileInfo>(); }
  Result<std::vector<std::string>> list(Path) override { return none(); }
  Status make_directories(Path, unsigned) override { return none(); }
  Status rename(Path, Path, bool) override { return none(); }
  Status remove(Path) override { return none(); }
  Status sync_directory(Path) override { return none(); }
  Result<std::uint64_t> free_bytes(Path) override { return none(); }

 private:
  static tl::unexpected<holdfast::Error> none() { return holdfast::fail(holdfast::Code::not_found, "no such file"); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text = as_text({data, size});
  const auto config = client::parse_kubeconfig(text, "/home/config");
  if (!config) return 0;
  NoFiles files;
  for (const auto& [name, context] : config->contexts) {
    const auto connection = client::resolve(*config, {.context = name}, files);
    if (connection && connection->server.empty()) std::abort();
    const auto changed = client::with_current_context(text, name);
    if (!changed && changed.error().code != Code::unsupported) std::abort();
  }
  return 0;
}

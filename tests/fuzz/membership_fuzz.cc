// --initial-cluster: whatever is accepted gives the same members again when it is written out and read once more.
#include <cstdlib>

#include "base/bytes.h"
#include "snapshot/membership.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text = as_text({data, size});
  const auto parsed = snapshot::parse_membership(text, "token");
  if (!parsed) return 0;
  std::string written;
  for (const snapshot::MemberSpec& member : parsed->members) {
    for (const std::string& url : member.peer_urls)
      written += member.name + "=" + url + ",";
  }
  const auto again = snapshot::parse_membership(written, "token");
  if (!again || again->cluster_id != parsed->cluster_id || again->members.size() != parsed->members.size())
    std::abort();
  for (const snapshot::MemberSpec& member : parsed->members) {
    std::string advertised;
    for (const std::string& url : member.peer_urls)
      advertised += url + ",";
    if (!snapshot::check_advertised(*parsed, member.name, advertised)) std::abort();
  }
  return 0;
}

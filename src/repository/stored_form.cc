#include "repository/stored_form.h"

#include "pipeline/age.h"
#include "snapshot/bolt_format.h"

namespace holdfast::repository {

pipeline::Compression sniff_compression(ByteView head) {
  constexpr std::uint32_t kZstdMagic = 0xFD2FB528;
  constexpr std::uint32_t kZstdSkippable = 0x184D2A50;  // the low four bits are free
  if (head.size() >= 4) {
    const auto magic = load_le<std::uint32_t>(head.data());
    if (magic == kZstdMagic || (magic & 0xFFFFFFF0U) == kZstdSkippable) return pipeline::Compression::zstd;
  }
  if (head.size() >= 2 && head[0] == 0x1F && head[1] == 0x8B) return pipeline::Compression::gzip;
  return pipeline::Compression::none;
}

bool looks_like_snapshot(ByteView head) {
  if (pipeline::age::looks_like_age(head) || sniff_compression(head) != pipeline::Compression::none) return true;
  if (head.size() < snapshot::kPageHeaderSize + sizeof(std::uint32_t)) return false;
  return load_le<std::uint32_t>(head.subspan(snapshot::kPageHeaderSize).data()) == snapshot::kMetaMagic;
}

}  // namespace holdfast::repository

#include "pipeline/compression.h"

#include <utility>

#include "pipeline/filter.h"

namespace holdfast::pipeline {
namespace {

class PassSink final : public ByteSink {
 public:
  explicit PassSink(ByteSink& next) : next_(next) {}
  Status write(ByteView bytes) override { return next_.write(bytes); }
  Status finish() override { return next_.finish(); }

 private:
  ByteSink& next_;
};

class PassSource final : public ByteSource {
 public:
  explicit PassSource(ByteSource& from) : from_(from) {}
  Result<std::size_t> read(ByteSpan into) override { return from_.read(into); }

 private:
  ByteSource& from_;
};

int max_level(Compression compression) {
  switch (compression) {
    case Compression::zstd:
      return kMaxZstdLevel;
    case Compression::gzip:
      return kMaxGzipLevel;
    case Compression::none:
      break;
  }
  return 0;
}

}  // namespace

std::string_view compression_name(Compression compression) {
  switch (compression) {
    case Compression::zstd:
      return "zstd";
    case Compression::gzip:
      return "gzip";
    case Compression::none:
      break;
  }
  return "none";
}

Result<Compression> parse_compression(std::string_view name) {
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    if (name == compression_name(compression)) return compression;
  }
  return with_hint(fail(Code::usage, "unknown compression \"{}\"", name), "use zstd, gzip or none");
}

Status check_level(Compression compression, int level) {
  const int highest = max_level(compression);
  if (level >= 0 && level <= highest) return {};
  if (highest == 0) return fail(Code::usage, "compression \"none\" has no level {}", level);
  return fail(Code::usage, "the level {} of {} is not between 1 and {}", level, compression_name(compression), highest);
}

std::unique_ptr<ByteSink> make_compressor(Compression compression, int level, ByteSink& next) {
  switch (compression) {
    case Compression::zstd:
      return make_zstd_compressor(level == 0 ? kDefaultZstdLevel : level, next);
    case Compression::gzip:
      if (level == 0) level = kDefaultGzipLevel;
      return level <= kMaxIsalLevel ? make_isal_compressor(level, next) : make_zlib_compressor(level, next);
    case Compression::none:
      break;
  }
  return std::make_unique<PassSink>(next);
}

std::unique_ptr<ByteSource> make_decompressor(Compression compression, ByteSource& from) {
  switch (compression) {
    case Compression::zstd:
      return make_zstd_decompressor(from);
    case Compression::gzip:
      return make_gzip_decompressor(from);
    case Compression::none:
      break;
  }
  return std::make_unique<PassSource>(from);
}

}  // namespace holdfast::pipeline

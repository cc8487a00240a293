// Private to pipeline/: the filters of each method. filter.h holds the contract of all of them.
#pragma once

#include <memory>

#include "base/stream.h"

namespace holdfast::pipeline {

constexpr int kDefaultZstdLevel = 1;
constexpr int kMaxZstdLevel = 19;  // above it the compressor takes more memory than a save may
constexpr int kDefaultGzipLevel = 1;
constexpr int kMaxGzipLevel = 9;
constexpr int kMaxIsalLevel = 3;  // gzip levels up to this one are ISA-L's, the others zlib's

constexpr std::size_t kCompressedBuffer = 256 * kKiB;  // handed on when full, read at once

std::unique_ptr<ByteSink> make_zstd_compressor(int level, ByteSink& next);
std::unique_ptr<ByteSource> make_zstd_decompressor(ByteSource& from);

std::unique_ptr<ByteSink> make_zlib_compressor(int level, ByteSink& next);  // a gzip member
std::unique_ptr<ByteSink> make_isal_compressor(int level, ByteSink& next);  // a gzip member
std::unique_ptr<ByteSource> make_gzip_decompressor(ByteSource& from);

}  // namespace holdfast::pipeline

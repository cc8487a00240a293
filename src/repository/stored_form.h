// How the bytes of an object are to be opened: what its manifest says, or what its first bytes look like.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "repository/naming.h"
#include "repository/repository.h"

namespace holdfast::repository {

constexpr std::size_t kSniffSize = 32;  // bytes of a stream that tell its kind

// By magic number: zstd frames (RFC 8878) and skippable frames, gzip (RFC 1952), else none.
pipeline::Compression sniff_compression(ByteView head);

}  // namespace holdfast::repository

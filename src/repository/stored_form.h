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

// Could these first bytes be those of a snapshot in one of our forms: a bbolt database, gzip, zstd or age?
bool looks_like_snapshot(ByteView head);

}  // namespace holdfast::repository

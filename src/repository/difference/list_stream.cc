#include "repository/difference/list_stream.h"

#include <algorithm>
#include <memory>

#include "pipeline/thread_source.h"
#include "repository/hash_sink.h"
#include "repository/trailer_splitter.h"

namespace holdfast::repository {
namespace {

constexpr std::size_t kChunkSize = kMiB;
constexpr std::size_t kChunksAhead = 4;

// Lists the keys and hashes the database at the same time.
class ListingSink final : public ByteSink {
 public:
  ListingSink(os::FileSystem& files, const snapshot::ListOptions& options)
      : lister_(files, options), hashing_(pipeline::make_write_behind(hash_, kChunkSize, kChunksAhead)) {}

  Status write(ByteView bytes) override {
    HF_TRY(hashing_->write(bytes));
    return lister_.write(bytes);
  }
  Status finish() override { return hashing_->finish(); }

  Result<snapshot::KeyListing> listing() { return lister_.finish(); }
  const Sha256Digest& digest() const { return hash_.digest(); }

 private:
  HashSink hash_;
  snapshot::KeyLister lister_;
  std::unique_ptr<ByteSink> hashing_;  // last: its thread uses hash_
};

}  // namespace

Result<snapshot::KeyListing> list_keys(ByteSource& source, os::FileSystem& files, const snapshot::ListOptions& options,
                                       const std::function<void(std::uint64_t done)>& on_bytes) {
  ListingSink sink(files, options);
  TrailerSplitter splitter(sink);
  Bytes buffer(kChunkSize);
  std::uint64_t done = 0;
  while (true) {
    HF_ASSIGN(const std::size_t count, source.read(buffer));
    if (count == 0) break;
    HF_TRY(splitter.write(ByteView(buffer).first(count)));
    done += count;
    if (on_bytes) on_bytes(done);
  }
  HF_TRY(splitter.finish());
  HF_ASSIGN(snapshot::KeyListing listing, sink.listing());
  if (splitter.trailer().empty()) return listing;
  if (!std::ranges::equal(splitter.trailer(), sink.digest())) {
    return fail(Code::corrupt, "the SHA-256 of the database does not match the snapshot's trailer");
  }
  HF_TRY(snapshot::check_snapshot_facts(listing.facts()));
  return listing;
}

}  // namespace holdfast::repository

#include "repository/snapshot_source.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "pipeline/filter.h"
#include "pipeline/thread_source.h"
#include "pipeline/throttle.h"
#include "repository/checking_sources.h"
#include "repository/stored_form.h"
#include "snapshot/bolt_file.h"

namespace holdfast::repository {
namespace {

using objectstore::ObjectStore;
using pipeline::Compression;

constexpr std::size_t kChunkSize = kMiB;  // bytes handed from the opening thread to the reader
constexpr std::size_t kChunksAhead = 4;

// The stages in the order bytes pass them; each reads from the one before and is destroyed before it. Its own stop
// token ends a download that nobody reads any more.
class StagedSource final : public SnapshotSource {
 public:
  explicit StagedSource(const std::stop_token& stop) : forward_stop_(stop, StopForwarder{stop_}) {}
  ~StagedSource() override {
    while (!stages_.empty())
      stages_.pop_back();
  }

  Result<std::size_t> read(ByteSpan into) override { return stages_.back()->read(into); }
  std::uint64_t size_hint() const override { return size_hint_; }

  ByteSource& last() { return *stages_.back(); }
  void add(std::unique_ptr<ByteSource> stage) { stages_.push_back(std::move(stage)); }
  void set_size_hint(std::uint64_t bytes) { size_hint_ = bytes; }
  std::stop_token stop_token() const { return stop_.get_token(); }

  // From here on everything added so far runs on a thread of its own, ahead of the reader.
  void read_ahead() {
    add(pipeline::make_read_ahead(last(), kChunkSize, kChunksAhead, [this] { stop_.request_stop(); }));
  }

 private:
  struct StopForwarder {
    std::stop_source& to;
    void operator()() const { to.request_stop(); }
  };

  std::stop_source stop_;
  std::stop_callback<StopForwarder> forward_stop_;
  std::vector<std::unique_ptr<ByteSource>> stages_;
  std::uint64_t size_hint_ = 0;
};

Status add_decryption(StagedSource& source, const OpenOptions& options) {
  auto decryptor = pipeline::age::make_decryptor(options.keys, source.last());
  if (!decryptor) {
    Error error = std::move(decryptor).error();
    if (error.code == Code::refused && error.hint.empty())
      error.hint = "give the identity file with --identity, or the passphrase with --passphrase-file";
    return in_context(std::move(error), "decrypt");
  }
  source.add(std::move(*decryptor));
  return {};
}

// With a manifest, its word counts: the stages it names, and its digests around them.
Status add_described_stages(StagedSource& source, const Manifest& manifest, const OpenOptions& options) {
  source.add(std::make_unique<DigestCheck>(source.last(), manifest.stored.size, manifest.stored.sha256));
  if (manifest.stored.encryption != Encryption::none) HF_TRY(add_decryption(source, options));
  if (manifest.stored.compression != Compression::none) {
    source.add(pipeline::make_decompressor(manifest.stored.compression, source.last()));
  }
  source.add(std::make_unique<TrailerCheck>(source.last(), manifest.snapshot.size, manifest.snapshot.database_sha256));
  source.set_size_hint(manifest.snapshot.size);
  return {};
}

// Twice the database and some: etcd's own files are longer than their last page by no more than a growth step, and a
// snapshot by its trailer.
std::uint64_t longest_snapshot(const snapshot::Meta& meta) {
  constexpr std::uint64_t kEnough = std::uint64_t{1} << 62U;
  return 2 * std::min(meta.high_water_mark * meta.page_size, kEnough) + 64 * kMiB;
}

Result<PeekSource*> add_peek(StagedSource& source) {
  auto peek = std::make_unique<PeekSource>(source.last());
  PeekSource* added = peek.get();
  source.add(std::move(peek));
  return added;
}

// What is no database has no length of its own: whoever reads it will find out at once.
Status add_length_limit(StagedSource& source) {
  HF_ASSIGN(PeekSource * peek, add_peek(source));
  HF_ASSIGN(const ByteView head, peek->peek(snapshot::kMetaSearchSize));
  const auto chosen = snapshot::choose_meta(head);
  if (chosen) source.add(std::make_unique<LengthLimit>(source.last(), longest_snapshot(chosen->meta)));
  return {};
}

// Without a manifest the first bytes decide: a suffix may lie, a magic number cannot be left out.
Status add_guessed_stages(StagedSource& source, std::uint64_t object_size, const OpenOptions& options) {
  HF_ASSIGN(PeekSource * outer, add_peek(source));
  HF_ASSIGN(ByteView head, outer->peek(kSniffSize));
  const bool encrypted = pipeline::age::looks_like_age(head);
  if (encrypted) {
    HF_TRY(add_decryption(source, options));
    HF_ASSIGN(PeekSource * inner, add_peek(source));
    HF_ASSIGN(head, inner->peek(kSniffSize));
  }
  const Compression compression = sniff_compression(head);
  if (compression == Compression::none) {
    if (!encrypted) source.set_size_hint(object_size);
    return {};
  }
  source.add(pipeline::make_decompressor(compression, source.last()));
  return add_length_limit(source);
}

}  // namespace

Result<std::unique_ptr<SnapshotSource>> open_snapshot(ObjectStore& store, const Entry& entry,
                                                      const OpenOptions& options, os::Clock& clock,
                                                      const std::stop_token& stop) {
  if (!options.ignore_manifest) HF_TRY(check_manifest_state(entry));
  auto source = std::make_unique<StagedSource>(stop);
  HF_ASSIGN(auto opened, store.get(entry.key, {}, source->stop_token()));
  source->add(std::move(opened.source));
  if (options.bytes_per_second > 0) {
    source->add(pipeline::make_throttle(options.bytes_per_second, source->last(), clock, source->stop_token()));
  }
  const bool described = entry.manifest.has_value() && !options.ignore_manifest;
  const Status added = described ? add_described_stages(*source, *entry.manifest, options)
                                 : add_guessed_stages(*source, opened.info.size, options);
  if (!added) return in_context(added.error(), "open {}", entry.key);
  source->read_ahead();
  return std::unique_ptr<SnapshotSource>(std::move(source));
}

}  // namespace holdfast::repository

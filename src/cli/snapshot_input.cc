#include "cli/snapshot_input.h"

#include <algorithm>
#include <array>

#include "cli/find_entry.h"
#include "cli/setters.h"
#include "pipeline/age.h"
#include "repository/stored_form.h"
#include "snapshot/bolt_format.h"

namespace holdfast::cli {
namespace {

using repository::Entry;
using repository::EntryState;
using repository::Place;

// The manifest beside a plain file, when there is one.
Status read_manifest_beside(const std::string& path, Entry& entry, os::FileSystem& files) {
  entry.state = EntryState::foreign;
  entry.problem = "it has no manifest";
  const std::string manifest_path = repository::manifest_key(path);
  HF_ASSIGN(const auto info, files.stat(manifest_path));
  if (!info) return {};
  HF_ASSIGN(const Bytes text, os::read_file(files, manifest_path, repository::kMaxManifestSize));
  auto manifest = repository::decode_manifest(as_text(text));
  if (!manifest) {
    const bool newer = manifest.error().code == Code::unsupported;
    entry.state = newer ? EntryState::unsupported : EntryState::damaged;
    entry.problem = manifest.error().to_string();
    return {};
  }
  entry.manifest = std::move(*manifest);
  entry.state = entry.manifest->stored.size == entry.stored_size ? EntryState::ok : EntryState::size_differs;
  entry.problem = entry.state == EntryState::ok ? ""
                                                : fmt::format("the file has {} bytes, the manifest says {}",
                                                              entry.stored_size, entry.manifest->stored.size);
  return {};
}

Result<bool> is_plain(os::File& file) {
  std::array<std::uint8_t, repository::kSniffSize> head{};
  HF_ASSIGN(const std::size_t count, file.read_at(0, head));
  const ByteView seen = ByteView(head).first(count);
  return !pipeline::age::looks_like_age(seen) && repository::sniff_compression(seen) == pipeline::Compression::none;
}

// Sets input.file and input.entry when the place is a plain file here.
Status try_plain_file(SnapshotInput& input, os::FileSystem& files) {
  const std::string path = os::join_path(input.place.root, input.place.key);
  HF_ASSIGN(const auto info, files.stat(path));
  if (!info) return {};
  if (info->kind != os::FileKind::file) return fail(Code::usage, "{} is not a regular file", path);
  HF_ASSIGN(auto file, files.open(path, os::OpenMode::read));
  HF_ASSIGN(const bool plain, is_plain(*file));
  if (!plain) return {};
  input.entry = {.key = input.place.key, .stored_size = info->size, .modified = info->modified};
  HF_TRY(read_manifest_beside(path, input.entry, files));
  input.file = std::move(file);
  return {};
}

Result<Bytes> read_trailer(os::File& file, std::uint64_t size) {
  Bytes trailer(snapshot::kTrailerSize);
  if (size < trailer.size()) return Bytes{};
  HF_ASSIGN(const std::size_t count, file.read_at(size - trailer.size(), trailer));
  trailer.resize(count);
  return trailer;
}

}  // namespace

OptionGroup read_options(ReadFlags& flags) {
  OptionGroup group{.title = "Reading", .options = {}};
  group.options.push_back({.name = "ignore-manifest",
                           .help = "go by the object's own checks alone, for a manifest that is damaged or not its own",
                           .only_flag = true,
                           .set = set_switch(flags.ignore_manifest)});
  group.options.push_back({.name = "limit-rate",
                           .value_name = "SIZE",
                           .help = "bytes a second from the store at most, such as 20MB",
                           .set = set_bytes(flags.limit_rate)});
  return group;
}

std::string SnapshotInput::place_text() const {
  Place exact = place;
  exact.key = entry.key;
  return exact.to_string();
}

Result<SnapshotInput> find_snapshot(const Place& place, const S3Flags& flags, Session& session) {
  World& world = session.world();
  HF_TRY(check_names_object(place, world.files));
  SnapshotInput input;
  input.place = place;
  if (place.kind != Place::Kind::s3) HF_TRY(try_plain_file(input, world.files));
  if (input.file) return input;
  HF_ASSIGN(input.store, OpenStore::open(place, flags, session));
  HF_ASSIGN(input.entry, find_entry(input.store.store(), place.key, world.stop));
  return input;
}

Result<repository::OpenOptions> open_options(const ReadFlags& read, const DecryptFlags& decryption, Session& session) {
  repository::OpenOptions options{
      .keys = {}, .ignore_manifest = read.ignore_manifest, .bytes_per_second = read.limit_rate};
  HF_ASSIGN(options.keys, decrypt_with(decryption, session));
  return options;
}

Result<std::unique_ptr<repository::SnapshotSource>> open_stream(SnapshotInput& input, const ReadFlags& read,
                                                                const DecryptFlags& decryption, Session& session) {
  HF_ASSIGN(const repository::OpenOptions options, open_options(read, decryption, session));
  return repository::open_snapshot(input.store.store(), input.entry, options, session.world().clock,
                                   session.world().stop);
}

Status check_against_manifest(SnapshotInput& input) {
  if (input.entry.state == EntryState::foreign) return {};
  const auto differs = [](std::string what) {
    return with_hint(fail(Code::corrupt, "{}", what), "--ignore-manifest goes by the file's own checks alone");
  };
  if (input.entry.state == EntryState::unsupported) return repository::check_manifest_state(input.entry);
  if (input.entry.state != EntryState::ok) return differs(input.entry.problem);
  HF_ASSIGN(const Bytes trailer, read_trailer(*input.file, input.entry.stored_size));
  if (to_hex(trailer) == input.entry.manifest->snapshot.database_sha256) return {};
  return differs("the file's SHA-256 trailer is not the one in the manifest beside it");
}

Result<RestoreSource> open_for_restore(SnapshotInput& input, const ReadFlags& read, const DecryptFlags& decryption,
                                       Session& session) {
  RestoreSource source;
  if (input.file) {
    if (!read.ignore_manifest) HF_TRY(check_against_manifest(input));
    source.input.file = input.file.get();
    return source;
  }
  HF_ASSIGN(source.stream, open_stream(input, read, decryption, session));
  source.input.stream = source.stream.get();
  source.input.stream_size_hint = source.stream->size_hint();
  return source;
}

std::function<void(std::uint64_t, std::uint64_t)> forward_progress(pipeline::Progress& progress, std::string phase) {
  return [&progress, phase = std::move(phase)](std::uint64_t done, std::uint64_t total) {
    progress.update({.phase = phase, .done = done, .total = total == 0 ? std::nullopt : std::optional(total)});
  };
}

}  // namespace holdfast::cli

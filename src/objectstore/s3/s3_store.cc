#include "objectstore/s3/s3_store.h"

#include <algorithm>

#include "objectstore/byte_range.h"
#include "objectstore/put_source.h"
#include "objectstore/s3/chunk.h"
#include "objectstore/s3/download.h"
#include "objectstore/s3/http_date.h"
#include "objectstore/s3/multipart_upload.h"
#include "objectstore/s3/object_lock.h"
#include "objectstore/s3/put_object.h"
#include "objectstore/s3/stored_look.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::uint64_t kPlannedParts = 9000;  // some room below S3's limit of 10,000

// Parts of one object all have this size: some servers (R2) want that.
std::uint64_t part_size_for(const Config& config, std::optional<std::uint64_t> size_limit) {
  const std::uint64_t needed = (size_limit.value_or(0) + kPlannedParts - 1) / kPlannedParts;
  const std::uint64_t whole = (needed + kMiB - 1) / kMiB * kMiB;
  return std::clamp(whole, config.part_size, kLargestPart);
}

// A source of which one byte has been read already.
class OneByteAhead final : public ByteSource {
 public:
  OneByteAhead(std::uint8_t byte, ByteSource& rest) : byte_(byte), rest_(rest) {}
  Result<std::size_t> read(ByteSpan into) override {
    if (given_) return rest_.read(into);
    given_ = true;
    into.front() = byte_;
    return std::size_t{1};
  }

 private:
  const std::uint8_t byte_;
  ByteSource& rest_;
  bool given_ = false;
};

// A chunk that is the whole range.
class ChunkSource final : public ByteSource {
 public:
  explicit ChunkSource(PartBuffer chunk) : chunk_(std::move(chunk)), source_(chunk_.bytes()) {}
  Result<std::size_t> read(ByteSpan into) override { return source_.read(into); }

 private:
  const PartBuffer chunk_;
  MemorySource source_;
};

}  // namespace

Result<std::unique_ptr<S3Store>> S3Store::make(Config config, const Surroundings& surroundings) {
  HF_TRY(check_config(config));
  HF_ASSIGN(Endpoint endpoint, Endpoint::make(config));
  return std::unique_ptr<S3Store>(new S3Store(std::move(config), std::move(endpoint), surroundings));
}

S3Store::S3Store(Config config, Endpoint endpoint, const Surroundings& surroundings)
    : config_(std::move(config)),
      client_(config_, std::move(endpoint), surroundings.transport, surroundings.credentials, surroundings.clock,
              surroundings.random),
      conditions_(client_) {}

Result<ObjectInfo> S3Store::put(const std::string& key, ByteSource& source, const PutOptions& options,
                                const std::stop_token& stop) {
  HF_TRY(check_key(key));
  HF_TRY(check_not_stopped(stop));
  auto stored = store(key, source, options, stop);
  if (stored && options.retain_until) {
    const Status locked = ensure_locked(client_, *stored, *options.retain_until, stop);
    if (!locked) stored = tl::unexpected<Error>(locked.error());
  }
  if (!stored) return in_context(std::move(stored).error(), "store {}", key);
  return stored;
}

Result<ObjectInfo> S3Store::store(const std::string& key, ByteSource& source, const PutOptions& options,
                                  const std::stop_token& stop) {
  HF_ASSIGN(const Headers headers, storing_headers(config_, options));
  if (options.size_limit.value_or(0) > kLargestObject) {
    return fail(Code::no_space, "an object may have 5 TiB at most, not {} bytes", *options.size_limit);
  }
  const std::uint64_t part_size = part_size_for(config_, options.size_limit);
  if (options.only_if_absent) HF_TRY(check_condition(key, options.size_limit.value_or(0) > part_size, stop));

  PutSource checked(source, options.size_limit, stop);
  PartBuffer first(static_cast<std::size_t>(std::min(part_size, options.size_limit.value_or(part_size) + 1)));
  HF_ASSIGN(const std::size_t size, read_full(checked, first.space()));
  first.set_size(size);
  std::uint8_t next = 0;
  std::size_t more = 0;
  if (size == part_size) {
    HF_ASSIGN(more, checked.read({&next, 1}));
  }

  if (more == 0) {
    const bool if_absent = options.only_if_absent || (options.avoid_replacing && conditions_.for_one_request(stop));
    if (options.avoid_replacing && !if_absent) HF_TRY(check_absent(client_, key, stop));
    const PutPlan plan{
        .key = key, .headers = headers, .md5_required = options.retain_until.has_value(), .if_absent = if_absent};
    auto stored = put_object(client_, plan, first.bytes(), stop);
    if (!stored) return tl::unexpected<Error>(told(key, std::move(stored).error(), stop));
    return *stored;
  }
  if (options.only_if_absent) HF_TRY(check_condition(key, true, stop));
  const bool if_absent = options.only_if_absent || (options.avoid_replacing && conditions_.for_parts(stop));
  const std::size_t buffers = std::max<std::size_t>(1, config_.upload_memory / part_size);
  const UploadPlan plan{.key = key,
                        .part_size = part_size,
                        .buffers = std::min(buffers, config_.upload_workers + 1) - 1,
                        .workers = std::min(config_.upload_workers, buffers),
                        .headers = headers,
                        .md5_required = options.retain_until.has_value(),
                        .if_absent = if_absent,
                        .look_first = options.avoid_replacing && !if_absent};
  OneByteAhead rest(next, checked);
  return MultipartUpload(client_, plan).run(std::move(first), rest, stop);
}

// Asked before much is read or sent; the server asks again, for good, when the object becomes visible.
Status S3Store::check_condition(const std::string& key, bool in_parts, const std::stop_token& stop) {
  if (!(in_parts ? conditions_.for_parts(stop) : conditions_.for_one_request(stop))) {
    HF_TRY(check_not_stopped(stop));
    return with_hint(fail(Code::unsupported, "{} cannot promise that {} is not there already", client_.place(),
                          in_parts ? "a large object" : "an object"),
                     "choose a name nobody else uses, and store it without this condition");
  }
  return in_parts ? check_absent(client_, key, stop) : Status();
}

Result<ObjectStore::Opened> S3Store::get(const std::string& key, const ByteRange& range, const std::stop_token& stop) {
  HF_TRY(check_key(key));
  HF_TRY(check_not_stopped(stop));
  auto opened = open(key, range, stop);
  if (!opened) return in_context(std::move(opened).error(), "open {}", key);
  return opened;
}

Result<ObjectStore::Opened> S3Store::open(const std::string& key, const ByteRange& range, const std::stop_token& stop) {
  if (range.length && *range.length == 0) return open_empty(key, range, stop);
  const std::uint64_t wanted =
      std::min<std::uint64_t>(config_.download_chunk, range.length.value_or(config_.download_chunk));
  const ChunkRequest request{.key = key, .offset = range.offset, .length = wanted, .etag = {}};
  PartBuffer first(static_cast<std::size_t>(wanted));
  auto fetched = fetch_chunk(client_, request, first, stop);
  if (!fetched && fetched.error().status == 416) return open_empty(key, range, stop);
  if (!fetched) return tl::unexpected<Error>(told(key, std::move(fetched).error(), stop));

  ObjectInfo info = std::move(*fetched);
  HF_ASSIGN(const DefiniteRange part, resolve_range(range, info.size, key));
  Opened opened{.info = std::move(info), .source = nullptr};
  if (part.length <= wanted) {
    opened.source = std::make_unique<ChunkSource>(std::move(first));
  } else {
    opened.source = std::make_unique<Download>(client_, key, opened.info.etag, part, std::move(first), stop);
  }
  return opened;
}

// Ranges without a byte in them cannot be asked for.
Result<ObjectStore::Opened> S3Store::open_empty(const std::string& key, const ByteRange& range,
                                                const std::stop_token& stop) {
  HF_ASSIGN(ObjectInfo info, head(key, stop));
  HF_ASSIGN(const DefiniteRange part, resolve_range(range, info.size, key));
  if (part.length > 0) return fail(Code::corrupt, "{} changed while it was opened", key);
  return Opened{.info = std::move(info), .source = std::make_unique<ChunkSource>(PartBuffer())};
}

Result<ObjectInfo> S3Store::head(const std::string& key, const std::stop_token& stop) {
  HF_TRY(check_key(key));
  HF_TRY(check_not_stopped(stop));
  Call call{.operation = Operation::head_object, .method = "HEAD", .key = key};
  add_customer_key(config_, call.headers);
  Answer answer = client_.call(call, stop);
  if (!answer) return tl::unexpected<Error>(told(key, std::move(answer).error(), stop));
  note_versions(answer->head);
  return object_info(answer->head, key);
}

Status S3Store::remove(const std::string& key, const std::stop_token& stop) {
  HF_TRY(check_key(key));
  HF_TRY(check_not_stopped(stop));
  // In a bucket with versions a server removes a locked object without complaint: it only hides it.
  Call look{.operation = Operation::head_object, .method = "HEAD", .key = key};
  add_customer_key(config_, look.headers);
  const Answer found = client_.call(look, stop);
  if (found) {
    note_versions(found->head);
    const auto now = parse_http_date(found->head.header("Date")).value_or(client_.clock().now());
    HF_TRY(check_unlocked(found->head, key, now));
  }
  const Call call{.operation = Operation::delete_object, .method = "DELETE", .key = key};
  Answer removed = client_.call(call, stop);
  if (removed || removed.error().code == "NoSuchKey") return {};
  return in_context(told(key, std::move(removed).error(), stop), "remove {}", key);
}

Features S3Store::features(const std::stop_token& stop) const {
  const bool parts = conditions_.for_parts(stop);
  const bool one_request = parts || conditions_.for_one_request(stop);
  return {.conditional_put = parts,
          .conditional_put_limit = parts ? kLargestObject : (one_request ? config_.part_size : 0),
          .metadata = true,
          .object_lock = true,
          .versions = versions_,
          .largest_object = kLargestObject};
}

Error S3Store::told(const std::string& key, Failure failure, const std::stop_token& stop) {
  const bool is_head = failure.operation == Operation::head_object;
  if (is_head && failure.code.empty() && failure.status >= 300 && failure.status < 500) {
    // The answer to a HEAD has no body: the same question as a GET brings the reason.
    const Receiver nothing{.on_head = [](const http::ResponseHead&) -> Status { return {}; },
                           .on_body = [](ByteView) -> Status { return {}; }};
    Call call{.operation = Operation::get_object, .method = "GET", .key = key, .headers = {{"Range", "bytes=0-0"}}};
    add_customer_key(config_, call.headers);
    const Answer answer = client_.attempt(call, nothing, stop);
    if (!answer && answer.error().status != 0) failure = answer.error();
  }
  if (failure.error.code == Code::not_found && failure.is_missing_key()) {
    return fail(Code::not_found, "{} does not exist in {}", key, client_.place()).value();
  }
  return std::move(failure.error);
}

void S3Store::note_versions(const http::ResponseHead& head) {
  const std::string version = head.header("x-amz-version-id");
  if (!version.empty() && version != "null") versions_ = true;
}

}  // namespace holdfast::objectstore::s3

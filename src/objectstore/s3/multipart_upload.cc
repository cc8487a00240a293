#include "objectstore/s3/multipart_upload.h"

#include "base/log.h"
#include "base/md5.h"
#include "objectstore/put_source.h"
#include "objectstore/s3/http_date.h"
#include "objectstore/s3/stored_look.h"
#include "objectstore/s3/threads.h"

namespace holdfast::objectstore::s3 {
namespace {

// The ETag of an object made of parts, where ETags are MD5s: MD5 of the parts' MD5s, and their number.
std::string etag_of_parts(const std::vector<PartToComplete>& parts) {
  Bytes digests;
  for (const PartToComplete& part : parts) {
    Bytes digest;
    if (part.etag.size() != 32 || !from_hex(part.etag, digest)) return {};
    digests.insert(digests.end(), digest.begin(), digest.end());
  }
  return fmt::format("{}-{}", to_hex(md5(digests)), parts.size());
}

}  // namespace

Result<ObjectInfo> MultipartUpload::run(PartBuffer first, ByteSource& source, const std::stop_token& stop) {
  HF_TRY(create(stop));
  const Status sent = send_parts(std::move(first), source, stop);
  if (!sent) {
    abort();
    return tl::unexpected<Error>(sent.error());
  }
  return complete(stop);
}

Status MultipartUpload::create(const std::stop_token& stop) {
  Call call{.operation = Operation::create_upload,
            .method = "POST",
            .key = plan_.key,
            .query = {{"uploads", ""}},
            .headers = plan_.headers};
  const std::string_view algorithm = multipart_algorithm(client_.config().checksum);
  if (!algorithm.empty()) call.headers.push_back({"x-amz-checksum-algorithm", std::string(algorithm)});
  const Answer answer = client_.call(call, stop);
  if (!answer) return tl::unexpected<Error>(answer.error().error);
  HF_ASSIGN(upload_id_, parse_upload_id(as_text(answer->body)));
  created_ = parse_http_date(answer->head.header("Date")).value_or(client_.clock().now());
  return {};
}

Status MultipartUpload::send_parts(PartBuffer first, ByteSource& source, const std::stop_token& stop) {
  PartPipe pipe(plan_.buffers, plan_.part_size);
  std::stop_source sending;
  const std::stop_callback pass_on(stop, [&] { sending.request_stop(); });
  Status filled;
  {
    const auto workers = start_threads(plan_.workers, [&] {
      while (send_one(pipe, sending)) {
      }
    });
    // Without any thread each part is sent here, before the next one is read.
    const std::function<void()> given = [&] { send_one(pipe, sending); };
    filled = fill(pipe, std::move(first), source, workers.empty() ? given : nullptr, sending.get_token());
    if (!filled) sending.request_stop();
    pipe.close();
  }
  // Whoever fails first stops the others, and their "cancelled" is not the reason to tell.
  if (stop.stop_requested()) return check_not_stopped(stop);
  if (!filled && filled.error().code != Code::cancelled) return filled;
  const std::lock_guard guard(mutex_);
  if (first_error_) return tl::unexpected<Error>(*first_error_);
  return filled;
}

Status MultipartUpload::fill(PartPipe& pipe, PartBuffer first, ByteSource& source, const std::function<void()>& given,
                             const std::stop_token& stop) {
  std::size_t number = 1;
  total_ = first.bytes().size();
  // The first buffer is not the pipe's own; it is given to it with the part, and counts from then on.
  pipe.give({.number = number, .buffer = std::move(first)});
  if (given) given();
  while (true) {
    auto buffer = pipe.buffer_to_fill(stop);
    if (!buffer) return fail(Code::cancelled, "stopped on request");
    HF_ASSIGN(const std::size_t size, read_full(source, buffer->space()));
    if (size == 0) return {};
    if (++number > kMostParts) {
      return with_hint(fail(Code::no_space, "more than {} parts of {}", kMostParts, format_bytes(plan_.part_size)),
                       "say how large the object may become, so that parts are made large enough");
    }
    buffer->set_size(size);
    total_ += size;
    const bool last = size < plan_.part_size;
    pipe.give({.number = number, .buffer = std::move(*buffer)});
    if (given) given();
    if (last) return {};
  }
}

bool MultipartUpload::send_one(PartPipe& pipe, std::stop_source& stop) {
  auto part = pipe.part_to_send(stop.get_token());
  if (!part) return false;
  auto sent = send_part(*part, stop.get_token());
  if (!sent) {
    record_error(std::move(sent).error());
    stop.request_stop();
    return false;
  }
  record(part->number, std::move(*sent));
  pipe.give_back(std::move(part->buffer));
  return true;
}

Result<PartToComplete> MultipartUpload::send_part(const Part& part, const std::stop_token& stop) {
  const BodyChecks checks = body_checks(client_.config(), part.buffer.bytes(), plan_.md5_required);
  Call call{.operation = Operation::upload_part,
            .method = "PUT",
            .key = plan_.key,
            .query = {{"partNumber", std::to_string(part.number)}, {"uploadId", upload_id_}},
            .headers = checks.headers,
            .body = part.buffer.bytes(),
            .payload_sha256 = checks.payload_sha256};
  add_customer_key(client_.config(), call.headers);
  const Answer answer = client_.call(call, stop);
  if (!answer) return in_context(answer.error().error, "part {}", part.number);
  HF_TRY(check_stored(checks, answer->head, plan_.key));
  std::string etag = unquoted(answer->head.header("ETag"));
  if (etag.empty()) return fail(Code::corrupt, "the server gave part {} no ETag", part.number);
  return PartToComplete{.etag = std::move(etag), .checksum_tag = checks.checksum_tag, .checksum = checks.checksum};
}

void MultipartUpload::record(std::size_t number, PartToComplete part) {
  const std::lock_guard guard(mutex_);
  if (parts_.size() < number) parts_.resize(number);
  parts_[number - 1] = std::move(part);
}

void MultipartUpload::record_error(Error error) {
  const std::lock_guard guard(mutex_);
  if (!first_error_) first_error_ = std::move(error);
}

Result<ObjectInfo> MultipartUpload::complete(const std::stop_token& stop) {
  if (plan_.look_first) {
    const Status absent = check_absent(client_, plan_.key, stop);
    if (!absent) {
      abort();
      return tl::unexpected<Error>(absent.error());
    }
  }
  const std::string document = complete_document(parts_);
  const Call call{.operation = Operation::complete_upload,
                  .method = "POST",
                  .key = plan_.key,
                  .query = {{"uploadId", upload_id_}},
                  .headers = {{"Content-Type", "application/xml"}},
                  .body = as_bytes(document),
                  .if_absent = plan_.if_absent};
  const Answer answer = client_.call(call, stop);
  if (answer) {
    auto completed = parse_completed(as_text(answer->body));
    if (completed) {
      // Ceph leaves the ETag out of some of these answers.
      if (completed->etag.empty()) completed->etag = etag_of_parts(parts_);
      return confirm_stored(client_, {.key = plan_.key, .size = total_, .modified = created_, .etag = completed->etag},
                            stop);
    }
    // A success that does not read like one: the object itself tells.
    if (auto info = find_completed()) return *info;
    abort();
    return tl::unexpected<Error>(std::move(completed).error());
  }
  const Failure& failure = answer.error();
  const bool upload_is_gone = failure.code == "NoSuchUpload";
  if (failure.maybe_done || upload_is_gone) {
    if (auto info = find_completed()) return *info;
  }
  if (!abort() && failure.maybe_done) {
    // It was not there a moment ago, and now there is nothing left to abort: it was completed in between.
    if (auto info = find_completed()) return *info;
  }
  return tl::unexpected<Error>(failure.error);
}

std::optional<ObjectInfo> MultipartUpload::find_completed() {
  Call call{.operation = Operation::head_object, .method = "HEAD", .key = plan_.key, .clean_up = true};
  add_customer_key(client_.config(), call.headers);
  const Answer answer = client_.call(call, std::stop_token());
  if (!answer) return std::nullopt;
  const auto info = object_info(answer->head, plan_.key);
  if (!info || info->size != total_) return std::nullopt;
  const std::string expected = etag_of_parts(parts_);
  const bool same_etag = !expected.empty() && info->etag == expected;
  // Where ETags are no MD5s, size and time must do; HTTP's times are whole seconds.
  const bool etags_are_md5 = !expected.empty() && info->etag.size() == expected.size();
  const bool made_since = info->modified >= created_ - std::chrono::seconds(1);
  if (!same_etag && (etags_are_md5 || !made_since)) return std::nullopt;
  return ObjectInfo{.key = plan_.key, .size = info->size, .modified = info->modified, .etag = info->etag};
}

bool MultipartUpload::abort() {
  const Call call{.operation = Operation::abort_upload,
                  .method = "DELETE",
                  .key = plan_.key,
                  .query = {{"uploadId", upload_id_}},
                  .clean_up = true};
  // Twice: a part that the server was still taking in may have outlived the first one.
  for (const bool first : {true, false}) {
    const Answer answer = client_.call(call, std::stop_token());
    if (answer) continue;
    if (answer.error().code == "NoSuchUpload") return !first;
    log::event(log::Level::warning, "s3_upload_not_aborted",
               {{"place", client_.place()}, {"key", plan_.key}, {"reason", answer.error().error.message}});
    break;
  }
  return true;
}

}  // namespace holdfast::objectstore::s3

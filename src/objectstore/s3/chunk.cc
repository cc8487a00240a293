#include "objectstore/s3/chunk.h"

#include <algorithm>

#include "objectstore/s3/object_headers.h"

namespace holdfast::objectstore::s3 {
namespace {

Failure failure_of(Error error) {
  Failure failure;
  failure.error = std::move(error);
  return failure;
}

class ChunkFetch {
 public:
  ChunkFetch(Client& client, const ChunkRequest& request, PartBuffer& into)
      : client_(client), request_(request), into_(into), known_(!request.etag.empty()) {
    info_.etag = request.etag;
    into_.set_size(0);
  }

  tl::expected<ObjectInfo, Failure> run(const std::stop_token& stop) {
    Retrier retrier = client_.make_retrier({});
    while (true) {
      const std::size_t before = got_;
      Call call = next_call();
      const Answer answer = client_.attempt(call, receiver_, stop);
      into_.set_size(got_);
      if (answer && is_whole()) return info_;
      Failure failure = answer ? early_end() : answer.error();
      if (known_ && (failure.status == 412 || failure.is_missing_key())) return tl::unexpected<Failure>(changed());
      if (got_ > before) retrier.progressed();
      if (failure.try_again && client_.wait_before_retry(retrier, call, failure, stop)) continue;
      return tl::unexpected<Failure>(std::move(failure));
    }
  }

 private:
  Call next_call() const {
    Call call{.operation = Operation::get_object, .method = "GET", .key = request_.key};
    const std::uint64_t first = request_.offset + got_;
    call.headers.push_back({"Range", fmt::format("bytes={}-{}", first, request_.offset + request_.length - 1)});
    if (known_) call.headers.push_back({"If-Match", "\"" + info_.etag + "\""});
    add_customer_key(client_.config(), call.headers);
    return call;
  }

  bool is_whole() const {
    return got_ == std::min(request_.length, info_.size - std::min(info_.size, request_.offset));
  }

  Failure early_end() const {
    Failure failure = failure_of(
        fail(Code::unavailable, "the server ended its answer after {} bytes of {}", got_, request_.key).value());
    failure.try_again = true;
    return failure;
  }

  Failure changed() const {
    return failure_of(with_hint(fail(Code::corrupt, "{} was replaced or removed while it was read", request_.key),
                                "start again, with what is there now")
                          .value());
  }

  Status take_head(const http::ResponseHead& head) {
    HF_ASSIGN(ObjectInfo info, object_info(head, request_.key));
    std::uint64_t offset = 0;
    if (head.status == 206) {
      HF_ASSIGN(const ContentRange range, content_range(head));
      offset = range.offset;
      info.size = range.total;
    }
    if (known_ && info.etag != info_.etag) return tl::unexpected<Error>(changed().error);
    // A server that ignores ranges sends everything, with status 200: fine as long as that is what was asked for.
    if (offset != request_.offset + got_ || (head.status != 206 && info.size > request_.length)) {
      return with_hint(fail(Code::unsupported, "the server sent {} from byte {} when asked for byte {}", request_.key,
                            offset, request_.offset + got_),
                       "this server or a proxy does not support ranges");
    }
    info_ = std::move(info);
    known_ = !info_.etag.empty();
    return {};
  }

  Status take_body(ByteView piece) {
    if (piece.size() > request_.length - got_)
      return fail(Code::corrupt, "the server sent more of {} than asked for", request_.key);
    std::copy(piece.begin(), piece.end(), into_.space().begin() + static_cast<std::ptrdiff_t>(got_));
    got_ += piece.size();
    return {};
  }

  Client& client_;
  const ChunkRequest& request_;
  PartBuffer& into_;
  ObjectInfo info_;
  bool known_;  // info_ has the ETag every further answer must have
  std::size_t got_ = 0;
  const Receiver receiver_{.on_head = [this](const http::ResponseHead& head) { return take_head(head); },
                           .on_body = [this](ByteView piece) { return take_body(piece); }};
};

}  // namespace

tl::expected<ObjectInfo, Failure> fetch_chunk(Client& client, const ChunkRequest& request, PartBuffer& into,
                                              const std::stop_token& stop) {
  return ChunkFetch(client, request, into).run(stop);
}

}  // namespace holdfast::objectstore::s3

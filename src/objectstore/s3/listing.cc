// The parts of S3Store that go through lists, page by page.
#include "objectstore/put_source.h"
#include "objectstore/s3/s3_store.h"
#include "objectstore/s3/xml.h"

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::size_t kPageLimit = 16 * kMiB;  // bytes; 1,000 names of 1,024 bytes, percent-encoded, are about 4 MiB
constexpr int kEmptyPagesLimit = 100;          // in a row; a server may give some, but not forever

// A server that gives the same page again and again, or no order, must not make us run forever or miss objects.
class PageGuard {
 public:
  Status check(const ObjectInfo& info) {
    if (!last_.empty() && info.key <= last_) {
      return fail(Code::corrupt, "the server lists \"{}\" after \"{}\": the list is not in order", info.key, last_);
    }
    last_ = info.key;
    return {};
  }
  Status check_page(bool empty) {
    empty_pages_ = empty ? empty_pages_ + 1 : 0;
    if (empty_pages_ < kEmptyPagesLimit) return {};
    return fail(Code::corrupt, "the server gives empty pages of a list without end");
  }

 private:
  std::string last_;
  int empty_pages_ = 0;
};

}  // namespace

Status S3Store::list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) {
  PageGuard guard;
  std::string token;
  while (true) {
    HF_TRY(check_not_stopped(stop));
    Call call{.operation = Operation::list_objects,
              .query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", prefix}},
              .reply_limit = kPageLimit};
    if (!token.empty()) call.query.emplace_back("continuation-token", token);
    const Answer answer = client_.call(call, stop);
    if (!answer) return in_context(answer.error().error, "list \"{}\"", prefix);
    auto page = parse_list(as_text(answer->body));
    if (!page) return in_context(std::move(page).error(), "list \"{}\" in {}", prefix, client_.place());
    HF_TRY(guard.check_page(page->objects.empty()));
    for (const ObjectInfo& info : page->objects) {
      HF_TRY(guard.check(info));
      if (!info.key.starts_with(prefix) || !check_key(info.key)) continue;
      HF_TRY(check_not_stopped(stop));
      HF_TRY(visit(info));
    }
    if (!page->truncated) return {};
    token = std::move(page->next_token);
  }
}

Result<std::uint64_t> S3Store::abort_stale_uploads(const StaleUploads& which, const std::stop_token& stop) {
  const std::string& prefix = which.prefix;
  const WallTime limit = client_.clock().now() - which.older_than;
  std::uint64_t aborted = 0;
  // Without encoding-type: Ceph 16 then encodes names without saying so. Our keys need none.
  Call call{.operation = Operation::list_uploads,
            .query = {{"uploads", ""}, {"prefix", prefix}},
            .reply_limit = kPageLimit,
            .clean_up = true};
  const QueryParameters first_page = call.query;
  std::string last_marker;
  while (true) {
    const Answer answer = client_.call(call, stop);
    if (!answer) return in_context(answer.error().error, "list unfinished uploads below \"{}\"", prefix);
    HF_ASSIGN(const UploadsPage page, parse_uploads(as_text(answer->body)));
    for (const PendingUpload& upload : page.uploads) {
      if (!upload.key.starts_with(prefix) || upload.initiated >= limit) continue;
      if (which.ours && !which.ours(upload.key)) continue;
      const Answer done = client_.call({.operation = Operation::abort_upload,
                                        .method = "DELETE",
                                        .key = upload.key,
                                        .query = {{"uploadId", upload.upload_id}},
                                        .clean_up = true},
                                       stop);
      if (!done && done.error().code != "NoSuchUpload") {
        return in_context(done.error().error, "abort the unfinished upload of {}", upload.key);
      }
      ++aborted;
    }
    const std::string marker = page.next_key_marker + "\n" + page.next_upload_id_marker;
    if (!page.truncated) return aborted;
    if (marker == last_marker) return fail(Code::corrupt, "the server repeats a page of unfinished uploads");
    last_marker = marker;
    call.query = first_page;
    call.query.emplace_back("key-marker", page.next_key_marker);
    call.query.emplace_back("upload-id-marker", page.next_upload_id_marker);
  }
}

}  // namespace holdfast::objectstore::s3

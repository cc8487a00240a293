#include "server/downloads.h"

#include <condition_variable>
#include <string>
#include <utility>

#include "server/answer.h"
#include "work/open_backup.h"

#include "api/fields.h"
#include "api/status.h"
#include "base/log.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kPiece = 256 * kKiB;
constexpr int kAgainSeconds = 10;

// Wakes the thread that writes when there is room again.
struct Room {
  std::mutex mutex;
  std::condition_variable_any changed;

  void tell() {
    const std::lock_guard lock(mutex);
    changed.notify_all();
  }
};

// Until everything is written, the client is gone, or `stop`.
Status copy(ByteSource& source, http::ResponseStream& stream, std::size_t backlog, const std::stop_token& stop) {
  const auto room = std::make_shared<Room>();
  stream.on_drained([room] { room->tell(); });
  stream.on_close([room] { room->tell(); });
  Bytes piece(kPiece);
  while (true) {
    HF_ASSIGN(const std::size_t count, source.read(piece));
    if (count == 0) return {};
    const std::string_view text = as_text(ByteView(piece).first(count));
    if (!stream.write(std::string(text))) return fail(Code::cancelled, "the client went away");
    std::unique_lock lock(room->mutex);
    const bool free =
        room->changed.wait(lock, stop, [&] { return stream.closed() || stream.queued_bytes() < backlog / 2; });
    if (!free || stream.closed()) return fail(Code::cancelled, "the client went away, or the server stops");
  }
}

}  // namespace

Downloads::~Downloads() {
  std::list<Job> jobs;
  {
    const std::lock_guard lock(mutex_);
    jobs.swap(jobs_);
  }
  for (Job& each : jobs)
    each.thread.request_stop();
}

bool Downloads::open(const json::Value& backup, std::vector<http::Header> headers,
                     std::unique_ptr<http::Responder> responder) {
  const std::lock_guard lock(mutex_);
  jobs_.remove_if([](const Job& each) { return each.done.load(); });
  if (jobs_.size() >= parts_.most) {
    responder->send(error_answer(api::too_many_requests("too many downloads at once", kAgainSeconds)));
    return false;
  }
  Job& job = jobs_.emplace_back();
  job.thread = std::jthread(
      [this, &job, backup, headers = std::move(headers),
       responder = std::shared_ptr<http::Responder>(std::move(responder))](const std::stop_token& stop) mutable {
        answer(backup, std::move(headers), *responder, stop);
        job.done = true;
      });
  return true;
}

void Downloads::answer(const json::Value& backup, std::vector<http::Header> headers, http::Responder& responder,
                       const std::stop_token& stop) {
  const std::string name(api::text_at(backup, {"metadata", "name"}));
  auto opened = work::OpenBackup::open(parts_.world, backup, stop);
  if (!opened) return responder.send(error_answer(api::internal_error(opened.error())));
  headers.push_back({.name = "Content-Type", .value = "application/octet-stream"});
  headers.push_back({.name = "Content-Disposition", .value = "attachment; filename=\"" + name + ".db\""});
  const auto stream = responder.stream({.status = 200, .headers = std::move(headers), .body = {}});
  const Status copied = copy((*opened)->snapshot(), *stream, parts_.backlog, stop);
  if (copied) return stream->finish();
  log::event(log::Level::warning, "download.broken", {{"backup", name}, {"error", copied.error().to_string()}});
}

}  // namespace holdfast::server

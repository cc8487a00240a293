#include "server/downloads.h"

#include <algorithm>
#include <condition_variable>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "server/answer.h"
#include "server/download_refusal.h"
#include "work/catalogue.h"
#include "work/surroundings.h"

#include "api/fields.h"
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

std::string name_of(const json::Value& backup) {
  return std::string(api::text_at(backup, {"metadata", "name"}));
}

void send_error(http::Responder& responder, const api::ApiError& error, const std::vector<http::Header>& headers) {
  http::ServerResponse response = error_answer(error);
  response.headers.insert(response.headers.end(), headers.begin(), headers.end());
  responder.send(std::move(response));
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

int Downloads::open(DownloadRequest request, std::unique_ptr<http::Responder> responder) {
  auto refusal = known_refusal(request.kind, request.backup);
  const std::lock_guard lock(mutex_);
  jobs_.remove_if([](const Job& each) { return each.done.load(); });
  if (!refusal) refusal = find_place({.user = request.user, .admin = request.admin});
  if (refusal) {
    send_error(*responder, *refusal, request.headers);
    return refusal->code;
  }
  Job& job = jobs_.emplace_back(std::move(request));
  job.thread = std::jthread(
      [this, &job, responder = std::shared_ptr<http::Responder>(std::move(responder))](const std::stop_token& stop) {
        answer(job, *responder, stop);
        job.done = true;
      });
  return 200;
}

std::vector<Downloader> Downloads::holders(const Job* except) const {
  std::vector<Downloader> all;
  for (const Job& each : jobs_) {
    if (!each.ended && &each != except) all.push_back({.user = each.request.user, .admin = each.request.admin});
  }
  return all;
}

std::optional<api::ApiError> Downloads::find_place(const Downloader& who) {
  const os::SteadyTime now = parts_.world.clock.steady();
  const auto verdict = turns_.judge(who, holders(nullptr), now);
  if (verdict == DownloadTurns::Verdict::too_many_of_own)
    return api::too_many_requests(fmt::format("you have {} downloads under way already", parts_.limits.most_of_one),
                                  kAgainSeconds);
  if (verdict == DownloadTurns::Verdict::place || make_room(who, now)) {
    turns_.gave_place(who, now);
    return std::nullopt;
  }
  turns_.told_to_wait(who, now);
  return api::too_many_requests("too many downloads at once", kAgainSeconds);
}

bool Downloads::make_room(const Downloader& who, os::SteadyTime now) {
  std::vector<std::pair<std::uint64_t, Job*>> slow;
  for (Job& each : jobs_) {
    const auto rate = each.ended ? std::nullopt : each.pace.rate(now);
    if (rate && *rate < kLeastRate) slow.emplace_back(*rate, &each);
  }
  std::sort(slow.begin(), slow.end(), [](const auto& one, const auto& other) { return one.first < other.first; });
  for (const auto& [rate, job] : slow) {
    if (turns_.judge(who, holders(job), now) != DownloadTurns::Verdict::place) continue;
    end(*job, rate);
    return true;
  }
  return false;
}

void Downloads::end(Job& job, std::uint64_t rate) {
  job.ended = true;
  job.thread.request_stop();
  log::event(log::Level::warning, "download.too_slow",
             {{"backup", name_of(job.request.backup)},
              {"user", job.request.user},
              {"bytesPerSecond", fmt::to_string(rate)},
              {"reason", "its client took less than 64 KiB/s over two minutes, and others wait"}});
}

void Downloads::note_damage(const Job& job, const Error& error) {
  const json::Value& backup = job.request.backup;
  const auto moved = work::has_moved(parts_.world, api::text_at(backup, {"spec", "seed"}),
                                     api::text_at(backup, {"spec", "destination"}), job.settings);
  if (!moved || *moved) {
    const Error why = moved ? work::moved_error(api::text_at(backup, {"spec", "destination"})) : moved.error();
    log::event(log::Level::warning, "download.damage_not_noted",
               {{"backup", name_of(backup)}, {"error", error.to_string()}, {"reason", why.to_string()}});
    return;
  }
  const std::string now = format_time(parts_.world.clock.now());
  const json::Object status{
      {"phase", "Damaged"}, {"message", error.to_string()}, {"lastVerifiedTime", now}, {"damagedTime", now}};
  const Status noted = work::change_object_status(parts_.world, backup, status, std::nullopt);
  log::event(log::Level::warning, "download.damaged", {{"backup", name_of(backup)}, {"error", error.to_string()}});
  if (!noted) log::event(log::Level::error, "download.damage_not_noted", {{"error", noted.error().to_string()}});
}

void Downloads::refuse(Job& job, const Error& error, http::Responder& responder) {
  if (error.code == Code::corrupt) note_damage(job, error);
  send_error(responder, open_refusal(job.request.kind, job.request.backup, error), job.request.headers);
}

void Downloads::answer(Job& job, http::Responder& responder, const std::stop_token& stop) {
  auto found = work::FoundBackup::find(parts_.world, job.request.backup, stop);
  if (!found) return refuse(job, found.error(), responder);
  if (const Status readable = found->check_readable(job.request.backup); !readable)
    return refuse(job, readable.error(), responder);
  job.settings = found->settings;
  auto opened = work::OpenBackup::open(parts_.world, std::move(*found), stop);
  if (!opened) return refuse(job, opened.error(), responder);
  // What is wrong with the beginning, or with a snapshot that is no longer, can still be told.
  Bytes first(kPiece);
  const auto count = read_full((*opened)->snapshot(), first);
  if (!count) return refuse(job, count.error(), responder);
  first.resize(*count);
  send(job, **opened, std::move(first), responder, stop);
}

void Downloads::send(Job& job, work::OpenBackup& backup, Bytes first, http::Responder& responder,
                     const std::stop_token& stop) {
  const std::string name = name_of(job.request.backup);
  std::vector<http::Header> headers = job.request.headers;
  headers.push_back({.name = "Content-Type", .value = "application/octet-stream"});
  headers.push_back({.name = "Content-Disposition", .value = "attachment; filename=\"" + name + ".db\""});
  const auto stream = responder.stream({.status = 200, .headers = std::move(headers), .body = {}});
  job.pace.begin(stream, parts_.backlog, parts_.world.clock.steady());
  const Status copied = copy(job, backup.snapshot(), std::move(first), *stream, stop);
  if (copied) return stream->finish();
  if (copied.error().code == Code::corrupt) note_damage(job, copied.error());
  log::event(log::Level::warning, "download.broken", {{"backup", name}, {"error", copied.error().to_string()}});
}

Status Downloads::copy(Job& job, ByteSource& source, Bytes piece, http::ResponseStream& stream,
                       const std::stop_token& stop) {
  const auto room = std::make_shared<Room>();
  stream.on_drained([room] { room->tell(); });
  stream.on_close([room] { room->tell(); });
  while (!piece.empty()) {
    if (!stream.write(std::string(as_text(piece)))) return fail(Code::cancelled, "the client went away");
    job.pace.wrote(piece.size(), parts_.world.clock.steady());
    {
      std::unique_lock lock(room->mutex);
      const bool free =
          room->changed.wait(lock, stop, [&] { return stream.closed() || stream.queued_bytes() < parts_.backlog / 2; });
      if (!free || stream.closed()) return fail(Code::cancelled, "the client went away, or the server ends it");
    }
    piece.resize(kPiece);
    HF_ASSIGN(const std::size_t count, source.read(piece));
    piece.resize(count);
  }
  return {};
}

}  // namespace holdfast::server

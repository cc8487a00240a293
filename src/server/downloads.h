// GET …/backups/NAME/download: the plain snapshot, as a stream.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "server/download_pace.h"
#include "server/download_turns.h"
#include "work/open_backup.h"
#include "work/world.h"

#include "api/kind.h"
#include "api/status.h"
#include "http/server/server.h"
#include "model/json.h"

namespace holdfast::server {

constexpr std::string_view kDownload = "download";  // the subresource

struct DownloadRequest {
  const api::Kind& kind;
  json::Value backup;
  std::string user;
  bool admin = false;                 // the user is an administrator
  std::vector<http::Header> headers;  // of the answer
};

// One thread for each download under way, of which there are few. The world outlives it; the HTTP server must have
// stopped before it goes.
//
// Whose turn it is says download_turns.h. When somebody whose turn it is finds all places taken, the slowest client
// that takes less than kLeastRate loses its own.
class Downloads {
 public:
  struct Parts {
    work::World world;
    std::size_t backlog;         // ServerOptions::stream_backlog
    DownloadLimits limits = {};  // more are asked to come again
  };
  explicit Downloads(Parts parts) : parts_(std::move(parts)), turns_(parts_.limits) {}
  ~Downloads();  // breaks off what runs

  // Begins to answer with the snapshot, or answers with the error; what can be known before the first byte is told
  // before it. A snapshot that turns out to be damaged on the way gets the phase Damaged, and only then the answer is
  // broken off: nobody takes it for whole, and whoever wonders finds the reason there. Returns the status of the
  // answer, 200 when it has yet to be seen.
  int open(DownloadRequest request, std::unique_ptr<http::Responder> responder);

 private:
  struct Job {
    explicit Job(DownloadRequest asked) : request(std::move(asked)) {}
    const DownloadRequest request;
    json::Value settings;  // of the destination as it was read from; for its own thread
    DownloadPace pace;
    bool ended = false;  // protected by mutex_: it was too slow, its place is free
    std::atomic<bool> done{false};
    std::jthread thread;  // last: it uses what stands above
  };
  // mutex_ is held.
  std::optional<api::ApiError> find_place(const Downloader& who);
  std::vector<Downloader> holders(const Job* except) const;
  // Ends the slowest client whose place `who` would be given then. False: there is none.
  bool make_room(const Downloader& who, os::SteadyTime now);
  static void end(Job& job, std::uint64_t rate);
  void answer(Job& job, http::Responder& responder, const std::stop_token& stop);
  void refuse(Job& job, const Error& error, http::Responder& responder);
  void send(Job& job, work::OpenBackup& backup, Bytes first, http::Responder& responder, const std::stop_token& stop);
  // Until everything is written, the client is gone, or `stop`.
  Status copy(Job& job, ByteSource& source, Bytes piece, http::ResponseStream& stream, const std::stop_token& stop);
  // Unless the destination leads to another place meanwhile, about which this says nothing.
  void note_damage(const Job& job, const Error& error);

  Parts parts_;
  std::mutex mutex_;
  DownloadTurns turns_;  // protected by mutex_
  std::list<Job> jobs_;  // protected by mutex_
};

}  // namespace holdfast::server

// One watch: first the objects that are there, if they are wanted, in pieces that the client takes; then the changes.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "server/call.h"
#include "server/forms.h"
#include "server/parameters.h"
#include "server/stream_guard.h"
#include "server/watch_text.h"

#include "registry/watch_hub.h"

namespace holdfast::server {

struct WatchPlan {
  const api::Kind* kind = nullptr;
  std::string name_space;
  WatchParameters parameters;
  Shape shape;
};

// Lives as long as its stream, the hub or a callback knows it.
class WatchStream : public registry::Watcher, public Guarded, public std::enable_shared_from_this<WatchStream> {
 public:
  // The rest outlives every watch.
  WatchStream(Backend& backend, registry::WatchHub& hub, WatchText& text, std::size_t backlog, WatchPlan plan,
              std::shared_ptr<http::ResponseStream> stream);

  // Begins. On a handler's thread; goes on there when the client has taken what it was sent.
  void start();
  // Ends the stream cleanly. Not to be called by the hub.
  void end();

  void revoke() override { stream_->finish(); }
  bool over() const override { return stream_->closed(); }

  bool on_event(api::WatchEvent type, const std::shared_ptr<const registry::ObjectEvent>& event) override;
  bool on_progress(store::Revision through) override;
  void on_end(const api::ApiError& error) override;

 private:
  void send_objects();
  // One page of them; false when the stream is over.
  bool send_page();
  bool must_wait();
  void follow();
  void fail(const api::ApiError& error);
  bool send(std::string line) { return stream_->write(std::move(line)); }

  Backend& backend_;
  registry::WatchHub& hub_;
  WatchText& text_;
  const std::size_t backlog_;
  const WatchPlan plan_;
  const std::shared_ptr<http::ResponseStream> stream_;
  std::atomic<std::uint64_t> id_ = 0;         // of the hub; 0: not yet there
  std::atomic<bool> waiting_ = false;         // for the client to take what it was sent
  std::atomic<store::Revision> through_ = 0;  // what was told reaches to here
  std::atomic<bool> columns_sent_ = false;

  // Of the objects that are there, one thread at a time:
  std::string next_;  // key to go on from
  store::Revision revision_ = 0;
  bool first_page_ = true;
};

}  // namespace holdfast::server

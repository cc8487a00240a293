#include "server/watch_stream.h"

#include <utility>

#include "server/objects.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kPage = 500;         // objects read at once
constexpr std::size_t kChunk = 64 * 1024;  // bytes sent at once

}  // namespace

WatchStream::WatchStream(Backend& backend, registry::WatchHub& hub, WatchText& text, std::size_t backlog,
                         WatchPlan plan, std::shared_ptr<http::ResponseStream> stream)
    : backend_(backend),
      hub_(hub),
      text_(text),
      backlog_(backlog),
      plan_(std::move(plan)),
      stream_(std::move(stream)) {}

void WatchStream::start() {
  stream_->on_close([self = shared_from_this()] { self->hub_.unwatch(self->id_); });
  if (plan_.parameters.initial_objects) return send_objects();
  revision_ = plan_.parameters.after != 0 ? plan_.parameters.after : hub_.through();
  follow();
}

void WatchStream::send_objects() {
  while (true) {
    if (!send_page()) return;
    if (next_.empty()) return follow();
    if (must_wait()) return;
  }
}

bool WatchStream::send_page() {
  registry::ListQuery query;
  query.name_space = plan_.name_space;
  query.selectors = plan_.parameters.selectors;
  query.limit = kPage;
  query.after = std::exchange(next_, {});
  query.revision = std::exchange(first_page_, false) ? 0 : revision_;
  std::string chunk;
  bool open = true;
  const auto end = read_objects(backend_, *plan_.kind, query, [&](const json::Value& object) {
    const bool columns = !columns_sent_.exchange(true);
    chunk += text_.text(api::WatchEvent::added, *plan_.kind, object, plan_.shape, columns);
    if (chunk.size() >= kChunk) open = send(std::exchange(chunk, {})) && open;
  });
  if (!end) {
    fail(end.error());
    return false;
  }
  revision_ = end->revision;
  next_ = end->next;
  return send(std::move(chunk)) && open;
}

// True when half of what may wait for the client does: then the rest comes when it has taken that.
bool WatchStream::must_wait() {
  if (stream_->queued_bytes() < backlog_ / 2) return false;
  waiting_ = true;
  stream_->on_drained([self = shared_from_this()] {
    if (self->waiting_.exchange(false)) self->send_objects();
  });
  // It may have been taken before we asked to be told; whoever finds `waiting_` set goes on.
  return stream_->queued_bytes() >= backlog_ / 2 || !waiting_.exchange(false);
}

void WatchStream::follow() {
  if (plan_.parameters.mark_initial_end && plan_.parameters.initial_objects &&
      !send(bookmark_line(*plan_.kind, plan_.shape, revision_, true)))
    return;
  through_ = revision_;
  const registry::WatchFilter filter{
      .kind = plan_.kind, .name_space = plan_.name_space, .selectors = plan_.parameters.selectors};
  const store::Revision after = is_definition(*plan_.kind) ? hub_.through() : revision_;
  const auto id = hub_.watch(filter, after, shared_from_this());
  if (!id) return fail(id.error());
  id_ = *id;
  if (stream_->closed()) hub_.unwatch(*id);  // it closed before there was anything to leave
}

void WatchStream::fail(const api::ApiError& error) {
  send(error_line(error));
  stream_->finish();
}

void WatchStream::end() {
  hub_.unwatch(id_);
  if (plan_.parameters.bookmarks && through_ != 0) send(bookmark_line(*plan_.kind, plan_.shape, through_, false));
  stream_->finish();
}

bool WatchStream::on_event(api::WatchEvent type, const std::shared_ptr<const registry::ObjectEvent>& event) {
  through_ = event->revision;
  if (plan_.shape.form == api::Form::table && !columns_sent_.exchange(true)) {
    return send(text_.text(type, *plan_.kind, shown_object(type, *event), plan_.shape, true));
  }
  return stream_->write_shared(text_.line(type, event, plan_.shape));
}

bool WatchStream::on_progress(store::Revision through) {
  through_ = std::max(through_.load(), through);
  if (!plan_.parameters.bookmarks) return !stream_->closed();
  return send(bookmark_line(*plan_.kind, plan_.shape, through, false));
}

void WatchStream::on_end(const api::ApiError& error) {
  fail(error);
}

}  // namespace holdfast::server

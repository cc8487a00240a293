#include "http/server/responder.h"

#include <atomic>

#include "base/log.h"
#include "http/server/response_head.h"
#include "http/server/stream_queue.h"

namespace holdfast::http {
namespace {

// A status below 200 makes the connection put its own answer in place; see Connection::answer().
ServerResponse checked(ServerResponse response) {
  if (const Status fine = check_response(response); !fine) {
    log::event(log::Level::error, "http.bad_answer", {{"error", fine.error().to_string()}});
    return {.status = 0, .headers = {}, .body = {}};
  }
  return response;
}

class Stream final : public ResponseStream {
 public:
  explicit Stream(std::shared_ptr<StreamQueue> queue) : queue_(std::move(queue)) {}
  ~Stream() override { queue_->abandon(); }

  bool write(std::string chunk) override {
    return queue_->write(std::make_shared<const std::string>(std::move(chunk)));
  }
  bool write_shared(std::shared_ptr<const std::string> chunk) override { return queue_->write(std::move(chunk)); }
  void finish() override { queue_->finish(); }
  std::uint64_t queued_bytes() const override { return queue_->queued_bytes(); }
  bool closed() const override { return queue_->closed(); }
  void on_close(std::function<void()> callback) override { queue_->on_close(std::move(callback)); }
  void on_drained(std::function<void()> callback) override { queue_->on_drained(std::move(callback)); }

 private:
  const std::shared_ptr<StreamQueue> queue_;
};

class MailResponder final : public Responder {
 public:
  explicit MailResponder(ResponderPlace place) : place_(std::move(place)) {}
  ~MailResponder() override { post(Message::Kind::answer, {.status = 0, .headers = {}, .body = {}}, nullptr); }

  void send(ServerResponse response) override { post(Message::Kind::answer, checked(std::move(response)), nullptr); }

  std::shared_ptr<ResponseStream> stream(ServerResponse head) override {
    auto queue = std::make_shared<StreamQueue>(place_.connection, place_.stream_backlog, place_.mailbox, place_.pool);
    ServerResponse fine = checked(std::move(head));
    const bool bodiless = place_.head_only || fine.status == 0 || !has_body(fine.status);
    std::string first = std::exchange(fine.body, {});
    if (bodiless) queue->close(true);
    if (!bodiless && !first.empty()) queue->write(std::make_shared<const std::string>(std::move(first)));
    if (!post(Message::Kind::open, std::move(fine), queue)) queue->close(true);
    return std::make_shared<Stream>(std::move(queue));
  }

 private:
  // False when the server is gone, or the request was answered before.
  bool post(Message::Kind kind, ServerResponse response, std::shared_ptr<StreamQueue> queue) {
    if (used_.exchange(true)) return false;
    return place_.mailbox->post({.kind = kind,
                                 .connection = place_.connection,
                                 .request = place_.request,
                                 .response = std::move(response),
                                 .stream = std::move(queue)});
  }

  const ResponderPlace place_;
  std::atomic<bool> used_ = false;
};

}  // namespace

std::unique_ptr<Responder> make_responder(ResponderPlace place) {
  return std::make_unique<MailResponder>(std::move(place));
}

}  // namespace holdfast::http

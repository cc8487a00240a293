#include "http/server/connection.h"

#include <sys/socket.h>

#include "http/server/response_head.h"

namespace holdfast::http {
namespace {

constexpr int kTurnsInARow = 16;                    // of one connection before others get theirs; 16 KiB each at most
constexpr std::size_t kTakeBelow = 64 * 1024;       // bytes of a stream that are framed ahead of the socket
constexpr std::size_t kMostEarlyBytes = 16 * 1024;  // sent by the client behind an open stream
constexpr auto kLinger = std::chrono::seconds(2);

}  // namespace

Connection::Connection(Engine& engine, std::uint64_t id, std::unique_ptr<Socket> socket, std::unique_ptr<Wire> wire)
    : engine_(engine),
      id_(id),
      socket_(std::move(socket)),
      wire_(std::move(wire)),
      reader_({.target = engine.options().target_limit,
               .header = engine.options().header_limit,
               .body = engine.options().body_limit}) {
  peer_.address = socket_->peer();
}

void Connection::start() {
  expire_after(engine_.options().header_timeout);
  pump();
}

void Connection::on_ready(Direction direction) {
  (direction == Direction::readable ? notified_readable_ : notified_writable_) = false;
  if (read_waits_ == direction) read_waits_.reset();
  if (write_waits_ == direction) write_waits_.reset();
  pump();
}

void Connection::wait_to(bool read, Outcome wanted) {
  const Direction direction = wanted == Outcome::wants_read ? Direction::readable : Direction::writable;
  (read ? read_waits_ : write_waits_) = direction;
  bool& notified = direction == Direction::readable ? notified_readable_ : notified_writable_;
  if (!std::exchange(notified, true)) socket_->notify(direction, shared_from_this());
}

void Connection::expire_after(Duration timeout) {
  deadline_ = engine_.now() + std::chrono::duration_cast<os::SteadyTime::duration>(timeout);
  ask_for_look();
}

// A deadline mostly moves on, several times per request: an early look that finds so is cheaper than asking each time.
void Connection::ask_for_look() {
  if (deadline_ >= look_at_) return;
  look_at_ = deadline_;
  engine_.look_at(id_, look_at_);
}

void Connection::look(os::SteadyTime asked, os::SteadyTime now) {
  if (asked != look_at_) return;  // an earlier one was asked for since, and came
  look_at_ = os::SteadyTime::max();
  if (now >= deadline_) return give_up();
  ask_for_look();
}

void Connection::account(std::size_t bytes) {
  const bool fits = engine_.account(accounted_, bytes);
  accounted_ = bytes;
  if (!fits && phase_ == Phase::reading) refuse(429, "too many requests are under way; try again");
}

void Connection::pump() {
  const auto self = shared_from_this();  // closing lets go of the table's reference
  for (int turn = 0; turn < kTurnsInARow; ++turn) {
    if (phase_ == Phase::closed || !step()) return;
  }
  engine_.loop().post([self] { self->pump(); });
}

bool Connection::step() {
  const bool sent = flush();
  switch (phase_) {
    case Phase::handshake:
      return shake_hands();
    case Phase::reading:
      return read_request() || sent;
    case Phase::handling:
      return sent;
    case Phase::answering:
      return out_.empty() ? go_on_after_answer() : sent;
    case Phase::streaming: {
      const bool took = take_chunks();
      if (phase_ == Phase::streaming && !took && out_.empty() && stream_end_ == StreamQueue::End::clean) {
        return go_on_after_answer();
      }
      return (phase_ == Phase::streaming && watch_client()) || took || sent;
    }
    case Phase::lingering:
      return discard() || sent;
    case Phase::closed:
      return false;
  }
  return false;
}

bool Connection::shake_hands() {
  if (read_waits_) return false;
  const Outcome outcome = wire_->handshake(peer_);
  if (outcome == Outcome::done) {
    phase_ = Phase::reading;
    return true;
  }
  if (outcome == Outcome::wants_read || outcome == Outcome::wants_write) {
    wait_to(true, outcome);
    return false;
  }
  linger();  // the alert that says why has been sent and should arrive
  return true;
}

bool Connection::read_request() {
  if (read_waits_) return false;
  const std::span<char> scratch = engine_.scratch();
  const Transfer got = wire_->read(scratch);
  if (got.outcome == Outcome::wants_read || got.outcome == Outcome::wants_write) {
    wait_to(true, got.outcome);
    return false;
  }
  if (got.outcome != Outcome::done) {
    close(false);
    return false;
  }
  reader_.feed({scratch.data(), got.bytes});
  look_at_request();
  return true;
}

// After bytes came, and after an answer: the next request may be here already.
void Connection::look_at_request() {
  using State = RequestReader::State;
  const State state = reader_.state();
  if (state == State::refused) return refuse(reader_.refusal().status, reader_.refusal().message);
  if (state == State::complete) return dispatch();
  if (state == State::head && reader_.started() && !timing_head_) {
    timing_head_ = true;
    if (request_ > 0) expire_after(engine_.options().header_timeout);  // the first one has its time since the accept
  }
  if (state == State::body && !asked_for_body_) {
    asked_for_body_ = true;
    expire_after(engine_.options().body_timeout);
    if (reader_.waits_for_continue()) out_.add("HTTP/1.1 100 Continue\r\n\r\n");
  }
  account(reader_.held_bytes());
}

void Connection::dispatch() {
  account(reader_.held_bytes());
  if (phase_ != Phase::reading) return;
  ++request_;
  head_only_ = reader_.head_only();
  chunked_ = reader_.understands_chunks();
  keep_alive_ = reader_.keep_alive();
  timing_head_ = asked_for_body_ = false;
  phase_ = Phase::handling;
  never_expire();
  ServerRequest request = reader_.take_request();
  request.peer = peer_;
  auto responder = engine_.responder(id_, request_, head_only_);
  if (!engine_.pool().offer(request, responder)) {
    answer(engine_.error_answer(429, "too many requests are waiting; try again"));
  }
}

// The rest of the request is not read, so nobody can say where the next one would begin.
void Connection::refuse(int status, std::string_view message) {
  keep_alive_ = false;
  answer(engine_.error_answer(status, message));
}

void Connection::answer(ServerResponse response) {
  if (response.status == 0) response = engine_.error_answer(500, "the request could not be answered");
  const bool body_allowed = has_body(response.status);
  keep_alive_ = keep_alive_ && !engine_.stopping();
  HeadFraming framing{.length = std::nullopt, .chunked = false, .close = !keep_alive_};
  if (body_allowed) framing.length = response.body.size();
  out_.add(response_head(response, framing, engine_.date()));
  if (body_allowed && !head_only_) out_.add(std::move(response.body));
  phase_ = Phase::answering;
  expire_after(engine_.options().write_timeout);
}

bool Connection::flush() {
  if (out_.empty() || write_waits_) return false;
  const Transfer sent = wire_->write(out_);
  if (sent.outcome == Outcome::wants_read || sent.outcome == Outcome::wants_write) {
    if (deadline_ == os::SteadyTime::max()) expire_after(engine_.options().write_timeout);
    wait_to(false, sent.outcome);
    return false;
  }
  if (sent.outcome != Outcome::done) {
    close(false);
    return false;
  }
  out_.consume(sent.bytes);
  if (phase_ == Phase::answering) expire_after(engine_.options().write_timeout);
  if (phase_ == Phase::streaming) {
    never_expire();
    stream_->report_unsent(out_.bytes());
  }
  return true;
}

// The answer is sent.
bool Connection::go_on_after_answer() {
  if (stream_) {
    stream_->close(true);
    stream_.reset();
    engine_.count_stream(-1);
  }
  account(0);
  if (keep_alive_ && !engine_.stopping()) {
    phase_ = Phase::reading;
    head_only_ = false;
    expire_after(engine_.options().idle_timeout);
    reader_.next();
    look_at_request();
    return true;
  }
  const bool more_may_come = reader_.state() != RequestReader::State::complete || reader_.early_bytes() > 0;
  if (more_may_come) {
    linger();
  } else {
    wire_->say_goodbye();
    close(false);
  }
  return true;
}

void Connection::open_stream(ServerResponse head, std::shared_ptr<StreamQueue> stream) {
  if (head.status == 0 || head_only_ || !has_body(head.status)) {
    stream->close(true);
    if (head.status != 0 && head_only_) {
      keep_alive_ = keep_alive_ && !engine_.stopping();
      const HeadFraming framing{.length = std::nullopt, .chunked = chunked_, .close = !keep_alive_};
      out_.add(response_head(head, framing, engine_.date()));
      phase_ = Phase::answering;
      return expire_after(engine_.options().write_timeout);
    }
    return answer(std::move(head));
  }
  keep_alive_ = keep_alive_ && chunked_ && !engine_.stopping();
  const HeadFraming framing{.length = std::nullopt, .chunked = chunked_, .close = !keep_alive_};
  out_.add(response_head(head, framing, engine_.date()));
  phase_ = Phase::streaming;
  stream_ = std::move(stream);
  stream_end_ = StreamQueue::End::open;
  engine_.count_stream(1);
  account(0);  // the handler's request is its own business from now on
  if (engine_.stopping()) stream_->close(false);
}

bool Connection::take_chunks() {
  if (stream_end_ == StreamQueue::End::clean) return false;
  if (out_.bytes() >= kTakeBelow && !stream_->broken()) return false;
  auto& chunks = engine_.chunks();
  stream_end_ = stream_->take(chunks);
  for (StreamQueue::Chunk& chunk : chunks) {
    if (chunked_) {
      out_.add_chunk(std::move(chunk));
    } else {
      out_.add_shared(std::move(chunk));
    }
  }
  const bool took = !chunks.empty();
  chunks.clear();
  if (stream_end_ == StreamQueue::End::broken) {
    close(true);
    return false;
  }
  if (stream_end_ == StreamQueue::End::clean && chunked_) out_.add_last_chunk();
  return took || (stream_end_ == StreamQueue::End::clean && chunked_);
}

// Nothing is expected from the client but its end. A half-closed connection counts as one: nobody reads a watch and
// says at the same time that nothing more will ever be asked.
bool Connection::watch_client() {
  if (read_waits_) return false;
  const std::span<char> scratch = engine_.scratch();
  const Transfer got = wire_->read(scratch);
  if (got.outcome == Outcome::wants_read || got.outcome == Outcome::wants_write) {
    wait_to(true, got.outcome);
    return false;
  }
  if (got.outcome != Outcome::done || reader_.early_bytes() + got.bytes > kMostEarlyBytes) {
    close(got.outcome == Outcome::done);
    return false;
  }
  reader_.hold({scratch.data(), got.bytes});
  return true;
}

void Connection::linger() {
  wire_->say_goodbye();
  socket_->end_sending();
  phase_ = Phase::lingering;
  expire_after(kLinger);
  read_waits_.reset();
}

bool Connection::discard() {
  if (read_waits_) return false;
  const std::span<char> scratch = engine_.scratch();
  const ssize_t count = ::recv(socket_->fd(), scratch.data(), scratch.size(), 0);
  if (count > 0) return true;
  if (count < 0 && blocked_or_failed(Outcome::wants_read) == Outcome::wants_read) {
    wait_to(true, Outcome::wants_read);
  } else {
    close(false);
  }
  return false;
}

void Connection::close(bool reset) {
  if (std::exchange(phase_, Phase::closed) == Phase::closed) return;
  never_expire();
  if (stream_) {
    stream_->close(true);
    stream_.reset();
    engine_.count_stream(-1);
  }
  account(0);
  socket_->close(reset);
  engine_.remove(id_);
}

void Connection::handle(Message& message) {
  if (message.kind == Message::Kind::wake) {
    if (phase_ == Phase::streaming) pump();
    return;
  }
  if (phase_ != Phase::handling || message.request != request_) {
    if (message.stream) message.stream->close(true);
    return;
  }
  if (message.kind == Message::Kind::answer) {
    answer(std::move(message.response));
  } else {
    open_stream(std::move(message.response), std::move(message.stream));
  }
  pump();
}

void Connection::give_up() {
  if (phase_ == Phase::reading && reader_.started()) {
    refuse(408, "the request took too long to arrive");
    return pump();
  }
  close(false);
}

void Connection::retire() {
  if (phase_ == Phase::handshake || (phase_ == Phase::reading && !reader_.started())) {
    wire_->say_goodbye();
    return close(false);
  }
  keep_alive_ = false;
  if (phase_ == Phase::streaming) {
    stream_->close(false);
    pump();
  }
}

void Connection::break_off() {
  close(true);
}

}  // namespace holdfast::http

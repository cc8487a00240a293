// Private to this folder: one client's connection, from its accept to its close. Requests are answered in order, one at
// a time: the next one is read when the answer to the last is sent. Lives on the loop's thread alone.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "http/server/engine.h"
#include "http/server/out_queue.h"
#include "http/server/request_reader.h"
#include "http/server/wire.h"

namespace holdfast::http {

class Connection final : public SocketWatcher, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Engine& engine, std::uint64_t id, std::unique_ptr<Socket> socket, std::unique_ptr<Wire> wire);

  void start();
  void on_ready(Direction direction) override;
  void handle(Message& message);
  // Asked for with Engine::look_at() for the time `asked`: gives up if the deadline has passed, asks again if it has
  // moved.
  void look(os::SteadyTime asked, os::SteadyTime now);
  void retire();     // the server stops: ends now if nothing is under way, else after it
  void break_off();  // ends now, in the middle of whatever it is

 private:
  enum class Phase {
    handshake,
    reading,    // waits for a request, or is in the middle of one
    handling,   // a handler has it
    answering,  // a whole answer is being sent
    streaming,  // an answer is being sent as it comes
    lingering,  // all is said; reads what the client still sends, so that a reset does not overtake our answer
    closed,
  };

  void pump();
  bool step();  // false: nothing can be done until something happens
  bool shake_hands();
  bool read_request();
  void look_at_request();
  void dispatch();
  void refuse(int status, std::string_view message);
  void answer(ServerResponse response);
  bool flush();
  bool go_on_after_answer();
  void open_stream(ServerResponse head, std::shared_ptr<StreamQueue> stream);
  bool take_chunks();
  bool watch_client();
  void linger();
  bool discard();
  void close(bool reset);

  void wait_to(bool read, Outcome wanted);
  void give_up();
  void expire_after(Duration timeout);
  void ask_for_look();
  void never_expire() { deadline_ = os::SteadyTime::max(); }
  void account(std::size_t bytes);

  Engine& engine_;
  const std::uint64_t id_;
  const std::unique_ptr<Socket> socket_;
  const std::unique_ptr<Wire> wire_;
  RequestReader reader_;
  OutQueue out_;
  Peer peer_;
  Phase phase_ = Phase::handshake;
  os::SteadyTime deadline_ = os::SteadyTime::max();
  os::SteadyTime look_at_ = os::SteadyTime::max();  // asked of the engine
  std::uint64_t request_ = 0;                       // how many were read
  std::size_t accounted_ = 0;

  // Of the request under way:
  bool head_only_ = false;
  bool chunked_ = false;
  bool keep_alive_ = false;
  bool timing_head_ = false;
  bool asked_for_body_ = false;

  std::shared_ptr<StreamQueue> stream_;  // while streaming
  StreamQueue::End stream_end_ = StreamQueue::End::open;

  // What reading or writing waits for, and which of both the loop was asked to report.
  std::optional<Direction> read_waits_;
  std::optional<Direction> write_waits_;
  bool notified_readable_ = false;
  bool notified_writable_ = false;
};

}  // namespace holdfast::http

#include "etcd/http2/session.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace holdfast::etcd::http2 {
namespace {

struct FreeCallbacks {
  void operator()(nghttp2_session_callbacks* callbacks) const { nghttp2_session_callbacks_del(callbacks); }
};
struct FreeOption {
  void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};

// These fail for want of memory only.
void require(int result) {
  if (result != 0) std::abort();
}

nghttp2_nv header(std::string_view name, std::string_view value, bool secret = false) {
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  const std::uint8_t flags = secret ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE;
  return {bytes(name), bytes(value), name.size(), value.size(), flags};
}

tl::unexpected<Error> broken(std::string_view what, std::int64_t code) {
  return fail(Code::unavailable, "{}: {}", what, nghttp2_strerror(static_cast<int>(code)));
}

}  // namespace

Session::Session(std::int32_t window) {
  nghttp2_session_callbacks* raw_callbacks = nullptr;
  require(nghttp2_session_callbacks_new(&raw_callbacks));
  const std::unique_ptr<nghttp2_session_callbacks, FreeCallbacks> callbacks(raw_callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks.get(), on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks.get(), on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks.get(), on_close);
  nghttp2_option* raw_option = nullptr;
  require(nghttp2_option_new(&raw_option));
  const std::unique_ptr<nghttp2_option, FreeOption> option(raw_option);
  nghttp2_option_set_no_auto_window_update(option.get(), 1);
  require(nghttp2_session_client_new2(&session_, callbacks.get(), this, option.get()));
  const std::array<nghttp2_settings_entry, 2> settings{
      {{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}, {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(window)}}};
  require(nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size()));
  require(nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, window));
}

Session::~Session() {
  nghttp2_session_del(session_);
}

Status Session::request(const Endpoint& endpoint, const RpcCall& call) {
  const std::string authority = endpoint.authority();
  std::vector<nghttp2_nv> headers = {
      header(":method", "POST"),       header(":scheme", endpoint.tls ? "https" : "http"), header(":path", call.method),
      header(":authority", authority), header("content-type", "application/grpc"),         header("te", "trailers"),
      header("user-agent", "holdfast")};
  if (!call.token.empty()) headers.push_back(header("token", call.token.reveal(), true));
  if (call.needs_leader) headers.push_back(header("hasleader", "true"));
  nghttp2_data_provider body{};
  body.read_callback = read_body;
  stream_ = nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &body, nullptr);
  if (stream_ < 0) return broken("the call cannot be started", stream_);
  body_.clear();
  body_ends_ = false;
  inbox_ = {};
  response_ = {};
  closed_ = false;
  reset_code_ = NGHTTP2_NO_ERROR;
  return {};
}

void Session::send(std::string_view message, bool last) {
  const auto size = static_cast<std::uint32_t>(message.size());
  body_.push_back(0);  // not compressed
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    body_.push_back(static_cast<std::uint8_t>(size >> shift));
  body_.insert(body_.end(), message.begin(), message.end());
  body_ends_ = last;
  nghttp2_session_resume_data(session_, stream_);
}

Result<ByteView> Session::pending_output() {
  const std::uint8_t* bytes = nullptr;
  const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
  if (size < 0) return broken("HTTP/2 fails", size);
  return ByteView(bytes, static_cast<std::size_t>(size));
}

Status Session::receive(ByteView bytes) {
  const ssize_t taken = nghttp2_session_mem_recv(session_, bytes.data(), bytes.size());
  if (taken < 0) return broken("the peer does not keep to HTTP/2", taken);
  return {};
}

Result<std::optional<ByteView>> Session::take_message() {
  HF_ASSIGN(const std::optional<ByteView> message, inbox_.take());
  if (!message) return message;
  const std::size_t size = message->size() + MessageInbox::kPrefix;
  require(closed_ ? nghttp2_session_consume_connection(session_, size)
                  : nghttp2_session_consume(session_, stream_, size));
  return message;
}

RpcStatus Session::result() const {
  if (reset_code_ != NGHTTP2_NO_ERROR) {
    return {RpcCode::unavailable, fmt::format("the member ended the call: {}", nghttp2_http2_strerror(reset_code_))};
  }
  const RpcStatus status = response_.result();
  if (status.ok() && !inbox_.empty()) return {RpcCode::data_loss, "the call ended within a message"};
  return status;
}

ssize_t Session::read_body(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t size, std::uint32_t* flags,
                           nghttp2_data_source*, void* self) {
  auto& session = *static_cast<Session*>(self);
  const std::size_t count = std::min(size, session.body_.size());
  std::copy_n(session.body_.begin(), count, into);
  session.body_.erase(session.body_.begin(), session.body_.begin() + static_cast<std::ptrdiff_t>(count));
  if (session.body_.empty() && session.body_ends_) *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (count == 0 && !session.body_ends_) return NGHTTP2_ERR_DEFERRED;
  return static_cast<ssize_t>(count);
}

int Session::on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* self) {
  auto& session = *static_cast<Session*>(self);
  if (frame->hd.stream_id == session.stream_) {
    session.response_.add(as_text({name, name_size}), as_text({value, value_size}));
  }
  return 0;
}

int Session::on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t* bytes, std::size_t size,
                     void* self) {
  static_cast<Session*>(self)->inbox_.append({bytes, size});
  return 0;
}

int Session::on_close(nghttp2_session*, std::int32_t stream, std::uint32_t error, void* self) {
  auto& session = *static_cast<Session*>(self);
  if (stream != session.stream_) return 0;
  session.closed_ = true;
  session.reset_code_ = error;
  return 0;
}

}  // namespace holdfast::etcd::http2

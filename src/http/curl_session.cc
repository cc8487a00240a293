#include "http/curl_session.h"

namespace holdfast::http {
namespace {

void init_curl_once() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);  // a failure shows itself when handles cannot be made
}

}  // namespace

CurlShare::CurlShare() {
  init_curl_once();
  share_.reset(curl_share_init());
  if (!share_) return;  // without it each session looks names up by itself
  curl_share_setopt(share_.get(), CURLSHOPT_LOCKFUNC, &CurlShare::lock);
  curl_share_setopt(share_.get(), CURLSHOPT_UNLOCKFUNC, &CurlShare::unlock);
  curl_share_setopt(share_.get(), CURLSHOPT_USERDATA, this);
  curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

void CurlShare::lock(CURL* /*easy*/, curl_lock_data data, curl_lock_access /*access*/, void* self) {
  static_cast<CurlShare*>(self)->mutexes_.at(static_cast<std::size_t>(data)).lock();
}

void CurlShare::unlock(CURL* /*easy*/, curl_lock_data data, void* self) {
  static_cast<CurlShare*>(self)->mutexes_.at(static_cast<std::size_t>(data)).unlock();
}

CurlPool::CurlPool() = default;

std::unique_ptr<CurlSession> CurlPool::take() {
  {
    const std::lock_guard guard(mutex_);
    if (!idle_.empty()) {
      auto session = std::move(idle_.back());
      idle_.pop_back();
      return session;
    }
  }
  auto session = std::make_unique<CurlSession>();
  session->multi.reset(curl_multi_init());
  session->easy.reset(curl_easy_init());
  return session->multi && session->easy ? std::move(session) : nullptr;
}

void CurlPool::give_back(std::unique_ptr<CurlSession> session) {
  const std::lock_guard guard(mutex_);
  idle_.push_back(std::move(session));
}

}  // namespace holdfast::http

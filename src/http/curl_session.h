// Private to http/: libcurl's handles with owners, and the pool that keeps connections alive between calls.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <vector>

#include <curl/curl.h>

namespace holdfast::http {

// libcurl's handle types are all `void`, so an owner is told apart by the function that frees it.
template <auto kFree>
struct CurlFree {
  template <class T>
  void operator()(T* handle) const {
    kFree(handle);
  }
};
using EasyHandle = std::unique_ptr<CURL, CurlFree<curl_easy_cleanup>>;
using MultiHandle = std::unique_ptr<CURLM, CurlFree<curl_multi_cleanup>>;
using ShareHandle = std::unique_ptr<CURLSH, CurlFree<curl_share_cleanup>>;
using HeaderLines = std::unique_ptr<curl_slist, CurlFree<curl_slist_free_all>>;

// One transfer at a time: an easy handle in a multi handle of its own. The multi handle owns the open connections, and
// is the only way to end a transfer from another thread without delay (curl_multi_wakeup).
struct CurlSession {
  MultiHandle multi;
  EasyHandle easy;  // below multi: goes first
};

// Names and TLS sessions known to all sessions. libcurl does not let threads share the connections themselves.
class CurlShare {
 public:
  CurlShare();
  CURLSH* handle() const { return share_.get(); }

 private:
  static void lock(CURL* easy, curl_lock_data data, curl_lock_access access, void* self);
  static void unlock(CURL* easy, curl_lock_data data, void* self);

  std::array<std::mutex, CURL_LOCK_DATA_LAST> mutexes_;
  ShareHandle share_;
};

// As many sessions as there were ever calls at the same time. The one used last is given out first: its connection is
// the one least likely to have been closed by the server meanwhile. Safe for concurrent use.
class CurlPool {
 public:
  CurlPool();
  std::unique_ptr<CurlSession> take();                   // null when libcurl cannot make one (out of memory)
  void give_back(std::unique_ptr<CurlSession> session);  // both handles are there, and fit for another transfer
  CURLSH* share() const { return share_.handle(); }

 private:
  CurlShare share_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<CurlSession>> idle_;  // guarded by mutex_; below share_: goes first
};

}  // namespace holdfast::http

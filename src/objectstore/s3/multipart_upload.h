// One object sent in parts, several at a time. Private to s3/.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "objectstore/object_store.h"
#include "objectstore/s3/client.h"
#include "objectstore/s3/object_headers.h"
#include "objectstore/s3/part_pipe.h"

namespace holdfast::objectstore::s3 {

struct UploadPlan {
  std::string key;
  std::uint64_t part_size = 0;  // of every part but the last
  std::size_t buffers = 1;      // of that size, in memory at once
  std::size_t workers = 1;
  Headers headers;  // for CreateMultipartUpload
  bool md5_required = false;
  bool if_absent = false;
  bool look_first = false;  // instead: fail with Code::exists when the key is seen right before the completion
};

// For one put; used by one thread. Whatever happens, the upload is completed or aborted when run() returns, as far as
// the server can be reached: parts that nobody completes cost space, invisibly.
class MultipartUpload {
 public:
  MultipartUpload(Client& client, const UploadPlan& plan) : client_(client), plan_(plan) {}

  // `first` holds the first part, full; the rest comes from `source`, which is pulled on this thread.
  Result<ObjectInfo> run(PartBuffer first, ByteSource& source, const std::stop_token& stop);

 private:
  Status create(const std::stop_token& stop);
  Status send_parts(PartBuffer first, ByteSource& source, const std::stop_token& stop);
  // `given`: called after each part was given to the pipe; may be empty.
  Status fill(PartPipe& pipe, PartBuffer first, ByteSource& source, const std::function<void()>& given,
              const std::stop_token& stop);
  bool send_one(PartPipe& pipe, std::stop_source& stop);  // false: there is none to come, or it failed
  Result<PartToComplete> send_part(const Part& part, const std::stop_token& stop);
  void record(std::size_t number, PartToComplete part);
  void record_error(Error error);

  Result<ObjectInfo> complete(const std::stop_token& stop);
  // After an answer that leaves open whether the object is there now: looks.
  std::optional<ObjectInfo> find_completed();
  bool abort();  // false: the server says that there is no such upload (any more)

  Client& client_;
  const UploadPlan plan_;
  std::string upload_id_;
  WallTime created_{};  // the server's clock
  std::uint64_t total_ = 0;

  std::mutex mutex_;
  // Protected by mutex_ while parts are sent.
  std::vector<PartToComplete> parts_;
  std::optional<Error> first_error_;
};

}  // namespace holdfast::objectstore::s3

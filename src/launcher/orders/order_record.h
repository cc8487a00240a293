// What a launcher must not forget about the orders it had: written and synced before each is begun.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::launcher {

// What the member is to do without any word from the server, after a start of the launcher or of the machine.
enum class Intent {
  run,      // etcd runs on what lies there
  held,     // stopped for a restore that is not decided: runs again after a while without a word
  forward,  // a swap was begun: to the new data, and run
  back,     // the way back was begun: to the former data, and run
  stopped,  // stopped for the way back, which was decided: stays so until it is told more
};

struct OrderRecord {
  Intent intent = Intent::run;
  std::string restore;      // its id, unless the intent is to run
  std::int64_t starts = 0;  // how often etcd was started, ever
  // By the id of the restore: the highest number of an order that was seen. Those of the latest restores.
  std::map<std::string, std::int64_t> numbers;
  bool operator==(const OrderRecord&) const = default;
};

std::string encode_order_record(const OrderRecord& record);
// Code::corrupt: damaged; Code::unsupported: of a newer version.
Result<OrderRecord> decode_order_record(std::string_view text);

// The file of a launcher; one that is not there is a record of nothing.
Result<OrderRecord> load_order_record(os::FileSystem& files, const std::string& path);
Status save_order_record(os::FileSystem& files, const std::string& path, const OrderRecord& record);

enum class Standing {
  counts,  // it may be begun
  is_void  // one with a higher number was seen
};
// Notes the number. At most 64 restores are remembered; those whose names come first are forgotten.
Standing note_number(OrderRecord& record, const std::string& restore, std::int64_t number);

}  // namespace holdfast::launcher

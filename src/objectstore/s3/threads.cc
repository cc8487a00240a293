#include "objectstore/s3/threads.h"

#include <system_error>

namespace holdfast::objectstore::s3 {

std::vector<std::jthread> start_threads(std::size_t most, const std::function<void()>& work) {
  std::vector<std::jthread> threads;
  threads.reserve(most);
  try {
    while (threads.size() < most)
      threads.emplace_back(work);
  } catch (const std::system_error&) {
    // The limit is reached; those that run do the work.
  }
  return threads;
}

}  // namespace holdfast::objectstore::s3

// Threads as far as the system gives them. Private to s3/.
#pragma once

#include <cstddef>
#include <functional>
#include <thread>
#include <vector>

namespace holdfast::objectstore::s3 {

// Starts up to `most` threads that do `work`. Fewer, even none, where the system has no more (a container's limit).
std::vector<std::jthread> start_threads(std::size_t most, const std::function<void()>& work);

}  // namespace holdfast::objectstore::s3

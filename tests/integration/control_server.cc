// A server without its HTTP side, until it is killed. Arguments: its directory, its id; and, when its resources lie in
// an etcd, the directory of the shared key and the endpoints.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "support/control_plane.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  holdfast::test::ControlPlane plane(
      {.directory = argv[1],
       .id = argv[2],
       .shared = argc > 3 ? argv[3] : "",
       .store_endpoints = std::vector<std::string>(argv + std::min(argc, 4), argv + argc),
       .lease_ttl = std::chrono::seconds(2),
       .threads = 3});
  std::cout << "up" << std::endl;
  while (true)
    std::this_thread::sleep_for(std::chrono::hours(1));
}

// A server without its HTTP side, until it is killed. Arguments: its directory, its id.
#include <chrono>
#include <iostream>
#include <thread>

#include "support/control_plane.h"

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  holdfast::test::ControlPlane plane(
      {.directory = argv[1], .id = argv[2], .lease_ttl = std::chrono::seconds(2), .threads = 3});
  std::cout << "up" << std::endl;
  while (true)
    std::this_thread::sleep_for(std::chrono::hours(1));
}

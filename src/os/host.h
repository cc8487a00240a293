// What this machine is called and where it can be reached.
#pragma once

#include <string>
#include <vector>

#include "os/file_system.h"

namespace holdfast::os {

// As the kernel has it; empty when it has none.
std::string host_name();
// Addresses of its network interfaces that are up, in numbers, without those of the machine itself (127.0.0.1, ::1) and
// those of one link (fe80::); in order.
std::vector<std::string> host_addresses();
// What systemd and D-Bus tell this machine from others by (machine-id(5)): 32 hexadecimal digits of a file; empty when
// there is none. Who has it could recognize the machine elsewhere: only digests of it go out.
std::string machine_id(FileSystem& files, const std::string& path = "/etc/machine-id");

}  // namespace holdfast::os

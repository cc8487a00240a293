// Standard input, output and error of the process.
#pragma once

namespace holdfast::os {

// Opens /dev/null, for reading, for those of the three that the caller had closed. A file opened later would get their
// number, and messages would be written into it; so writing to them fails, as to closed ones. First thing in main().
void open_closed_standard_streams();

}  // namespace holdfast::os

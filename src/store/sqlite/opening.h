// The steps from a path to a store that may be used: whose file it is, who uses it, how far its revisions really got.
#pragma once

#include <cstdint>
#include <string>

#include "os/file_system.h"
#include "store/revision_floor.h"
#include "store/sqlite/database.h"
#include "store/store.h"

namespace holdfast::store::sqlite {

// Makes the file, empty, for its owner alone, when it is not there. Code::refused when others may read or write it.
Status prepare_file(os::FileSystem& files, const std::string& path);

// Held by the process that uses the database `database`; the kernel lets go of it when the process ends, however it
// ends. A lock on a small file of its own, "<database>.lock": SQLite's locks on the database itself come and go.
// Code::refused when another process, or another store of this one, holds it.
Result<Connection> lock_store(os::FileSystem& files, const std::string& database);

// Where the revisions of a store go on that was found at `revision`: at that number, or, when it turns out to be an
// older copy, beyond everything that was handed out. `copied`: it is a copy made by back_up().
Revision go_on_from(Revision revision, bool copied, const RevisionFloor::Floor& floor);

// A connection for the Changer, to a file of the right kind and format; the jump is made.
Result<Connection> open_for_writing(const std::string& path, std::uint64_t max_bytes, RevisionFloor& floor);

// Code::exists when there is something at `target`; otherwise a complete, checked copy is there, or nothing.
Status copy_store(Connection& source, os::FileSystem& files, const std::string& target);

}  // namespace holdfast::store::sqlite

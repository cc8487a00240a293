// Deleting snapshots that a person named: look all up, ask, delete, say what is gone.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/open_place.h"
#include "cli/session.h"
#include "model/json.h"
#include "repository/repository.h"

namespace holdfast::cli {

struct Doomed {
  std::string place;  // of the object, exactly
  repository::Entry entry;
  OpenStore store;
  bool deleted = false;
  std::optional<Error> error;  // why it could not be deleted
};

// Code::not_found when one of them is not there. Code::refused for what is no snapshot, as Repository::check_deletable
// says: nobody deletes foreign data with this.
Result<std::vector<Doomed>> find_doomed(const std::vector<std::string>& places, bool force, const S3Flags& flags,
                                        Session& session);

// Asks at the terminal. Code::refused when the answer is not yes; Code::usage when there is nobody to ask.
Status confirm_deletion(const std::vector<Doomed>& doomed, Session& session);

// Code::refused when one of them is no longer what was found: the question may have waited for hours.
Status check_unchanged(std::vector<Doomed>& doomed, Session& session);

// Tries each, whatever happens to the others, until the stop request.
void delete_all(std::vector<Doomed>& doomed, Session& session);

json::Value delete_document(const std::vector<Doomed>& doomed);
void print_deleted(std::ostream& out, const std::vector<Doomed>& doomed);

}  // namespace holdfast::cli

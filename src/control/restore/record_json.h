// The record of a restore as members of its status, as docs/api.md lists them.
#pragma once

#include "control/restore/record.h"
#include "model/json.h"

namespace holdfast::control {

// From `status`, or from nothing. What it does not know counts as not there.
RestoreRecord read_record(const json::Value& status);

// Sets, in `status`, what the record says and erases what it does not; other members stay.
void write_record(const RestoreRecord& record, json::Object& status);

}  // namespace holdfast::control

// Something that happened to a resource, before it is counted and kept as an Event.
#pragma once

#include <string>

#include "control/reconcile/objects.h"
#include "registry/keys.h"

namespace holdfast::control {

struct Happening {
  TypeName type;             // of the resource it happened to
  registry::ObjectId about;  // its name
  std::string uid;           // empty: not known here; that of the resource as it is now
  bool warning = false;
  std::string reason;   // one word for programs: "BackupFailed"
  std::string message;  // a sentence for people; never holds a secret
};

}  // namespace holdfast::control

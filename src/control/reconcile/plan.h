// What a reconciler wants done: the outcome of a pure function of the objects and the time.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/instant.h"
#include "control/reconcile/objects.h"
#include "model/json.h"

namespace holdfast::control {

struct Action {
  enum class What {
    create,  // fine when it is there already: then somebody else was as far
    update,  // everything but the status; with the resourceVersion it was read at, so that nothing is overwritten
    update_status,  // the status alone; the same
    remove,         // the object that was read, no other of its name
  };
  What what = What::create;
  TypeName type;
  json::Value object;
};

// Actions are carried out in order; when one fails, the rest is left, and everything is looked at anew.
struct Plan {
  std::vector<Action> actions;
  std::optional<Instant> look_again;  // even if nothing changes until then

  void create(TypeName type, json::Value object) { add(Action::What::create, type, std::move(object)); }
  // Nothing happens when both are the same.
  void update(TypeName type, const json::Value& before, json::Value after) {
    if (before != after) add(Action::What::update, type, std::move(after));
  }
  void update_status(TypeName type, const json::Value& before, json::Value after) {
    if (before != after) add(Action::What::update_status, type, std::move(after));
  }
  void remove(TypeName type, const json::Value& object) { add(Action::What::remove, type, object); }

  void look_at(std::optional<Instant> when) {
    if (when && (!look_again || *when < *look_again)) look_again = when;
  }

 private:
  void add(Action::What what, TypeName type, json::Value object) {
    actions.push_back({.what = what, .type = type, .object = std::move(object)});
  }
};

}  // namespace holdfast::control

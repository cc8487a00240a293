// One decision on its way; shared by the files of the state machine.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "control/restore/restore_plan.h"
#include "control/restore/view.h"

namespace holdfast::control {

struct Deciding {
  const RestoreView& view;
  Instant now;
  RestoreRecord record;  // as it is to be
  RestorePlan plan;
  std::string waits_for = {};  // what it waits for; empty: nothing but the work in hand
  bool needs_help = false;     // somebody has to do something about that

  void note(std::string_view reason, std::string message) { add_event(false, reason, std::move(message)); }
  void warn(std::string_view reason, std::string message) { add_event(true, reason, std::move(message)); }
  // A person is to read this.
  void ask(std::string what) {
    waits_for = std::move(what);
    needs_help = true;
  }

 private:
  void add_event(bool warning, std::string_view reason, std::string message) {
    plan.events.push_back({.warning = warning, .reason = std::string(reason), .message = std::move(message)});
  }
};

// Its user wants it to end in the old state, which is always possible before the decision.
inline bool is_cancelled(const RestoreView& view) {
  return view.spec.cancel || view.spec.undo || view.going || !view.cluster_exists;
}

// before.cc: what happens before the decision.
void decide_waiting(Deciding& deciding);
void decide_preflight(Deciding& deciding);
void decide_staging(Deciding& deciding);
void decide_safety(Deciding& deciding);
void decide_stopping(Deciding& deciding);

// abort.cc: back to the old state without having decided.
void abort_restore(Deciding& deciding, std::string_view reason, std::string why);
void decide_aborting(Deciding& deciding);
void start_old(Deciding& deciding, MemberRecord& member);  // and have what was staged forgotten

// forward.cc: after the first decision.
void decide_forward(Deciding& deciding);
void lead_forward(Deciding& deciding, MemberRecord& member);
bool is_restored(const RestoreRecord& record, const MemberRecord& member);

// back.cc: after the second.
void turn_back(Deciding& deciding, std::string_view reason, std::string why);
void decide_returning(Deciding& deciding);
void lead_back(Deciding& deciding, MemberRecord& member);
bool is_returned(const MemberRecord& member);

// ended.cc
void end_restore(Deciding& deciding, Outcome outcome);
void decide_ended(Deciding& deciding);

// describe.cc: message, percent and the states of the members, from everything else.
void describe(Deciding& deciding);

}  // namespace holdfast::control

// What is known of the members of a restore.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "control/restore/view.h"

namespace holdfast::control {

// Null when there is none.
const MemberView* find_member(const RestoreView& view, std::string_view name);
const OrderView* find_order(const RestoreView& view, const MemberRecord& member);  // of its number

// How long ago, as far as the server was watching; zero for what lies in the future.
Seconds time_since(const RestoreView& view, Instant when, Instant now);

// No word from its launcher for view.limits.silent, or it has none any more.
bool is_silent(const RestoreView& view, const MemberRecord& member, Instant now);
// It has an order, and nothing has come of it for `limit`.
bool is_stalled(const RestoreView& view, const MemberRecord& member, Seconds limit, Instant now);

// What its orders have brought since, into the record.
void take_in(const RestoreView& view, RestoreRecord& record, Instant now);

// A new order, which makes every one before void.
void give(const RestoreRecord& record, MemberRecord& member, OrderType type, Instant now);
// The same order again when it failed and its pause is over; the pause doubles. True when it was given.
bool give_again(const RestoreView& view, const RestoreRecord& record, MemberRecord& member, Instant now);

bool has_done(const MemberRecord& member, OrderType type);
// Its newest order is a stop, that is done, and its etcd has not been started since.
bool is_held(const RestoreView& view, const MemberRecord& member);
// Could its etcd be running the new data, now or when a late order reaches it?
bool may_run_new(const MemberRecord& member);
// It fails again and again, or its launcher is there and nothing moves.
bool is_lost(const RestoreView& view, const MemberRecord& member, Instant now);
// Its launcher is not there, and nothing has come of its order for long.
bool is_away(const RestoreView& view, const MemberRecord& member, Instant now);

std::size_t count_members(const RestoreRecord& record, const std::function<bool(const MemberRecord&)>& which);
// Their names with commas.
std::string list_members(const RestoreRecord& record, const std::function<bool(const MemberRecord&)>& which);

}  // namespace holdfast::control

#include "work/task.h"

#include "api/fields.h"

namespace holdfast::work {

Result<TaskOutcome> run_task(const Task& task) {
  const std::string_view type = api::text_at(task.operation, {"spec", "type"});
  if (type == "Backup") return run_backup(task);
  if (type == "Delete") return run_delete(task);
  if (type == "Probe") return run_probe(task);
  if (type == "Inventory") return run_inventory(task);
  if (type == "Verify") return run_verify(task);
  return fail(Code::unsupported, "this server cannot carry out operations of type {}", type);
}

Status check_claim(const Task& task) {
  if (!task.guard) return {};
  const auto entry = task.world.registry.store().get(task.guard->key);
  if (entry && entry->modified == task.guard->modified) return {};
  if (!entry && entry.error().code != Code::not_found) return tl::unexpected(entry.error());
  return fail(Code::cancelled, "the claim on the operation was lost");
}

bool may_try_again(const Error& error) {
  switch (error.code) {
    case Code::usage:
    case Code::exists:
    case Code::unsupported:
      return false;
    case Code::internal:
    case Code::not_found:
    case Code::refused:
    case Code::no_space:
    case Code::corrupt:
    case Code::unavailable:
    case Code::timeout:
    case Code::cancelled:
      break;
  }
  return true;
}

}  // namespace holdfast::work

#include "objectstore/prefix_store.h"

namespace holdfast::objectstore {

Result<std::unique_ptr<ObjectStore>> PrefixStore::make(std::unique_ptr<ObjectStore> inner, std::string prefix) {
  auto usable = check_key(prefix + "x");
  if (!usable) return in_context(std::move(usable).error(), "prefix \"{}\"", prefix);
  return std::unique_ptr<ObjectStore>(new PrefixStore(std::move(inner), std::move(prefix)));
}

// The key is checked alone too: "" or "/x" behind "a/" would otherwise pass as, or fail as, something the caller never
// wrote.
Result<std::string> PrefixStore::full_key(const std::string& key) const {
  HF_TRY(check_key(key));
  std::string full = prefix_ + key;
  HF_TRY(check_key(full));
  return full;
}

Result<ObjectInfo> PrefixStore::put(const std::string& key, ByteSource& source, const PutOptions& options,
                                    const std::stop_token& stop) {
  HF_ASSIGN(const std::string full, full_key(key));
  HF_ASSIGN(ObjectInfo info, inner_->put(full, source, options, stop));
  info.key = key;
  return info;
}

Result<ObjectStore::Opened> PrefixStore::get(const std::string& key, const ByteRange& range,
                                             const std::stop_token& stop) {
  HF_ASSIGN(const std::string full, full_key(key));
  HF_ASSIGN(Opened opened, inner_->get(full, range, stop));
  opened.info.key = key;
  return opened;
}

Result<ObjectInfo> PrefixStore::head(const std::string& key, const std::stop_token& stop) {
  HF_ASSIGN(const std::string full, full_key(key));
  HF_ASSIGN(ObjectInfo info, inner_->head(full, stop));
  info.key = key;
  return info;
}

Status PrefixStore::list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) {
  const auto visit_short = [&](const ObjectInfo& found) -> Status {
    ObjectInfo info = found;
    info.key.erase(0, prefix_.size());
    if (!check_key(info.key)) return {};  // behind this prefix it is no key, and could not be asked for
    return visit(info);
  };
  return inner_->list(prefix_ + prefix, visit_short, stop);
}

Status PrefixStore::remove(const std::string& key, const std::stop_token& stop) {
  HF_ASSIGN(const std::string full, full_key(key));
  return inner_->remove(full, stop);
}

Result<std::uint64_t> PrefixStore::abort_stale_uploads(const StaleUploads& which, const std::stop_token& stop) {
  StaleUploads inner{.prefix = prefix_ + which.prefix, .older_than = which.older_than};
  if (which.ours) inner.ours = [&](const std::string& key) { return which.ours(key.substr(prefix_.size())); };
  return inner_->unfinished_uploads()->abort_stale_uploads(inner, stop);
}

std::string PrefixStore::describe() const {
  const std::string inner = inner_->describe();
  if (prefix_.empty()) return inner;
  return inner + (inner.ends_with('/') ? "" : "/") + prefix_;
}

}  // namespace holdfast::objectstore

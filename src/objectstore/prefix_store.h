// A part of another store as a store of its own: every key is stored under a prefix, which callers never see.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>

#include "objectstore/object_store.h"

namespace holdfast::objectstore {

// `prefix` is put before every key as it is ("backups/site-a/" or "a-"). Keys and prefix together must be a key.
class PrefixStore final : public ObjectStore, private UnfinishedUploads {
 public:
  // Code::usage when no key could follow this prefix. An empty prefix is fine.
  static Result<std::unique_ptr<ObjectStore>> make(std::unique_ptr<ObjectStore> inner, std::string prefix);

  Result<ObjectInfo> put(const std::string& key, ByteSource& source, const PutOptions& options,
                         const std::stop_token& stop) override;
  Result<Opened> get(const std::string& key, const ByteRange& range, const std::stop_token& stop) override;
  Result<ObjectInfo> head(const std::string& key, const std::stop_token& stop) override;
  Status list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) override;
  Status remove(const std::string& key, const std::stop_token& stop) override;
  Features features(const std::stop_token& stop) const override { return inner_->features(stop); }
  std::string describe() const override;
  UnfinishedUploads* unfinished_uploads() override { return inner_->unfinished_uploads() == nullptr ? nullptr : this; }

 private:
  PrefixStore(std::unique_ptr<ObjectStore> inner, std::string prefix)
      : inner_(std::move(inner)), prefix_(std::move(prefix)) {}

  Result<std::uint64_t> abort_stale_uploads(const StaleUploads& which, const std::stop_token& stop) override;
  bool cleared_by_puts() const override { return inner_->unfinished_uploads()->cleared_by_puts(); }
  Result<std::string> full_key(const std::string& key) const;

  const std::unique_ptr<ObjectStore> inner_;
  const std::string prefix_;
};

}  // namespace holdfast::objectstore

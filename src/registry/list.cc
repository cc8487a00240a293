// Registry::list.
#include <fmt/format.h>

#include "registry/registry.h"

namespace holdfast::registry {
namespace {

constexpr std::size_t kPage = 500;  // entries read at once: bounds what a list holds

api::ApiError list_error(const Error& error, store::Revision wanted, store::Revision now) {
  if (error.code != Code::not_found) return api::internal_error(error);
  if (wanted <= now) return api::expired(fmt::format("The provided resource version is too old: {} ({})", wanted, now));
  api::ApiError future{.code = 504,
                       .reason = "Timeout",
                       .message = fmt::format("Too large resource version: {}, current: {}", wanted, now)};
  future.causes.push_back({.reason = "ResourceVersionTooLarge", .message = "Too large resource version", .field = ""});
  future.retry_after_seconds = 1;
  return future;
}

// Goes through the entries of one list, page by page.
class Listing {
 public:
  Listing(const api::Kind& kind, const ListQuery& query, const Registry::ListedVisitor& visit)
      : kind_(kind), query_(query), visit_(visit) {
    request_.prefix = kind_prefix(kind, query.name_space);
    request_.start = query.after;
    request_.revision = query.revision;
    // With selectors, how many will match is not known; pages stay small.
    everything_ = query.selectors.labels.everything() && query.selectors.fields.everything();
    request_.count_rest = everything_ && query.limit != 0;
  }

  api::ApiResult<ListEnd> run(store::Store& store) {
    ListEnd end;
    std::size_t given = 0;
    while (true) {
      request_.limit = everything_ && query_.limit != 0 ? std::min(kPage, query_.limit - given) : kPage;
      auto page = store.list(request_);
      if (!page) return tl::unexpected(list_error(page.error(), request_.revision, store.revision().value_or(0)));
      end.revision = page->revision;
      request_.revision = page->revision;  // the next pages show the same moment
      for (std::size_t i = 0; i < page->entries.size(); ++i) {
        auto taken = take(page->entries[i]);
        if (!taken) return tl::unexpected(std::move(taken).error());
        if (!*taken || ++given != query_.limit) continue;
        const bool last = i + 1 == page->entries.size();
        if (last && page->next.empty()) return end;
        end.next = last ? page->next : page->entries[i + 1].key;
        if (everything_ && last) end.remaining = page->remaining;
        return end;
      }
      if (page->next.empty()) return end;
      request_.start = page->next;
    }
  }

 private:
  // True when the object is in the list.
  api::ApiResult<bool> take(const store::Entry& entry) {
    if (everything_) return visit(Listed(kind_, entry, nullptr));
    auto object = Listed(kind_, entry, nullptr).take();
    if (!object) return tl::unexpected(std::move(object).error());
    if (!query_.selectors.matches(*object)) return false;
    return visit(Listed(kind_, entry, &*object));
  }

  api::ApiResult<bool> visit(const Listed& listed) {
    auto visited = visit_(listed);
    if (!visited) return tl::unexpected(std::move(visited).error());
    return true;
  }

  const api::Kind& kind_;
  const ListQuery& query_;
  const Registry::ListedVisitor& visit_;
  store::ListRequest request_;
  bool everything_ = false;
};

}  // namespace

api::ApiResult<json::Value> Listed::take() const {
  if (object_ != nullptr) return std::move(*object_);
  auto object = decode_entry(kind_, entry_, json::Memory::one_piece);
  if (!object) return tl::unexpected(api::internal_error(object.error()));
  return std::move(*object);
}

api::ApiResult<json::Value> Listed::take(const json::Excerpt& excerpt) const {
  if (object_ != nullptr) return std::move(*object_);
  auto object = decode_excerpt(kind_, entry_, excerpt);
  if (!object) return tl::unexpected(api::internal_error(object.error()));
  return std::move(*object);
}

api::ApiResult<ListEnd> Registry::list_undecoded(const api::Kind& kind, const ListQuery& query,
                                                 const ListedVisitor& visit) {
  return Listing(kind, query, visit).run(parts_.store);
}

api::ApiResult<ListEnd> Registry::list(const api::Kind& kind, const ListQuery& query, const Visitor& visit) {
  const ListedVisitor decoding = [&](const Listed& listed) -> api::ApiResult<void> {
    auto object = listed.take();
    if (!object) return tl::unexpected(std::move(object).error());
    visit(std::move(*object));
    return {};
  };
  return list_undecoded(kind, query, decoding);
}

}  // namespace holdfast::registry

#include "api/patch/field_set.h"

#include <algorithm>
#include <utility>

namespace holdfast::api {
namespace {

using Children = std::vector<FieldChild>;

template <class List>
auto position(List& children, std::string_view element) {
  return std::lower_bound(children.begin(), children.end(), element,
                          [](const FieldChild& child, std::string_view wanted) { return child.element < wanted; });
}

void visit_below(const FieldSet& set, FieldPath& path, const std::function<void(const FieldPath&)>& visit) {
  if (set.member()) visit(path);
  for (const FieldChild& child : set.children()) {
    path.push_back(child.element);
    visit_below(child.below, path, visit);
    path.pop_back();
  }
}

}  // namespace

std::size_t FieldSet::size() const {
  std::size_t count = member_ ? 1 : 0;
  for (const FieldChild& each : children_) {
    count += each.below.size();
  }
  return count;
}

bool FieldSet::has(const FieldPath& path) const {
  const FieldSet* at = this;
  for (const std::string& element : path) {
    at = at->child(element);
    if (at == nullptr) return false;
  }
  return at->member_;
}

const FieldSet* FieldSet::child(std::string_view element) const {
  const auto found = position(children_, element);
  return found != children_.end() && found->element == element ? &found->below : nullptr;
}

void FieldSet::for_each(const std::function<void(const FieldPath&)>& visit) const {
  FieldPath path;
  visit_below(*this, path, visit);
}

void FieldSet::insert(const FieldPath& path) {
  FieldSet* at = this;
  for (const std::string& element : path) {
    auto place = position(at->children_, element);
    if (place == at->children_.end() || place->element != element) {
      place = at->children_.insert(place, FieldChild{element, {}});
    }
    at = &place->below;
  }
  at->member_ = true;
}

void FieldSet::append(std::string element, FieldSet below) {
  if (!below.empty()) children_.push_back(FieldChild{std::move(element), std::move(below)});
}

void FieldSet::sort() {
  std::sort(children_.begin(), children_.end(),
            [](const FieldChild& a, const FieldChild& b) { return a.element < b.element; });
}

FieldSet unite(const FieldSet& a, const FieldSet& b) {
  FieldSet both;
  both.member_ = a.member_ || b.member_;
  both.children_.reserve(std::max(a.children_.size(), b.children_.size()));
  auto left = a.children_.begin();
  auto right = b.children_.begin();
  while (left != a.children_.end() || right != b.children_.end()) {
    if (right == b.children_.end() || (left != a.children_.end() && left->element < right->element)) {
      both.children_.push_back(*left++);
    } else if (left == a.children_.end() || right->element < left->element) {
      both.children_.push_back(*right++);
    } else {
      both.children_.push_back(FieldChild{left->element, unite(left->below, right->below)});
      ++left;
      ++right;
    }
  }
  return both;
}

FieldSet unite_all(std::vector<FieldSet> sets) {
  while (sets.size() > 1) {
    std::vector<FieldSet> pairs;
    pairs.reserve(sets.size() / 2 + 1);
    for (std::size_t i = 0; i + 1 < sets.size(); i += 2) {
      pairs.push_back(unite(sets[i], sets[i + 1]));
    }
    if (sets.size() % 2 == 1) pairs.push_back(std::move(sets.back()));
    sets = std::move(pairs);
  }
  return sets.empty() ? FieldSet() : std::move(sets.front());
}

FieldSet intersect(const FieldSet& a, const FieldSet& b) {
  if (a.children_.size() > b.children_.size()) return intersect(b, a);
  FieldSet common;
  common.member_ = a.member_ && b.member_;
  for (const FieldChild& each : a.children_) {
    const FieldSet* other = b.child(each.element);
    if (other != nullptr) common.append(each.element, intersect(each.below, *other));
  }
  return common;
}

FieldSet subtract(const FieldSet& a, const FieldSet& b) {
  FieldSet left;
  left.member_ = a.member_ && !b.member_;
  for (const FieldChild& each : a.children_) {
    const FieldSet* other = b.child(each.element);
    left.append(each.element, other == nullptr ? each.below : subtract(each.below, *other));
  }
  return left;
}

bool operator==(const FieldSet& a, const FieldSet& b) {
  return a.member_ == b.member_ && a.children_ == b.children_;
}

}  // namespace holdfast::api

#include "client/self.h"

#include "api/fields.h"

namespace holdfast::client {
namespace {

std::vector<std::string> texts_at(const json::Value& answer, api::FieldNames names) {
  std::vector<std::string> texts;
  const json::Array* found = api::array_at(answer, names);
  for (std::size_t i = 0; found != nullptr && i < found->size(); ++i) {
    if ((*found)[i].is_string()) texts.emplace_back((*found)[i].get_string());
  }
  return texts;
}

}  // namespace

Result<Self> who_am_i(ApiClient& client, const std::stop_token& stop) {
  HF_ASSIGN(const Resource reviews, client.resource("selfsubjectreviews.authentication.k8s.io", "", "", stop));
  const json::Value review = json::Object{{"apiVersion", reviews.kind.api_version()}, {"kind", reviews.kind.kind}};
  HF_ASSIGN(const json::Value answer, client.create(reviews, review, {}, stop));
  Self self;
  self.user = api::text_at(answer, {"status", "userInfo", "username"});
  self.groups = texts_at(answer, {"status", "userInfo", "groups"});
  for (const std::string& role : texts_at(answer, {"status", "userInfo", "extra", "holdfast.dev/roles"})) {
    const std::size_t equals = role.find('=');
    if (role == "admin") self.admin = true;
    if (role == "metrics") self.metrics = true;
    if (equals != std::string::npos) self.projects[role.substr(0, equals)] = role.substr(equals + 1);
  }
  return self;
}

}  // namespace holdfast::client

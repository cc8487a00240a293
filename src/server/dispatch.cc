#include "server/dispatch.h"

#include "server/launchers.h"
#include "server/read.h"
#include "server/reviews.h"
#include "server/write.h"

#include "api/launcher_token.h"

namespace holdfast::server {

bool is_question(const api::Kind& kind) {
  return is_review(kind);
}

Answer dispatch(Call& call) {
  switch (call.action.verb) {
    case Verb::get:
      return get_object(call);
    case Verb::list:
      return list_objects(call);
    case Verb::create:
      if (call.action.subresource == api::kCredential) return give_credential(call);
      return is_review(call.kind()) ? answer_review(call) : create_object(call);
    case Verb::update:
      return update_object(call);
    case Verb::patch:
      return patch_object(call);
    case Verb::remove:
      return delete_object(call);
    case Verb::remove_collection:
      return delete_objects(call);
    case Verb::watch:
      break;
  }
  return tl::unexpected(api::unknown_path());
}

}  // namespace holdfast::server

// Questions about who somebody is and what they may do (TokenReview, SelfSubjectAccessReview and the like): created,
// answered and forgotten.
#pragma once

#include "server/call.h"

namespace holdfast::server {

bool is_review(const api::Kind& kind);
Answer answer_review(Call& call);

}  // namespace holdfast::server

// From a request that is allowed to the function that answers it.
#pragma once

#include "server/call.h"

namespace holdfast::server {

// Reviews: made, answered and forgotten.
bool is_question(const api::Kind& kind);
// Of every verb but watch.
Answer dispatch(Call& call);

}  // namespace holdfast::server

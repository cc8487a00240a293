// GET of one object and of lists.
#pragma once

#include "server/call.h"
#include "server/forms.h"

namespace holdfast::server {

Answer get_object(Call& call);
Answer list_objects(Call& call);

// The shape of this call's answers; 400 for an unknown includeObject.
api::ApiResult<Shape> shape_of(const Call& call);
// An object in that shape.
Answer object_answer(const Call& call, int status, const json::Value& object);

}  // namespace holdfast::server

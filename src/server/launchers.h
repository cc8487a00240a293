// POST launchers/NAME/credential: a launcher registers, with a token to join with, or asks for its next credential,
// with the one it has.
#pragma once

#include "server/call.h"

namespace holdfast::server {

// The Launcher, without what its token is recognized by; status.credentialExpirationTime says until when that is good.
// 201 when it is new. 400: the body says too little. 403: the token to join with is for other clusters, or used up, or
// a launcher of another machine has the name.
Answer give_credential(Call& call);

}  // namespace holdfast::server

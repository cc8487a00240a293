// `holdfast edit`.
#pragma once

#include "client/api_client.h"

#include "cli/session.h"

namespace holdfast::cli {

// Opens the object as YAML in the person's editor (KUBE_EDITOR, EDITOR, else vi) and writes back what was changed. A
// refusal of the server is shown in the file, which is opened again, until it is accepted or comes back as it was; then
// it is the error, and the file stays where it is named. Code::refused: the object was changed meanwhile.
Result<int> edit_object(Session& session, client::ApiClient& client, const client::Resource& resource);

}  // namespace holdfast::cli

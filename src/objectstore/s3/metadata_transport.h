// Private to s3/: how the services beside this machine are reached.
#pragma once

#include <memory>

#include "objectstore/s3/credentials.h"

namespace holdfast::objectstore::s3 {

// No proxy (they are link-local), a second to connect, five for an answer; CA as in the options.
std::unique_ptr<http::Transport> make_metadata_transport(const CredentialOptions& options,
                                                         const CredentialSystem& system);

}  // namespace holdfast::objectstore::s3

#include "objectstore/s3/known_codes.h"

#include <algorithm>
#include <array>

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::string_view kSlow = "the server is overloaded; trying again later helps, or fewer uploads at once";
constexpr std::string_view kOnTheWay =
    "bytes changed on their way; if it persists, look at proxies and memory in between";
constexpr std::string_view kToken =
    "the temporary credentials are no longer valid; renew them or use a source that does";
constexpr std::string_view kLockless = "object lock can only be used in a bucket that was made with it";
constexpr std::string_view kHeader =
    "this server does not know one of the requested features; try checksum \"signed-payload\", and no storage class, "
    "encryption or object lock";
constexpr std::string_view kKms =
    "check --s3-sse-kms-key-id and that the server has a KMS; the identity needs kms:GenerateDataKey and kms:Decrypt "
    "on "
    "that key, in the bucket's region";
constexpr std::string_view kAddress =
    "check endpoint and addressing style: path ({endpoint}/bucket) or virtual-host (bucket.{endpoint})";

constexpr std::array kKnown{
    KnownCode{"NoSuchKey", Code::not_found, false, ""},
    KnownCode{"NoSuchBucket", Code::not_found, false,
              "make the bucket, or correct its name, the endpoint ({endpoint}) or the addressing style"},
    KnownCode{"NoSuchVersion", Code::not_found, false, ""},
    KnownCode{"NoSuchUpload", Code::unavailable, false,
              "somebody else, or a lifecycle rule, aborted the upload while it ran; start again"},
    KnownCode{
        "AccessDenied", Code::refused, false,
        "the identity needs the right {permission} on {place}; some servers also answer so when the access key or the "
        "secret key is wrong"},
    KnownCode{"AllAccessDisabled", Code::refused, false, "the owner has closed this bucket"},
    KnownCode{"AccountProblem", Code::refused, false, "ask whoever runs the account"},
    KnownCode{"UserSuspended", Code::refused, false, "ask whoever runs the account"},  // Ceph
    KnownCode{"InvalidAccessKeyId", Code::refused, false,
              "the access key is not known at {endpoint}: check the key, and that it belongs to this endpoint"},
    KnownCode{"SignatureDoesNotMatch", Code::refused, false,
              "check the secret key; if it is right, a proxy in between changes the request"},
    KnownCode{"ExpiredToken", Code::refused, false, kToken},
    KnownCode{"InvalidToken", Code::refused, false, kToken},
    KnownCode{"TokenRefreshRequired", Code::refused, false, kToken},
    KnownCode{"RequestTimeTooSkewed", Code::refused, false, "set this machine's clock, for example with NTP"},
    KnownCode{"RequestExpired", Code::refused, false, "set this machine's clock, for example with NTP"},
    KnownCode{"InvalidBucketName", Code::usage, false, "correct the bucket's name"},
    KnownCode{"MethodNotAllowed", Code::unsupported, false, kAddress},
    KnownCode{"NotImplemented", Code::unsupported, false, kHeader},
    KnownCode{"InvalidStorageClass", Code::usage, false, "choose a storage class this server knows"},
    KnownCode{"InvalidObjectState", Code::refused, false,
              "the object is in an archive class; have the server restore it first"},
    KnownCode{"InvalidRange", Code::usage, false, ""},
    KnownCode{"EntityTooLarge", Code::no_space, false, "the object or part is larger than this server takes"},
    KnownCode{"EntityTooSmall", Code::unsupported, false, "raise the part size: this server wants larger parts"},
    KnownCode{"QuotaExceeded", Code::no_space, false, "raise the quota or remove old backups"},  // Ceph
    KnownCode{"XMinioStorageFull", Code::no_space, false, "free space on the server"},           // MinIO
    KnownCode{"XMinioAdminBucketQuotaExceeded", Code::no_space, false, "raise the quota or remove old backups"},
    KnownCode{"ObjectLockConfigurationNotFoundError", Code::unsupported, false, kLockless},
    KnownCode{"InvalidRetentionPeriod", Code::usage, false, "the time to retain until must lie in the future"},
    KnownCode{"ObjectLocked", Code::refused, false, "wait until the object's lock has run out"},
    KnownCode{"KMS.NotFoundException", Code::refused, false, kKms},
    KnownCode{"KMS.DisabledException", Code::refused, false, kKms},
    KnownCode{"KMS.AccessDeniedException", Code::refused, false, kKms},
    KnownCode{"InvalidPart", Code::unavailable, false, "the server has lost a part; start again"},
    // Worth another attempt.
    KnownCode{"SlowDown", Code::unavailable, true, kSlow},
    KnownCode{"ServiceUnavailable", Code::unavailable, true, kSlow},
    KnownCode{"TooManyRequests", Code::unavailable, true, kSlow},
    KnownCode{"Throttling", Code::unavailable, true, kSlow},
    KnownCode{"ThrottlingException", Code::unavailable, true, kSlow},
    KnownCode{"RequestLimitExceeded", Code::unavailable, true, kSlow},
    KnownCode{"BandwidthLimitExceeded", Code::unavailable, true, kSlow},
    KnownCode{"InternalError", Code::unavailable, true, ""},
    KnownCode{"RequestTimeout", Code::unavailable, true, ""},
    KnownCode{"OperationAborted", Code::unavailable, true, ""},
    KnownCode{"ConditionalRequestConflict", Code::unavailable, true, ""},
    KnownCode{"IncompleteBody", Code::unavailable, true, kOnTheWay},
    KnownCode{"BadDigest", Code::unavailable, true, kOnTheWay},
    KnownCode{"XAmzContentSHA256Mismatch", Code::unavailable, true, kOnTheWay},
    KnownCode{"XAmzContentChecksumMismatch", Code::unavailable, true, kOnTheWay},
};

}  // namespace

const KnownCode* find_known_code(std::string_view name) {
  const auto found = std::find_if(kKnown.begin(), kKnown.end(), [&](const KnownCode& one) { return one.name == name; });
  return found == kKnown.end() ? nullptr : &*found;
}

}  // namespace holdfast::objectstore::s3

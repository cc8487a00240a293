// The last step of a save: the manifest is written, and holds what it says. Private to repository/.
//
// Two saves under one name may end at the same time, and not every store can refuse the second one's object (Ceph, for
// uploads in parts). What then holds is made of these steps, P being the object's becoming visible:
//
//   L  look whether the object is still ours          R  read the manifest that lies there
//   M  write the manifest, on condition that none is there if R found none
//   V  look again whether the object is ours, and whether the manifest is
//
// Let Y be the save whose object was replaced by that of X (P of Y before P of X). From P of X on the object is X's.
//   P(X) before L(Y)   Y finds out at L, writes nothing and fails. X writes its manifest.
//   between L(Y), M(Y) Y finds out at V. Its manifest goes, or what R found comes back when that describes the object.
//                      If M(X) came first, M(Y) is refused where R found nothing; else V(X) sees Y's manifest and M(X)
//                      is done again.
//   between M(Y), V(Y) the same; R(X) finds Y's manifest, M(X) replaces it, and V(Y) leaves it alone.
//   after V(Y)         Y has succeeded, and was replaced: with --overwrite as X was told to. Without it P(X) came
//   within
//                      the moment between X's last look and its completion, and its manifest then replaces Y's.
// Taking a manifest back is a look and a removal, between which M(X) may fall: then X finds at once that what it wrote
// is not there, and M(X) is done again. What stays open: M(Y), over a manifest that R found, after V(X). Then X has
// succeeded, Y fails and takes its manifest back, and the object, complete, lies there without one.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "objectstore/object_store.h"
#include "repository/manifest.h"

namespace holdfast::repository {

struct Published {
  std::string object_key;
  objectstore::ObjectInfo stored;  // as put() returned it
  std::string sha256;              // of the object, lower-case hex
  bool overwrite = false;
  std::optional<WallTime> retain_until;
};

// Code::exists when another save has taken the name meanwhile, or when something lies at the manifest's key that is not
// ours to replace; Code::not_found when the object is no longer there. A store that does not let us look is believed.
Status publish(objectstore::ObjectStore& store, const Published& object, const Manifest& manifest,
               const std::stop_token& stop);

// The same for a save without manifest: takes the one of what was replaced away.
Status publish_without_manifest(objectstore::ObjectStore& store, const Published& object, const std::stop_token& stop);

// May an overwriting save replace what lies at the manifest's key? Code::refused for a file that is no manifest and for
// a manifest of a newer version.
Status check_replaceable_manifest(objectstore::ObjectStore& store, const std::string& object_key,
                                  const std::stop_token& stop);

}  // namespace holdfast::repository

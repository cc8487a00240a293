// Our transactions as etcd's.
#pragma once

#include <vector>

#include "store/etcd/key_space.h"
#include "store/etcd/numbering.h"

namespace holdfast::store {

// Succeeds when the conditions hold, and, if it writes, the offset is still the same. Otherwise the answer's ranges are
// the entries of the conditions' keys, then the offset.
etcd::TxnRequest to_etcd(const Transaction& transaction, const KeySpace& keys, const Numbering& numbering,
                         const Numbering::Offset& offset);

// Was it the offset that failed it?
bool offset_changed(const Transaction& transaction, const etcd::TxnResponse& answer, const Numbering::Offset& offset);

// The entries of the conditions' keys, from an answer of a transaction that did not hold.
std::vector<Entry> current_entries(etcd::TxnResponse answer, const KeySpace& keys, const Numbering& numbering,
                                   const Numbering::Offset& offset);

}  // namespace holdfast::store

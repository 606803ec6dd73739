// May this caller use this trunk: addresses and digest. IPs AND credentials inside a group, OR over groups
//
#pragma once

#include <vector>

#include "tandem/message/auth.hpp"
#include "trunk/inquiry.hpp"

namespace tandem::trunk {

/// What the source address alone decides.
struct Gate {
  bool admitted = false;                    ///< a group without credentials lists it
  bool listed = false;                      ///< some group lists it
  std::vector<const GroupUse*> candidates;  ///< groups that still want credentials
  bool closed() const { return !admitted && candidates.empty(); }
};
Gate open_gate(Inquiry&, const TrunkEntry&);

/// How the caller was admitted.
struct Proof {
  std::string user;  ///< empty: by address
  std::optional<NonceUse> nonce_use;
};

/// Digest where the gate wants it. Not for a closed gate.
std::variant<Proof, Verdict> prove(Inquiry&, const TrunkEntry&, const Gate&);

/// Every Proxy-Authorization and Authorization that can be read, at most eight. malformed: there was one that
/// cannot.
struct PresentedCredentials {
  std::vector<message::DigestCredentials> values;
  std::string malformed;  ///< why, empty where all could be read
};
PresentedCredentials presented_credentials(const message::Request&);

/// One header an algorithm and realm, preferred first (RFC 8760 §2.3).
Challenge challenge(Inquiry&, const std::vector<Offer>&, Reason);

}  // namespace tandem::trunk

// Where a REFER leads. RFC 3515, RFC 3891, RFC 3892.
#pragma once

#include <optional>
#include <string>

#include "tandem/trunk/decide.hpp"

namespace tandem::trunk {

/// A side of a call: the target of its plan that answered; none: the side that called.
using Party = std::optional<std::size_t>;

const LegPolicy& policy_of(const Admission&, const Party&);

struct TransferRequest {
  Party transferor;      ///< who sent the REFER
  Party transferee;      ///< whom it hands on
  std::string refer_to;  ///< values as they came
  std::string referred_by;
  std::string replaces;  ///< for the new INVITE; empty: what Refer-To's own URI says
};

struct TransferRefusal {
  Reason reason = Reason::TransferRefused;
  int status = 403;
  std::string detail;  ///< for the log
};

/// The INVITEs that may bring the transferee to where the transferor wants it, as entries of their own: a
/// number that a customer hosts here goes to that customer, another through the carriers, where the
/// transferor's trunk allows it and pays; a SIP address elsewhere is called there. Our own listeners,
/// carriers' addresses and addresses of nobody are refused.
Expected<Redirection, TransferRefusal> plan_transfer(const Directory&, const Admission&,
                                                     const TransferRequest&, Random&);

/// The value of Replaces that a Refer-To's URI carries (RFC 3891 §6.1), or empty.
std::string replaces_in(const std::string& refer_to);

}  // namespace tandem::trunk

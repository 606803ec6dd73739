// What an INVITE says about its caller, before a policy looks at it: From, Remote-Party-ID,
// P-Asserted-Identity, Privacy.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trunk/inquiry.hpp"
#include "trunk/privacy.hpp"

namespace tandem::trunk {

struct Claims {
  std::optional<numbering::Number> from, remote_party, asserted;
  std::vector<message::NameAddr>
      assertions;  ///< P-Asserted-Identity: at most one sip(s) and one tel, numbers canonical
  std::vector<std::string> digits;  ///< of every number by which any of these headers names the caller
  PrivacyWish privacy;
  bool anonymous_from = false;           ///< From names nobody: anonymous@anonymous.invalid
  bool remote_party_restricted = false;  ///< Remote-Party-ID with privacy=full or uri

  const std::optional<numbering::Number>& number_of(config::CallerIdSource) const;
  Presentation presentation() const;
};

Claims read_claims(const Inquiry&, numbering::NumberFormat);

/// "From", "Remote-Party-ID", "P-Asserted-Identity".
std::string_view header_of(config::CallerIdSource);

}  // namespace tandem::trunk

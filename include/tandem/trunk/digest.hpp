// HTTP digest both ways: checking a caller's answer and answering a target's challenge. RFC 7616, RFC 8760; MD5, SHA-256
// and SHA-512-256 through OpenSSL.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/base/random.hpp"
#include "tandem/config/config.hpp"
#include "tandem/message/auth.hpp"

namespace tandem::trunk {

std::string hash_hex(config::DigestAlgorithm, std::string_view text);
std::string ha1(config::DigestAlgorithm, std::string_view user, std::string_view realm, std::string_view password);

/// response of RFC 7616 §3.4.1 for qop=auth, or of RFC 2069 where qop is empty.
std::string digest_response(config::DigestAlgorithm, std::string_view ha1, std::string_view method,
                            const message::DigestCredentials&);

/// Chooses the topmost challenge that we understand and hold credentials for, and answers it.
/// challenges: header values in the order received. nullopt: none can be answered. The result is the value of
/// Authorization or Proxy-Authorization.
std::optional<std::string> answer_challenge(const std::vector<std::string>& challenges,
                                            const config::OutboundCredential&, std::string_view method,
                                            std::string_view request_uri, Random&);

}  // namespace tandem::trunk

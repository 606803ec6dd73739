// Answering a target's challenge. RFC 8760 §2.4 (the topmost challenge that we support), RFC 3261 §22.2,
// §22.3.
#include <optional>

#include "tandem/base/text.hpp"
#include "tandem/trunk/digest.hpp"

namespace tandem::trunk {
namespace {

/// A 401 or 407 may carry as many challenges as the peer likes; ours have at most one an algorithm and realm.
constexpr std::size_t kMaxChallenges = 16;

/// "auth" where it is offered, empty for RFC 2069 form; nullopt where only auth-int or something unknown is
/// offered: that would bind the body, and the session description is not final when credentials are made.
std::optional<std::string> choose_qop(const message::DigestChallenge& challenge) {
  if (challenge.qop.empty()) return std::string();
  for (const std::string& qop : challenge.qop) {
    if (iequals(qop, "auth")) return std::string("auth");
  }
  return std::nullopt;
}

std::optional<config::DigestAlgorithm> algorithm_of(const message::DigestChallenge& challenge) {
  if (challenge.algorithm.empty()) return config::DigestAlgorithm::Md5;  // RFC 7616 §3.3
  return config::parse_digest_algorithm(challenge.algorithm);
}

std::string answer(const message::DigestChallenge& challenge, const config::OutboundCredential& credential,
                   std::string_view method, std::string_view request_uri, Random& random) {
  const config::DigestAlgorithm algorithm = *algorithm_of(challenge);
  message::DigestCredentials credentials;
  credentials.username = credential.user;
  credentials.realm = challenge.realm;
  credentials.nonce = challenge.nonce;
  credentials.uri = std::string(request_uri);
  credentials.opaque = challenge.opaque;
  // Echoed as it came: a server that named none must not be sent one that it may not know.
  credentials.algorithm = challenge.algorithm;
  credentials.qop = *choose_qop(challenge);
  if (!credentials.qop.empty()) {
    credentials.cnonce = random.token(16);
    credentials.nc = 1;  // each challenge is answered once, so the count of its nonce is always the first
  }
  const std::string key = ha1(algorithm, credential.user, challenge.realm, credential.password.reveal());
  credentials.response = digest_response(algorithm, key, method, credentials);
  return message::print(credentials);
}

}  // namespace

std::optional<std::string> answer_challenge(const std::vector<std::string>& challenges,
                                            const config::OutboundCredential& credential,
                                            std::string_view method, std::string_view request_uri,
                                            Random& random) {
  std::size_t looked_at = 0;
  for (const std::string& value : challenges) {
    if (++looked_at > kMaxChallenges) break;
    const auto challenge = message::parse_challenge(value);
    if (!challenge) continue;  // another scheme, or not understood: RFC 8760 §2.4 says to pass over it
    if (!algorithm_of(*challenge) || !choose_qop(*challenge)) continue;
    if (!credential.realm.empty() && credential.realm != challenge->realm) continue;
    return answer(*challenge, credential, method, request_uri, random);
  }
  return std::nullopt;
}

}  // namespace tandem::trunk

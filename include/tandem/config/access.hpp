// Who may call, and how they prove it: access groups, credentials, challenges.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/base/secret.hpp"
#include "tandem/config/mark.hpp"

namespace tandem::config {

enum class DigestAlgorithm : std::uint8_t { Md5, Sha256, Sha512_256 };
std::string_view to_string(DigestAlgorithm);                              ///< "MD5", "SHA-256", "SHA-512-256"
std::optional<DigestAlgorithm> parse_digest_algorithm(std::string_view);  ///< case-insensitive

/// One account of an access group: a secret, or HA1 hashes so that no clear password is needed. HA1 =
/// H(user:realm:password) contains the realm, so hashes answer for the group's fixed realm alone.
struct Credential {
  std::string user;
  Secret password;                             ///< empty where only hashes are given
  std::map<DigestAlgorithm, std::string> ha1;  ///< lower-case hex
  Mark mark;
};

/// IPs AND credentials inside a group, OR over groups. Either list may be empty, not both.
struct AccessGroup {
  std::string name;
  std::string realm;  ///< fixed realm of its HA1s; empty: the trunk's rule
  std::vector<Cidr> ips;
  std::vector<Credential> credentials;
  Mark mark;
};

struct OutboundCredential {
  std::string user;
  Secret password;
  std::string realm;  ///< empty: any realm
};

enum class RealmRule : std::uint8_t { Fixed, Host };

struct Challenge {
  int status = 407;  ///< 407 or 401 (R-049)
  RealmRule realm_rule = RealmRule::Host;
  std::string realm;  ///< where Fixed
  std::vector<DigestAlgorithm> algorithms{DigestAlgorithm::Sha256,
                                          DigestAlgorithm::Md5};  ///< preference order (R-052)
};

}  // namespace tandem::config

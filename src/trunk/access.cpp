#include "trunk/access.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "tandem/trunk/digest.hpp"
#include "trunk/nonce.hpp"

namespace tandem::trunk {
namespace {

using message::DigestCredentials;

/// Our own clock may be set back a little between the challenge and the answer.
constexpr std::chrono::seconds kClockTolerance{5};

std::string realm_of(const Inquiry& inquiry, const GroupUse& use) {
  return use.realm.empty() ? inquiry.host : use.realm;
}

bool offers(const GroupUse& use, config::DigestAlgorithm algorithm) {
  return std::find(use.algorithms.begin(), use.algorithms.end(), algorithm) != use.algorithms.end();
}

bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::vector<Offer> offers_of(const TrunkEntry& entry, const Gate& gate) {
  const config::Challenge& rule = entry.trunk->termination->challenge;
  std::vector<Offer> made;
  for (const GroupUse* use : gate.candidates) merge_offer(made, {rule.status, use->realm, use->algorithms});
  const auto rank = [&](config::DigestAlgorithm algorithm) {
    return std::find(rule.algorithms.begin(), rule.algorithms.end(), algorithm);
  };
  for (Offer& offer : made) {  // groups may add to each other; the order is the trunk's
    std::sort(offer.algorithms.begin(), offer.algorithms.end(),
              [&](auto a, auto b) { return rank(a) < rank(b); });
  }
  return made;
}

/// A server must refuse credentials that were made for another resource (RFC 7616 §3.4.6): a copied header
/// would dial another number. Ports and parameters are left out, because some clients write the uri without
/// them. A uri without a user names the server and no number: SIPp and some gateways write the host, or the
/// address that they send to.
bool names_request(const message::Uri& uri, const message::Uri& asked) {
  const bool same_host = iequals(uri.host, asked.host);
  if (uri.user.empty()) return same_host || IpAddress::parse(uri.host).has_value();
  return same_host && uri.user == asked.user;
}

/// What is wrong with the shape of the credentials, empty where nothing is. RFC 7616 §3.4.
std::string fault_in(const Inquiry& inquiry, const DigestCredentials& credentials) {
  if (!credentials.qop.empty()) {
    if (!iequals(credentials.qop, "auth")) return "qop '" + printable(credentials.qop) + "' was not offered";
    if (!credentials.nc || *credentials.nc == 0) return "qop without a count (nc) from 1";
    if (credentials.cnonce.empty()) return "qop without cnonce";
  }
  const auto uri = message::parse_uri(credentials.uri);
  if (!uri) return "uri '" + printable(credentials.uri) + "' cannot be read: " + uri.error().what;
  if (!names_request(*uri, inquiry.request().uri)) {
    return "uri '" + printable(credentials.uri) + "' is not the Request-URI " +
           printable(message::print(inquiry.request().uri));
  }
  return {};
}

/// Whether one of the group's credentials of that user made this response.
bool fits(const Inquiry& inquiry, const GroupUse& use, config::DigestAlgorithm algorithm,
          const DigestCredentials& given) {
  const auto found = use.entry->users.find(given.username);
  if (found == use.entry->users.end()) return false;
  for (const config::Credential* credential : found->second) {
    if (!can_answer(*credential, algorithm, use.realm)) continue;
    const auto stored = credential->ha1.find(algorithm);
    const bool hashed = !use.realm.empty() && stored != credential->ha1.end();
    const std::string key =
        hashed ? stored->second : ha1(algorithm, given.username, given.realm, credential->password.reveal());
    if (same_text(digest_response(algorithm, key, inquiry.request().method, given), to_lower(given.response)))
      return true;
  }
  return false;
}

/// Refuses credentials. A peer whose address is not listed could be anybody: it is told one and the same
/// thing whether the user or the password was wrong, so that it cannot find out which users exist. The log
/// knows better.
Refusal refuse_credentials(Inquiry& inquiry, const TrunkEntry& entry, const Gate& gate, Reason reason,
                           std::string detail) {
  const Peer peer = gate.listed ? Peer::Identified : Peer::Unproven;
  Refusal refusal = refuse_peer(inquiry, "digest", reason, std::move(detail), peer, entry.trunk->name);
  if (peer == Peer::Unproven) refusal.headers.push_back({"Reason", reason_header(Reason::AuthWrongPassword)});
  return refusal;
}

/// Why no candidate group took the credentials.
Refusal explain_misfit(Inquiry& inquiry, const TrunkEntry& entry, const Gate& gate,
                       config::DigestAlgorithm algorithm, const DigestCredentials& given) {
  const std::string user = "user '" + printable(given.username) + "'";
  bool known = false;
  for (const GroupUse* use : gate.candidates) {
    const auto found = use->entry->users.find(given.username);
    if (found == use->entry->users.end() || realm_of(inquiry, *use) != given.realm) continue;
    known = true;
    for (const config::Credential* credential : found->second) {
      if (!can_answer(*credential, algorithm, use->realm)) continue;
      return refuse_credentials(
          inquiry, entry, gate, Reason::AuthWrongPassword,
          user + " of group " + use->entry->group->name + ": the response does not fit");
    }
  }
  if (known) {
    return refuse_credentials(inquiry, entry, gate, Reason::AuthAlgorithmNotOffered,
                              user + " has no HA1 for " + std::string(config::to_string(algorithm)));
  }
  // The same work as for a user that exists, so that time does not tell either.
  (void)digest_response(algorithm, ha1(algorithm, given.username, given.realm, given.response),
                        inquiry.request().method, given);
  return refuse_credentials(
      inquiry, entry, gate, Reason::AuthUnknownUser,
      user + " is in no group of trunk " + entry.trunk->name + " that admits this source");
}

/// The response is right; is the nonce good too? RFC 7616 §3.3, §5.4.
std::variant<Proof, Verdict> check_nonce(Inquiry& inquiry, const TrunkEntry& entry, const Gate& gate,
                                         const DigestCredentials& given) {
  const auto made = open_nonce(inquiry.key, given.realm, given.nonce);
  const auto lifetime = inquiry.directory.config().limits.nonce_lifetime;
  if (!made || *made + lifetime <= inquiry.now || *made > inquiry.now + kClockTolerance) {
    inquiry.note("digest", made ? "the nonce is too old" : "the nonce is not ours");
    return challenge(inquiry, offers_of(entry, gate), Reason::AuthStale);
  }
  if (inquiry.usage.nonce_count_refused) {
    inquiry.note("digest", "the nonce was used before with this count");
    return challenge(inquiry, offers_of(entry, gate), Reason::AuthReplay);
  }
  inquiry.note("digest",
               "user '" + given.username + "' by " + (given.algorithm.empty() ? "MD5" : given.algorithm));
  // Without qop there is no count, so the nonce is good for one use: count 0 (RFC 2069 clients).
  const std::uint32_t count = given.qop.empty() ? 0 : given.nc.value_or(0);
  return Proof{given.username, NonceUse{given.nonce, count, *made + lifetime}};
}

std::variant<Proof, Verdict> verify(Inquiry& inquiry, const TrunkEntry& entry, const Gate& gate,
                                    const DigestCredentials& given) {
  const Peer peer = gate.listed ? Peer::Identified : Peer::Unproven;
  if (std::string fault = fault_in(inquiry, given); !fault.empty()) {
    return refuse_peer(inquiry, "digest", Reason::AuthMalformed, std::move(fault), peer, entry.trunk->name);
  }
  const auto algorithm = given.algorithm.empty() ? std::optional(config::DigestAlgorithm::Md5)
                                                 : config::parse_digest_algorithm(given.algorithm);
  bool offered = false;
  for (const GroupUse* use : gate.candidates) {
    if (!algorithm || realm_of(inquiry, *use) != given.realm || !offers(*use, *algorithm)) continue;
    offered = true;
    if (fits(inquiry, *use, *algorithm, given)) return check_nonce(inquiry, entry, gate, given);
  }
  if (!offered) {
    return refuse_credentials(
        inquiry, entry, gate, Reason::AuthAlgorithmNotOffered,
        "algorithm '" + printable(given.algorithm) + "' was not offered for this realm");
  }
  return explain_misfit(inquiry, entry, gate, *algorithm, given);
}

}  // namespace

namespace {

/// `tandemctl explain` has no password to show: the user it names counts as proven where a group has it.
std::variant<Proof, Verdict> take_as_proven(Inquiry& inquiry, const TrunkEntry& entry, const Gate& gate,
                                            const std::string& user) {
  for (const GroupUse* use : gate.candidates) {
    if (use->entry->users.find(user) == use->entry->users.end()) continue;
    inquiry.note("digest", "user '" + user + "' of group " + use->entry->group->name + ": taken as proven");
    return Proof{user, std::nullopt};
  }
  return refuse_credentials(inquiry, entry, gate, Reason::AuthUnknownUser,
                            "user '" + printable(user) + "' is in no group of trunk " + entry.trunk->name +
                                " that admits this source");
}

}  // namespace

Gate open_gate(Inquiry& inquiry, const TrunkEntry& entry) {
  Gate gate;
  const IpAddress& source = inquiry.arrival.source.ip;
  for (const GroupUse& use : entry.groups) {
    const config::AccessGroup& group = *use.entry->group;
    if (!use.entry->admits(source)) {
      inquiry.note("acl", "group " + group.name + " does not list " + source.print());
      continue;
    }
    const bool lists = !use.entry->admits_any_address();
    gate.listed = gate.listed || lists;
    if (!group.credentials.empty()) {
      gate.candidates.push_back(&use);
      inquiry.note("acl", "group " + group.name +
                              (lists ? " lists " + source.print() : " takes any address") +
                              " and wants credentials");
    } else if (lists) {
      gate.admitted = true;
      inquiry.note("acl", "group " + group.name + " lists " + source.print());
      break;
    }
  }
  return gate;
}

std::variant<Proof, Verdict> prove(Inquiry& inquiry, const TrunkEntry& entry, const Gate& gate) {
  if (gate.admitted) return Proof{};
  if (inquiry.usage.proven_user) return take_as_proven(inquiry, entry, gate, *inquiry.usage.proven_user);
  const std::vector<Offer> offered = offers_of(entry, gate);
  if (offered.empty()) {
    return refuse_credentials(
        inquiry, entry, gate, Reason::AuthAlgorithmNotOffered,
        "trunk " + entry.trunk->name + " has no credential for any algorithm that it offers");
  }
  const PresentedCredentials presented = presented_credentials(inquiry.request());
  for (const DigestCredentials& given : presented.values) {
    const bool ours = std::any_of(gate.candidates.begin(), gate.candidates.end(), [&](const GroupUse* use) {
      return realm_of(inquiry, *use) == given.realm;
    });
    if (ours) return verify(inquiry, entry, gate, given);
  }
  if (!presented.malformed.empty()) {
    return refuse_peer(inquiry, "digest", Reason::AuthMalformed, printable(presented.malformed),
                       gate.listed ? Peer::Identified : Peer::Unproven, entry.trunk->name);
  }
  if (presented.values.empty()) return challenge(inquiry, offered, Reason::AuthRequired);
  inquiry.note("digest", "credentials for realm '" + printable(presented.values.front().realm) + "' only");
  return challenge(inquiry, offered, Reason::AuthWrongRealm);
}

}  // namespace tandem::trunk

// Asking for credentials, and reading what came. RFC 3261 §22, RFC 7616 §3.3, RFC 8760 §2.3.
#include "trunk/access.hpp"
#include "trunk/nonce.hpp"

namespace tandem::trunk {
namespace {

constexpr std::size_t kMaxCredentials = 8;

/// stale=true tells the client to try again by itself, because its password was right (RFC 7616 §3.3). A
/// replayed count is such a case too: a client that lost its counter recovers with a new nonce, and a thief
/// gains nothing from one.
bool is_stale(Reason reason) { return reason == Reason::AuthStale || reason == Reason::AuthReplay; }

}  // namespace

PresentedCredentials presented_credentials(const message::Request& request) {
  PresentedCredentials presented;
  std::size_t looked_at = 0;
  for (const message::Header& header : request.headers.rows()) {
    if (!iequals(header.name, "Proxy-Authorization") && !iequals(header.name, "Authorization")) continue;
    if (++looked_at > kMaxCredentials) break;
    auto credentials = message::parse_credentials(header.value);
    if (credentials) {
      presented.values.push_back(std::move(*credentials));
    } else if (presented.malformed.empty()) {
      presented.malformed = header.name + ": " + credentials.error().what;
    }
  }
  return presented;
}

Challenge challenge(Inquiry& inquiry, const std::vector<Offer>& offers, Reason reason) {
  Challenge made;
  made.reason = reason;
  made.status = offers.empty() ? info(reason).status : offers.front().status;
  const char* header = made.status == 401 ? "WWW-Authenticate" : "Proxy-Authenticate";
  std::string told;
  for (const Offer& offer : offers) {
    message::DigestChallenge value;
    value.realm = offer.realm.empty() ? inquiry.host : offer.realm;
    value.nonce = make_nonce(inquiry.key, value.realm, inquiry.now, inquiry.random);
    value.qop = {"auth"};
    value.stale = is_stale(reason);
    for (config::DigestAlgorithm algorithm : offer.algorithms) {
      value.algorithm = std::string(config::to_string(algorithm));
      made.headers.push_back({header, message::print(value)});
      told += " " + value.algorithm;
    }
    told += " for realm " + printable(value.realm) + ";";
  }
  inquiry.note("challenge", std::string(code(reason)) + ": " + std::to_string(made.status) + told);
  return made;
}

}  // namespace tandem::trunk

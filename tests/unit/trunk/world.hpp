// A small configuration to ask questions of, built by hand: trunk acme at acme.sip.example, carrier north.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tandem/message/auth.hpp"
#include "tandem/trunk/decide.hpp"
#include "tandem/trunk/digest.hpp"

namespace tandem::trunk::test {

using config::DigestAlgorithm;

/// An INVITE, one field a thing that a test varies.
struct Invite {
  std::string called = "+12128675309";
  std::string host = "acme.sip.example";
  std::string calling = "+13124441212";
  std::string from_host = "pbx.example";
  std::string source = "127.0.0.10:5060";
  std::string listener = "drop";
  std::string method = "INVITE";
  std::optional<std::string> max_forwards = "70";
  std::vector<message::Header> headers;

  message::Request request() const;
  Invite with(std::string name, std::string value) const;
};

config::Credential user(std::string name, std::string password);
config::Credential hashed_user(std::string name, std::string realm, std::string password,
                               const std::vector<DigestAlgorithm>& algorithms);
config::Target target(std::string uri, std::string address, std::uint16_t priority = 10,
                      std::uint16_t weight = 10);
/// On a trunk; unassigned where the trunk is empty.
config::DialledNumber number(std::string e164, std::string trunk);

struct World {
  config::Config config;
  NonceKey key;
  WallTime now{std::chrono::seconds(1'795'000'000)};
  Random random{7};
  Usage usage;

  World();
  config::AccessGroup& group(std::string name, const std::vector<std::string>& ips,
                             std::vector<config::Credential> credentials = {});
  /// Known by `name`.sip.example, open to the groups; its callers may show any number.
  config::Trunk& trunk(std::string name, std::vector<std::string> groups);
  config::Carrier& carrier(std::string name, std::vector<std::string> prefixes,
                           std::vector<config::Target> targets, const std::vector<std::string>& sources = {});
  /// Trunk acme for 127.0.0.10 without credentials, carrier north for every number at 127.0.0.20.
  static World simple();
  /// The same, but acme wants user bob with password "secret" from any address.
  static World with_digest();

  Decision decide(const Invite&);
  Decision decide(const message::Request&, const Invite&);
};

/// A carrier's INVITE for +14155550000, which trunk acme hosts with one target at 127.0.0.10.
struct FromCarrier {
  World world = World::simple();
  Invite invite;

  FromCarrier();
  config::Trunk& acme() { return world.config.trunks.front(); }
  Decision decide() { return world.decide(invite); }
  /// The admission of decide(), which may not be anything else.
  Admission admitted();
};

/// The INVITE again, with an answer to the challenge. Fails the test where none can be made.
Invite answer(const Invite&, const Challenge&, const std::string& user, const std::string& password, Random&);
/// The parsed credentials of an Invite, for tests that spoil one field.
message::DigestCredentials credentials_of(const Invite&);
/// The Invite with these in place of its credentials.
Invite with_credentials(Invite, const message::DigestCredentials&);
/// Computes the response anew.
message::DigestCredentials sign(message::DigestCredentials, const std::string& password,
                                const std::string& method = "INVITE");

const Admission* admission(const Decision&);
const Challenge* challenge(const Decision&);
const Refusal* refusal(const Decision&);
const Drop* drop(const Decision&);
/// None for an admission.
Reason reason_of(const Decision&);
/// Verdict and trace, for failure messages.
std::string explain(const Decision&);
const std::string* header(const std::vector<message::Header>&, std::string_view name);
std::vector<std::string> all_headers(const std::vector<message::Header>&, std::string_view name);
/// Names of the planned targets, in order.
std::vector<std::string> names(const RoutePlan&);
std::vector<std::string> names(const Decision&);

}  // namespace tandem::trunk::test

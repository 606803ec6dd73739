// trunk: who is calling, may they, and where next. Pure: configuration, an INVITE as a value, the time and randomness come
// in; a Decision with its trace comes out. The live call and `tandemctl explain` run this same code. It knows no socket,
// no clock and no call. RFC 3261 §22, RFC 7616, RFC 8760, RFC 3325.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tandem/base/random.hpp"
#include "tandem/base/time.hpp"
#include "tandem/config/config.hpp"
#include "tandem/config/load.hpp"
#include "tandem/message/message.hpp"
#include "tandem/numbering/number.hpp"
#include "tandem/trunk/reason.hpp"

namespace tandem::trunk {

/// One step of a decision: what was looked at, what came of it.
struct TraceStep {
  std::string step;     ///< "identify.domain", "acl", "digest", "number", "route"
  std::string outcome;  ///< "acme", "no trunk has domain 'x'", "carrier north: prefix 1212"
};
using Trace = std::vector<TraceStep>;

/// Indexes over one Config, built once at load; immutable and shared.
class Directory;
std::shared_ptr<const Directory> build_directory(std::shared_ptr<const config::Config>);
const config::Config& config_of(const Directory&);

/// Key of our nonces: they are HMACs of time and key, so no nonce is stored.
struct NonceKey {
  std::array<std::uint8_t, 32> octets{};
};

/// An INVITE (or another request outside a dialog) as it arrived.
struct Arrival {
  const message::Request& request;
  SocketAddress source;
  Transport transport = Transport::Udp;
  std::string_view listener;
};

/// What the switchboard knows at this moment.
struct Usage {
  std::uint32_t calls = 0;
  bool draining = false;
  bool nonce_count_refused = false;  ///< its ledger saw this nonce and nc before
};

/// A nonce and count that must be new: the switchboard's ledger decides.
struct NonceUse {
  std::string nonce;
  std::uint32_t count = 0;
  WallTime expires;
};

enum class CallDirection : std::uint8_t { Termination, Origination };
std::string_view to_string(CallDirection);

/// How a side of the call is treated, from its trunk or carrier.
struct LegPolicy {
  std::string peer;  ///< trunk or carrier name, for logs and CDRs
  bool peer_is_carrier = false;
  bool symmetric_rtp = false;
};

/// Everything that the INVITE to one target says, but Via, Contact, Call-ID, CSeq, tags and SDP.
struct PlannedTarget {
  std::string name;                  ///< config::Target::name
  LegPolicy policy;
  SocketAddress address;
  Transport transport = Transport::Udp;
  message::Uri request_uri;
  message::NameAddr from;            ///< without tag
  message::NameAddr to;
  std::vector<message::Header> headers;  ///< Max-Forwards, P-Asserted-Identity, Diversion…
  std::optional<config::OutboundCredential> credential;
  std::chrono::milliseconds no_response_timeout{4000};
  std::chrono::milliseconds ring_timeout{180000};
};

/// Ordered: the first is tried first.
struct RoutePlan {
  std::vector<PlannedTarget> targets;
  std::chrono::milliseconds max_duration{24 * 3600 * 1000};
};

struct Admission {
  CallDirection direction = CallDirection::Termination;
  LegPolicy caller_policy;
  std::string trunk;             ///< the customer's trunk, either direction
  std::string trunk_id;
  std::string account;
  std::string user;              ///< digest user, empty where the address alone sufficed
  std::string calling_received;  ///< as the From user came
  std::string called_received;
  std::string called;            ///< canonical
  std::optional<NonceUse> nonce_use;
  RoutePlan plan;
};

struct Challenge {
  int status = 407;
  Reason reason = Reason::AuthRequired;
  std::vector<message::Header> headers;  ///< one Proxy-Authenticate an algorithm, preferred first
};

struct Refusal {
  Reason reason = Reason::InternalError;
  int status = 500;
  std::string detail;   ///< for log and trace: "user 'bob' is in no group of trunk acme"
  bool identified = false;  ///< the peer is known: Reason goes on the wire
  std::vector<message::Header> headers;
  std::string trunk;        ///< where known
  std::string called_received;
  std::string calling_received;
};

/// Nothing is answered.
struct Drop {
  Reason reason = Reason::UnknownSource;
};

struct Decision {
  std::variant<Admission, Challenge, Refusal, Drop> verdict;
  Trace trace;
};

/// Decides an INVITE outside a dialog. Never throws; every path ends in a verdict with a reason.
Decision decide(const Directory&, const Arrival&, const Usage&, const NonceKey&, WallTime now, Random&);

/// Whether the source is a known peer: OPTIONS from it gets 200, from others what the listener says.
bool is_known_source(const Directory&, const SocketAddress&);

/// Findings that need meaning rather than grammar: open relay, HA1 without its realm, target without route…
std::vector<config::Finding> check(const config::Config&);

}  // namespace tandem::trunk

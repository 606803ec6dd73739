// trunk: who is calling, may they, and where next. Pure: configuration, an INVITE as a value, the time and randomness come
// in; a Decision with its trace comes out. The live call and `tandemctl explain` run this same code. It knows no socket,
// no clock and no call. RFC 3261 §22, RFC 7616, RFC 8760, RFC 3325.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "tandem/base/expected.hpp"
#include "tandem/base/random.hpp"
#include "tandem/base/text.hpp"
#include "tandem/base/time.hpp"
#include "tandem/config/config.hpp"
#include "tandem/config/load.hpp"
#include "tandem/message/message.hpp"
#include "tandem/numbering/number.hpp"
#include "tandem/trunk/reason.hpp"

namespace tandem::trunk {

/// One step of a decision: what was looked at, what came of it.
struct TraceStep {
  std::string_view step;  ///< a literal: "identify.domain", "acl", "digest", "number", "route"
  std::string outcome;    ///< "acme", "no trunk has domain 'x'", "carrier north: prefix 1212"
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

/// How many calls each list of targets that is used in rotation has had: trunk or carrier name to count.
using Turns = std::unordered_map<std::string, std::uint64_t, TextHash, std::equal_to<>>;

/// What the switchboard knows at this moment.
struct Usage {
  std::uint32_t calls = 0;
  bool draining = false;
  bool nonce_count_refused = false;  ///< its ledger saw this nonce and nc before
  const Turns* turns = nullptr;      ///< null: every rotation is at its beginning
  /// For `tandemctl explain` alone: digest is taken as answered well by this user. Never set for a live call.
  std::optional<std::string> proven_user;
};

/// One thing that a call wants to take while it lasts, or once. The switchboard's ledger grants or refuses it; a refusal
/// has this reason and status. decide() only says what is wanted, so that it stays pure.
enum class Meter : std::uint8_t { Channel, CallRate };
struct Reservation {
  std::string counter;  ///< "trunk acme", "account a1", "group fw termination", "carrier north", "source 192.0.2.1"
  Meter meter = Meter::Channel;
  std::uint32_t limit = 0;  ///< channels, or calls a second
  std::uint32_t burst = 0;  ///< CallRate: calls at once
  Reason reason = Reason::ChannelsExhausted;
  int status = 503;
  friend bool operator==(const Reservation&, const Reservation&) = default;
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
  bool pai_in_ack = false;
  std::vector<std::string> codecs;  ///< what this side may be offered, best first; empty: everything (R-133)
  config::InCall in_call{};
};

/// Why a call is sent to a target, for the record.
enum class LegType : std::uint8_t { Normal, RouteNumber, DisasterRecovery, Redirect, Transfer };
std::string_view to_string(LegType);  ///< "normal", "route_number", "dr", "redirect", "transfer"

/// A run of targets that belong together: one carrier's, one trunk's. What it takes is held while one of its targets is
/// tried or in use; where that is refused, the hunt goes on behind the run's last target.
struct PlannedEntry {
  LegType leg_type = LegType::Normal;
  std::vector<Reservation> takes;
  config::StatusSet stop_codes = config::default_stop_codes();
};

/// Everything that the INVITE to one target says, but Via, Contact, Call-ID, CSeq, tags and SDP.
struct PlannedTarget {
  std::string name;                  ///< config::Target::name
  std::size_t entry = 0;             ///< index into RoutePlan::entries
  LegPolicy policy;
  SocketAddress address;             ///< port 0: a name, to be resolved: host and port of `request_uri`
  Transport transport = Transport::Udp;
  bool transport_written = false;    ///< otherwise NAPTR may choose
  config::LargeRequests large_requests = config::LargeRequests::Udp;  ///< where it is dialled over UDP
  std::string edge;                  ///< it leaves from a listener of this edge; empty: any
  message::Uri request_uri;
  message::NameAddr from;            ///< without tag
  message::NameAddr to;
  std::vector<message::Header> headers;  ///< of the INVITE: Max-Forwards, Privacy, Diversion, X-…; not `identity`
  std::vector<message::Header> identity;  ///< P-Asserted-Identity or Remote-Party-ID: INVITE, re-INVITE, BYE, and ACK where the
                                          ///< policy says so (R-072)
  std::optional<config::OutboundCredential> credential;
  std::chrono::milliseconds no_response_timeout{4000};
  std::chrono::milliseconds ring_timeout{180000};
  std::uint8_t redirects = 0;  ///< 3xx responses that led here
  bool is_numeric() const { return address.port != 0; }
};

/// Ordered: the first is tried first.
struct RoutePlan {
  std::vector<PlannedTarget> targets;
  std::vector<PlannedEntry> entries;  ///< at least one where there are targets
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
  std::string calling;           ///< canonical, of the source that the trunk's caller_id names; empty: no number
  std::string presented_cli;     ///< what the called party may see; empty: private (R-071)
  std::string asserted_cli;      ///< who it really is, as far as it is proven
  std::string privacy;           ///< Privacy of the call: "", "id", "header;user"…
  std::string edge;              ///< where it came in: of the host name, else of the listener (R-018)
  std::string route;             ///< hunting route, or empty
  std::vector<Reservation> takes;  ///< to be granted before the call begins
  std::vector<std::string> turns;  ///< rotations that this call advances
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

/// The refusal of an admitted call whose reservation the ledger did not grant.
Refusal refusal_for(const Admission&, const Reservation&);

/// Where a redirected call goes: targets to put behind the one that redirected it, and the entry that they belong to.
struct Redirection {
  std::vector<PlannedTarget> targets;
  std::vector<PlannedEntry> entries;  ///< empty: the targets stay in the entry of the one that redirected; else
                                      ///< PlannedTarget::entry is an index into these
};
/// Follows the first Contact of a 3xx. contacts: header values as received. The error says why not: no
/// usable Contact, our own domain, a loop, too many redirects, a number where the trunk allows none.
Expected<Redirection, std::string> follow_redirect(const Directory&, const Admission&, std::size_t target,
                                                   const std::vector<std::string>& contacts, Random&);

/// Why this INVITE is not taken for a call of `trunk`: one step for each key of its `identify`, and for its access groups.
Trace why_not(const Directory&, const Arrival&, std::string_view trunk);

/// Every host name under which a trunk answers: its domains, and its labels in every pattern and edge.
struct TrunkName {
  std::string host;
  std::string edge;  ///< empty: the plain name
};
std::vector<TrunkName> names_of(const config::Config&, const config::Trunk&);

/// Whether the source is a known peer: OPTIONS from it gets 200, from others what the listener says.
bool is_known_source(const Directory&, const SocketAddress&);

/// Findings that need meaning rather than grammar: open relay, HA1 without its realm, target without route…
std::vector<config::Finding> check(const config::Config&);

}  // namespace tandem::trunk

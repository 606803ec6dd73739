// config: YAML to an immutable, typed snapshot. Every mistake is reported at once with file:line:column, the
// line, a caret and a cure. It knows no socket, no call and no clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/base/log.hpp"
#include "tandem/base/secret.hpp"
#include "tandem/message/message.hpp"
#include "tandem/numbering/number.hpp"

namespace tandem::config {

/// Where an object was written, for findings that need meaning.
struct Mark {
  std::string file;
  int line = 0;    ///< from 1; 0: nowhere (a default)
  int column = 0;  ///< from 1
};

enum class UnknownSource : std::uint8_t { Drop, Reject };  ///< silence, or 403

enum class Serves : std::uint8_t { Static, Registered };

struct Listener {
  std::string name;
  std::string edge;                                           ///< an Edge; empty: of none
  std::vector<Serves> serves{Serves::Static, Serves::Registered};  ///< which trunks it is for (R-025)
  Transport transport = Transport::Udp;
  SocketAddress bind;
  std::optional<IpAddress> advertised;  ///< address in Via, Contact: for a node behind one-to-one NAT
  UnknownSource unknown_source = UnknownSource::Drop;
  Mark mark;
};

struct MediaSettings {
  IpAddress address;  ///< bind and advertise, IPv4
  std::optional<IpAddress> address_v6;
  std::optional<IpAddress> advertised;
  std::uint16_t first_port = 10000;  ///< even
  std::uint16_t last_port = 20000;
  int workers = 0;       ///< 0: cores - 1, at least 1
  bool realtime = true;  ///< SCHED_FIFO where permitted
  std::optional<std::uint64_t> bandwidth_bps;  ///< what the line carries: check() warns where channels exceed it (R-082)
  std::chrono::milliseconds silence_timeout{
      60000};  ///< no RTP from a leg for so long: an event in the log; 0: off
};

struct CdrSettings {
  std::string path;  ///< JSON lines; empty: standard output
};

struct AdminSettings {
  std::string socket = "/run/tandem/admin.sock";  ///< Unix socket path
};

struct Limits {
  std::uint32_t max_calls = 4000;
  std::chrono::milliseconds no_response_timeout{4000};  ///< R-084, R-105
  std::chrono::milliseconds ring_timeout{
      180000};  ///< from a target's first provisional to its final response
  std::chrono::milliseconds max_duration{24 * 3600 * 1000};  ///< R-126
  std::chrono::milliseconds drain_timeout{300000};           ///< after SIGTERM, before calls are cleared
  std::chrono::milliseconds nonce_lifetime{300000};
  std::optional<std::uint32_t> source_cps;  ///< INVITEs a second that one source address may bring (R-081)
};

/// How target names are resolved (RFC 3263).
struct DnsSettings {
  std::vector<SocketAddress> servers;            ///< empty: the system's
  std::chrono::milliseconds timeout{3000};       ///< for the whole of one question
  std::chrono::seconds longest_ttl{3600};
  std::chrono::seconds negative_ttl{30};
};

/// A point of presence: the label in localized names, in `;edge=` of a target and in `location`.
struct Edge {
  std::string name;
  std::vector<std::string> aliases;  ///< older labels that keep working
  Mark mark;
};

enum class Naming : std::uint8_t { Dns, StrictAlnum };  ///< R-017

/// How a trunk's label becomes host names: one pattern without an edge, one with. Without {trunk} the names are
/// shared by the trunks that are told apart by digest user.
struct DomainPattern {
  std::string plain;      ///< "{trunk}.pstn.example.com"; empty: none
  std::string localized;  ///< "{trunk}.pstn.{edge}.example.com", "{edge}.sip.example.com"; empty: none
  Naming naming = Naming::Dns;
  Mark mark;
};

/// A machine of the service, for `tandemctl dns export`.
struct ServiceNode {
  std::string name;
  std::string edge;
  std::vector<IpAddress> addresses;
  bool drained = false;  ///< left out of the export
  Mark mark;
};

/// Ceilings of a trunk, an account or a carrier. Absent: none of its own.
struct CallLimits {
  std::optional<std::uint32_t> channels;  ///< concurrent calls, both directions together (R-079)
  std::optional<std::uint32_t> cps;       ///< calls a second (R-081)
  std::optional<std::uint32_t> burst;     ///< calls at once within cps; absent: as cps
  int status = 503;                       ///< 403, 480, 486 or 503
};

/// Final statuses that end the hunt: single ones, and classes.
struct StatusSet {
  std::vector<std::uint16_t> statuses;  ///< ascending, 300 to 699
  std::vector<std::uint8_t> classes;    ///< 6 for 6xx
  bool contains(int status) const;
  friend bool operator==(const StatusSet&, const StatusSet&) = default;
};
/// 400, 404, 405, 410, 416, 482, 484, 486, 6xx.
const StatusSet& default_stop_codes();

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

/// One URI that a call can be sent to.
struct Target {
  std::string name;  ///< for logs and CDRs: as written, or the URI's host:port
  message::Uri uri;  ///< user may be empty, fixed, or "{number}"; `?`, edge and region taken out
  SocketAddress address;  ///< port 0: the host is a name, to be resolved when it is called
  Transport transport = Transport::Udp;
  bool transport_written = false;  ///< otherwise the name's NAPTR may choose
  std::string edge;                ///< leaves from there; empty: where the call came in (R-098)
  std::vector<message::Header> headers;  ///< X- headers after `?` (R-094)
  std::uint16_t priority = 10;  ///< lowest first (R-101)
  std::uint16_t weight = 10;
  bool enabled = true;
  Mark mark;
  bool is_numeric() const { return address.port != 0; }
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

enum class Trust : std::uint8_t { Untrusted, Trusted };
/// How a trusted peer is told who calls: P-Asserted-Identity and Privacy (RFC 3325), or Remote-Party-ID.
enum class IdentityStyle : std::uint8_t { Asserted, RemotePartyId };
enum class MaxForwardsMissing : std::uint8_t { Reject, Accept };  ///< R-032
/// A number that the out-format cannot say: sent as E.164 with a warning, or refused.
enum class Unwritable : std::uint8_t { E164, Reject };

/// What holds in both directions.
struct General {
  Trust trust = Trust::Untrusted;  ///< R-072
  IdentityStyle identity = IdentityStyle::Asserted;
  bool pai_in_ack = false;  ///< RFC 3325 does not foresee it; MessageBird does
  MaxForwardsMissing max_forwards_missing = MaxForwardsMissing::Reject;
  std::optional<StatusSet> stop_codes;  ///< absent: default_stop_codes()
  std::vector<std::string> codecs;      ///< encoding names in our order of preference; empty: all, as offered (R-133)
  int invalid_number_status = 400;      ///< R-061
  Unwritable unwritable = Unwritable::E164;
  bool symmetric_rtp = false;  ///< R-131
  std::optional<std::chrono::milliseconds> max_duration;
  std::optional<std::chrono::milliseconds> ring_timeout;
  std::optional<std::chrono::milliseconds> no_response_timeout;
  numbering::NumberFormat number_in = numbering::NumberFormat::E164Plus;
  numbering::NumberFormat number_out = numbering::NumberFormat::E164Plus;
};

enum class IdentifyBy : std::uint8_t { Domain, DigestUser, SourceIp, Header, Fqdn };

enum class CallerIdSource : std::uint8_t { From, RemotePartyId, AssertedIdentity };
enum class CallerIdAllowed : std::uint8_t { Owned, Verified, Listed, Any };
enum class CallerIdFailure : std::uint8_t { Private, Reject, Substitute };

/// Which number a customer may show.
struct CallerId {
  std::vector<CallerIdSource> sources{CallerIdSource::From, CallerIdSource::RemotePartyId,
                                      CallerIdSource::AssertedIdentity};  ///< the first that yields a number
  std::vector<CallerIdAllowed> allowed{CallerIdAllowed::Owned, CallerIdAllowed::Verified};
  std::vector<std::string> listed;  ///< canonical numbers, for Listed
  CallerIdFailure on_fail = CallerIdFailure::Reject;
  std::string substitute;  ///< canonical, for Substitute
};

enum class International : std::uint8_t { Allow, Block };          ///< R-078
enum class DestinationFrom : std::uint8_t { RequestUri, To };      ///< R-065
enum class DiversionIn : std::uint8_t { Forward, Drop };           ///< R-075, R-076
enum class DiversionOut : std::uint8_t { Always, Never };          ///< R-077

/// A header that tells whose call it is, beside the source.
struct HeaderMatch {
  std::string name;
  std::string value;
};

struct Termination {
  std::vector<std::string> domains;  ///< lower case; those that patterns make of `labels` are not among them
  std::vector<std::string> labels;   ///< for DomainPattern; may have dots (R-016)
  std::vector<std::string> fqdns;    ///< names of others that calls may be addressed to, for IdentifyBy::Fqdn (R-040)
  std::optional<HeaderMatch> header;
  std::vector<std::string> access;   ///< names of access groups: any of them
  Challenge challenge;
  DestinationFrom destination_from = DestinationFrom::RequestUri;
  bool from_must_match_account = false;  ///< From user = digest user (R-055)
  CallerId caller_id;
  International international = International::Allow;
  International unknown_caller = International::Block;  ///< a caller without a number, where international is blocked
  DiversionIn diversion = DiversionIn::Forward;
};

enum class TargetPolicy : std::uint8_t { PriorityWeight, Failover, RoundRobin };  ///< R-101, R-106

/// What becomes of a 302.
struct RedirectPolicy {
  bool follow = true;
  bool pstn = false;  ///< to a number, through the carriers
};

/// How calls to the customer are sent, beside the targets.
struct Origination {
  TargetPolicy policy = TargetPolicy::PriorityWeight;
  RedirectPolicy redirect;
  DiversionOut diversion = DiversionOut::Always;
  std::string diversion_domain;             ///< empty: the trunk's own
  bool history_info = false;
  std::vector<message::Header> headers;     ///< X- headers on every call (R-095)
  std::vector<std::string> pass_headers;    ///< X- headers that cross from the caller (R-096)
  std::string fallback_number;              ///< disaster recovery, canonical; empty: none (R-112)
};

enum class Profile : std::uint8_t { None, Sinch, Infobip, MessageBird, Twilio, Freshworks, GenesysPureCloud };
std::string_view to_string(Profile);  ///< "messagebird"

struct Trunk {
  std::string name;
  std::string id;  ///< R-007: as written, or derived from the name
  std::string account;
  Profile profile = Profile::None;  ///< its presets are in the single values already
  std::string location;             ///< an Edge: calls to the customer leave there (R-024); empty: where they came in
  std::string created;              ///< "2026-11-26", for R-172; empty: in order of writing
  CallLimits limits;
  std::string node_primary, node_secondary;  ///< R-022; empty: any
  bool enabled = true;
  std::vector<IdentifyBy> identify{IdentifyBy::Domain};
  General general;
  std::optional<Termination> termination;
  Origination origination;
  std::vector<Target> targets;  ///< origination, in order of writing
  std::optional<OutboundCredential> origination_auth;
  Mark mark;
};

/// Numbers that go to a carrier. Among the carriers of one prefix CarrierOrder decides.
struct PrefixRoute {
  std::string digits;  ///< E.164 digits without "+", "" for all: longest wins
  std::uint16_t priority = 10;
  std::uint16_t weight = 10;
  std::optional<std::uint64_t> cost;  ///< millionths of the operator's currency a minute

  PrefixRoute() = default;
  PrefixRoute(std::string written) : digits(std::move(written)) {}  // NOLINT: most prefixes are nothing but digits
  PrefixRoute(const char* written) : digits(written) {}             // NOLINT
  friend bool operator==(const PrefixRoute&, const PrefixRoute&) = default;
};

enum class CarrierOrder : std::uint8_t { Ordered, Weighted, LeastCost };

struct Carrier {
  std::string name;
  bool enabled = true;
  General general;
  CallLimits limits;
  std::string location;  ///< an Edge: calls to it leave there
  DiversionIn diversion = DiversionIn::Forward;
  TargetPolicy policy = TargetPolicy::PriorityWeight;
  std::vector<PrefixRoute> prefixes;
  std::vector<Target> targets;
  std::vector<Cidr> sources;  ///< where its INVITEs come from
  std::optional<OutboundCredential> auth;
  Mark mark;
};

enum class NumberState : std::uint8_t { Active, Reserved, Released };

/// A number of the inventory.
struct DialledNumber {
  std::string number;   ///< canonical, "+…"
  std::string account;  ///< as written, else the trunk's
  std::string trunk;    ///< empty, and route empty: unassigned (R-157)
  std::string route;    ///< instead of a trunk: a Route
  std::string cnam;
  std::vector<std::string> tags;
  NumberState state = NumberState::Active;
  std::string monthly_charge;  ///< as written, for reports
  Mark mark;
};

/// A number that an account may show without owning it.
struct VerifiedCallerId {
  std::string number;  ///< canonical
  std::string account;
  std::string verified_at;
  std::string method;
  Mark mark;
};

enum class RestrictDestinations : std::uint8_t { None, Verified };  ///< R-069

/// Whose trunks and numbers they are.
struct Account {
  std::string id;
  RestrictDestinations restrict_destinations = RestrictDestinations::None;
  std::string default_number;  ///< canonical: asserted for private calls (R-067); empty: the first it owns
  CallLimits limits;
  Mark mark;
};

/// One entry of a hunting route: a trunk or a telephone number.
struct RouteEntry {
  std::string trunk;
  std::string number;  ///< canonical
  Mark mark;
};

inline constexpr std::size_t kMaxRouteEntries = 10;

/// A hunting sequence for calls to a number.
struct Route {
  std::string name;
  std::string account;  ///< who pays for its number entries
  std::vector<RouteEntry> entries;
  Mark mark;
};

/// Trunks that share limits: channels towards the customer are each trunk's own, channels from it the sum of all.
struct LimitGroup {
  std::string name;
  std::vector<std::string> trunks;
  Mark mark;
};

struct Config {
  std::string node_name = "tandem";
  std::vector<Listener> listeners;
  MediaSettings media;
  CdrSettings cdr;
  log::Options log;
  AdminSettings admin;
  Limits limits;
  DnsSettings dns;
  CarrierOrder carrier_order = CarrierOrder::Ordered;
  std::vector<Edge> edges;
  std::vector<DomainPattern> domains;
  std::vector<ServiceNode> nodes;
  std::vector<Account> accounts;
  std::vector<AccessGroup> access_groups;
  std::vector<Trunk> trunks;
  std::vector<Carrier> carriers;
  std::vector<DialledNumber> numbers;
  std::vector<VerifiedCallerId> verified_caller_ids;
  std::vector<Route> routes;
  std::vector<LimitGroup> limit_groups;
  std::vector<std::string> files;  ///< read, in order
};

}  // namespace tandem::config

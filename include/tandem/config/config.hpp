// config: YAML to an immutable, typed snapshot. Every mistake is reported at once with file:line:column, the line, a caret
// and a cure. It knows no socket, no call and no clock.
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
#include "tandem/message/uri.hpp"
#include "tandem/numbering/number.hpp"

namespace tandem::config {

/// Where an object was written, for findings that need meaning.
struct Mark {
  std::string file;
  int line = 0;    ///< from 1; 0: nowhere (a default)
  int column = 0;  ///< from 1
};

enum class UnknownSource : std::uint8_t { Drop, Reject };  ///< silence, or 403

struct Listener {
  std::string name;
  Transport transport = Transport::Udp;
  SocketAddress bind;
  std::optional<IpAddress> advertised;  ///< address in Via, Contact: for a node behind one-to-one NAT
  UnknownSource unknown_source = UnknownSource::Drop;
  Mark mark;
};

struct MediaSettings {
  IpAddress address;                     ///< bind and advertise, IPv4
  std::optional<IpAddress> address_v6;
  std::optional<IpAddress> advertised;
  std::uint16_t first_port = 10000;      ///< even
  std::uint16_t last_port = 20000;
  int workers = 0;                       ///< 0: cores - 1, at least 1
  bool realtime = true;                  ///< SCHED_FIFO where permitted
  std::chrono::milliseconds silence_timeout{60000};  ///< no RTP from a leg for so long: an event in the log; 0: off
};

struct CdrSettings {
  std::string path;  ///< JSON lines; empty: standard output
};

struct AdminSettings {
  std::string socket = "/run/tandem/admin.sock";  ///< Unix socket path
};

struct Limits {
  std::uint32_t max_calls = 4000;
  std::chrono::milliseconds no_response_timeout{4000};   ///< R-084, R-105
  std::chrono::milliseconds ring_timeout{180000};        ///< from a target's first provisional to its final response
  std::chrono::milliseconds max_duration{24 * 3600 * 1000};  ///< R-126
  std::chrono::milliseconds drain_timeout{300000};       ///< after SIGTERM, before calls are cleared
  std::chrono::milliseconds nonce_lifetime{300000};
};

enum class DigestAlgorithm : std::uint8_t { Md5, Sha256, Sha512_256 };
std::string_view to_string(DigestAlgorithm);  ///< "MD5", "SHA-256", "SHA-512-256"
std::optional<DigestAlgorithm> parse_digest_algorithm(std::string_view);  ///< case-insensitive

/// One account of an access group: a secret, or HA1 hashes so that no clear password is needed. HA1 = H(user:realm:password)
/// contains the realm, so hashes answer for the group's fixed realm alone.
struct Credential {
  std::string user;
  Secret password;                              ///< empty where only hashes are given
  std::map<DigestAlgorithm, std::string> ha1;   ///< lower-case hex
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

/// One address that a call can be sent to. Host is a numeric address until the resolver exists.
struct Target {
  std::string name;          ///< for logs and CDRs: as written, or the URI's host:port
  message::Uri uri;          ///< user may be empty, fixed, or "{number}"
  SocketAddress address;
  Transport transport = Transport::Udp;
  std::uint16_t priority = 10;  ///< lowest first (R-101)
  std::uint16_t weight = 10;
  bool enabled = true;
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
  std::vector<DigestAlgorithm> algorithms{DigestAlgorithm::Sha256, DigestAlgorithm::Md5};  ///< preference order (R-052)
};

/// What holds in both directions.
struct General {
  bool symmetric_rtp = false;  ///< R-131
  std::optional<std::chrono::milliseconds> max_duration;
  std::optional<std::chrono::milliseconds> ring_timeout;
  std::optional<std::chrono::milliseconds> no_response_timeout;
  numbering::NumberFormat number_in = numbering::NumberFormat::E164Plus;
  numbering::NumberFormat number_out = numbering::NumberFormat::E164Plus;
};

enum class IdentifyBy : std::uint8_t { Domain, DigestUser, SourceIp };

struct Termination {
  std::vector<std::string> domains;  ///< lower case
  std::vector<std::string> access;   ///< names of access groups: any of them
  Challenge challenge;
};

struct Trunk {
  std::string name;
  std::string id;  ///< R-007: as written, or derived from the name
  std::string account;
  bool enabled = true;
  std::vector<IdentifyBy> identify{IdentifyBy::Domain};
  General general;
  std::optional<Termination> termination;
  std::vector<Target> targets;                     ///< origination, in order of writing
  std::optional<OutboundCredential> origination_auth;
  Mark mark;
};

struct Carrier {
  std::string name;
  bool enabled = true;
  General general;
  std::vector<std::string> prefixes;  ///< E.164 digits without "+", "" for all: longest wins
  std::vector<Target> targets;
  std::vector<Cidr> sources;          ///< where its INVITEs come from
  std::optional<OutboundCredential> auth;
  Mark mark;
};

struct DialledNumber {
  std::string number;  ///< canonical, "+…"
  std::string trunk;   ///< empty: in the inventory, unassigned (R-157)
  Mark mark;
};

/// Whose trunks and numbers they are.
struct Account {
  std::string id;
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
  std::vector<Account> accounts;
  std::vector<AccessGroup> access_groups;
  std::vector<Trunk> trunks;
  std::vector<Carrier> carriers;
  std::vector<DialledNumber> numbers;
  std::vector<std::string> files;  ///< read, in order
};

}  // namespace tandem::config

// A customer: termination is from them to the telephone network, origination is to them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/config/access.hpp"
#include "tandem/config/general.hpp"
#include "tandem/config/mark.hpp"
#include "tandem/config/target.hpp"

namespace tandem::config {

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

enum class International : std::uint8_t { Allow, Block };      ///< R-078
enum class DestinationFrom : std::uint8_t { RequestUri, To };  ///< R-065
enum class DiversionOut : std::uint8_t { Always, Never };      ///< R-077

/// A header that tells whose call it is, beside the source.
struct HeaderMatch {
  std::string name;
  std::string value;
};

struct Termination {
  std::vector<std::string> domains;  ///< lower case; those that patterns make of `labels` are not among them
  std::vector<std::string> labels;   ///< for DomainPattern; may have dots (R-016)
  std::vector<std::string>
      fqdns;  ///< names of others that calls may be addressed to, for IdentifyBy::Fqdn (R-040)
  std::optional<HeaderMatch> header;
  std::vector<std::string> access;  ///< names of access groups: any of them
  Challenge challenge;
  DestinationFrom destination_from = DestinationFrom::RequestUri;
  bool from_must_match_account = false;  ///< From user = digest user (R-055)
  CallerId caller_id;
  International international = International::Allow;
  International unknown_caller =
      International::Block;  ///< a caller without a number, where international is blocked
  DiversionIn diversion = DiversionIn::Forward;
};

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
  std::string diversion_domain;  ///< empty: the trunk's own
  bool history_info = false;
  std::vector<message::Header> headers;   ///< X- headers on every call (R-095)
  std::vector<std::string> pass_headers;  ///< X- headers that cross from the caller (R-096)
  std::string fallback_number;            ///< disaster recovery, canonical; empty: none (R-112)
};

enum class Profile : std::uint8_t { None, Sinch, Infobip, MessageBird, Twilio, Freshworks, GenesysPureCloud };
std::string_view to_string(Profile);  ///< "messagebird"

struct Trunk {
  std::string name;
  std::string id;  ///< R-007: as written, or derived from the name
  std::string account;
  Profile profile = Profile::None;  ///< its presets are in the single values already
  std::string location;  ///< an Edge: calls to the customer leave there (R-024); empty: where they came in
  std::string created;   ///< "2026-11-26", for R-172; empty: in order of writing
  CallLimits limits;
  std::string node_primary, node_secondary;  ///< R-022; empty: any
  bool enabled = true;
  bool allow_private = false;  ///< no warning about private addresses (R-011)
  std::vector<IdentifyBy> identify{IdentifyBy::Domain};
  General general;
  std::optional<Termination> termination;
  Origination origination;
  std::vector<Target> targets;  ///< origination, in order of writing
  std::optional<OutboundCredential> origination_auth;
  Mark mark;
};

}  // namespace tandem::config

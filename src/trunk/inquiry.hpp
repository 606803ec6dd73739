// One question to the directory, and the notes that are taken while it is answered.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "trunk/directory.hpp"

namespace tandem::trunk {

using Verdict = decltype(Decision::verdict);

struct Inquiry {
  const Directory& directory;
  const Arrival& arrival;
  const Usage& usage;
  const NonceKey& key;
  WallTime now;
  Random& random;
  Trace& trace;
  std::string host;                       ///< of the Request-URI, lower case, without a final dot
  std::optional<message::NameAddr> from;  ///< nullopt: missing or unreadable
  /// The URI that says who is called, where that is not the Request-URI.
  std::optional<message::Uri> destination;

  const message::Request& request() const { return arrival.request; }
  const message::Uri& called_uri() const { return destination ? *destination : request().uri; }
  const std::string& called_received() const { return called_uri().user; }
  std::string calling_received() const { return from ? from->uri.user : std::string(); }
  void note(const char* step, std::string outcome) { trace.push_back({step, std::move(outcome)}); }
};

Inquiry begin_inquiry(const Directory&, const Arrival&, const Usage&, const NonceKey&, WallTime, Random&,
                      Trace&);

/// The number of a tel URI, or of a SIP URI's user.
Expected<numbering::Number, numbering::NumberError> read_number(const message::Uri&, numbering::NumberFormat);

/// What the refused peer is to us: only a peer that we know hears the reason (LAW 3).
enum class Peer : std::uint8_t { Unproven, Identified };

/// A refusal with the reason's status, noted in the trace under `step`.
Refusal refuse(Inquiry&, const char* step, Reason, std::string detail);
/// The same towards a peer of a known trunk or carrier.
Refusal refuse_peer(Inquiry&, const char* step, Reason, std::string detail, Peer, const std::string& trunk);

/// What a source gets that nobody lists: silence or a bare 403, as its listener says.
Verdict turn_away(Inquiry&, Reason, const std::string& trunk);

/// `399 host "text"`: the offending value for the peer's log (RFC 3261 §20.43).
message::Header warning(const Inquiry&, std::string_view text);

}  // namespace tandem::trunk

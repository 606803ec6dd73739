// What may happen inside a call, and how a trunk or carrier wants it. Plain values: every planned target has a copy.
#pragma once

#include <chrono>
#include <cstdint>

namespace tandem::config {

/// A feature of RFC 3262 or RFC 4028 towards one side: never, where the peer can, or no call without it.
enum class Support : std::uint8_t { Off, Supported, Required };

/// What the caller hears before the answer.
enum class EarlyMedia : std::uint8_t {
  Relay,     ///< a 183 with a description crosses
  Ignore,    ///< no description and no 183 crosses before the answer; 180 does
  Ringback,  ///< a 183 with a description becomes a 180 without: the caller's own phone rings
};

enum class RefreshedBy : std::uint8_t { Auto, Us, Peer };
enum class RefreshMethod : std::uint8_t { Auto, Update, Invite };  ///< Auto: UPDATE where the peer allows it

/// Session timers (RFC 4028, R-130).
struct SessionTimer {
  Support support = Support::Supported;
  std::chrono::seconds expires{1800};
  std::chrono::seconds min{90};
  RefreshedBy refreshed_by = RefreshedBy::Auto;
  RefreshMethod method = RefreshMethod::Auto;
  friend bool operator==(const SessionTimer&, const SessionTimer&) = default;
};

enum class TransferMode : std::uint8_t { Off, SipOnly, All };
enum class TransferCallerId : std::uint8_t { FromTransferee, FromTransferor };

/// REFER from this side.
struct Transfer {
  TransferMode mode = TransferMode::Off;
  TransferCallerId caller_id = TransferCallerId::FromTransferee;
  std::chrono::milliseconds guard{5000};  ///< a transferor that sends no BYE by then gets one
  friend bool operator==(const Transfer&, const Transfer&) = default;
};

struct InCall {
  Support reliable = Support::Supported;  ///< 100rel (RFC 3262)
  EarlyMedia early_media = EarlyMedia::Relay;
  SessionTimer session_timer;
  Transfer transfer;
  /// No RTP from this side for so long, while it should send, ends the call; zero: never.
  std::chrono::milliseconds media_timeout{0};
  friend bool operator==(const InCall&, const InCall&) = default;
};

}  // namespace tandem::config

// media: ports, paths and workers. Every call is anchored: two legs, each an RTP and an RTCP socket, both on one worker thread
// that wakes on an absolute 1 ms tick while it has sessions. What happens to a packet is decided once, by plan(). It knows
// no SIP and no call. RFC 3550, RFC 3551, RFC 4961.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "tandem/base/address.hpp"
#include "tandem/base/expected.hpp"
#include "tandem/base/fd_watcher.hpp"
#include "tandem/base/ids.hpp"
#include "tandem/base/media_report.hpp"
#include "tandem/config/config.hpp"
#include "tandem/media/path_spec.hpp"
#include "tandem/sdp/negotiate.hpp"

namespace tandem::media {

enum class AddressFamily : std::uint8_t { V4, V6 };
enum class OpenError : std::uint8_t { PortsExhausted, DescriptorsExhausted, MailboxFull };

struct OpenedSession {
  MediaSessionId id;
  sdp::LocalMedia towards_a;
  sdp::LocalMedia towards_b;
};

/// Said by a worker, delivered on the signalling thread.
struct SessionClosed {
  MediaSessionId id;
  MediaReport report;
};
struct SilenceChanged {
  MediaSessionId id;
  bool on_a = true;
  bool silent = true;
};
struct Latched {  ///< symmetric RTP moved to the source of the stream (R-131)
  MediaSessionId id;
  bool on_a = true;
  SocketAddress to;
};
using MediaEvent = std::variant<SessionClosed, SilenceChanged, Latched>;

/// Datagrams that were read and not passed on, by reason.
struct DropCounts {
  std::uint64_t foreign = 0;        ///< from an address that is not the peer's
  std::uint64_t malformed = 0;      ///< no RTP or RTCP
  std::uint64_t unmapped = 0;       ///< payload type that was not negotiated
  std::uint64_t unsendable = 0;     ///< the kernel refused the send
  std::uint64_t unproven = 0;       ///< symmetric RTP: from a source that had not latched yet
  std::uint64_t not_connected = 0;  ///< before connect(), on hold, no address yet, or held back for a digit of ours
  friend bool operator==(const DropCounts&, const DropCounts&) = default;
};

/// Counters of all workers since the start, of finished sessions too; a worker publishes its own once a tick.
struct EngineStats {
  std::size_t sessions = 0;
  std::size_t ports_in_use = 0;  ///< UDP ports bound, RTP and RTCP each one
  std::size_t ports_total = 0;
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_dropped = 0;  ///< the sum of `dropped`
  DropCounts dropped;
  int workers = 0;
  bool realtime = false;  ///< SCHED_FIFO was permitted
};

/// All members on the signalling thread.
class MediaEngine {
 public:
  virtual ~MediaEngine() = default;
  /// Binds four ports. The session exists on its worker when this returns; nothing is relayed before connect().
  /// Both legs on IPv4. Nothing is left behind where it fails.
  virtual Expected<OpenedSession, OpenError> open() = 0;
  /// As open(), each leg in the family its peer speaks. PortsExhausted where the family has no address configured.
  virtual Expected<OpenedSession, OpenError> open_between(AddressFamily a, AddressFamily b) {
    if (a == AddressFamily::V4 && b == AddressFamily::V4) return open();
    return unexpected(OpenError::PortsExhausted);
  }
  /// Swaps the whole path between two packets. A stale id is ignored.
  virtual void connect(MediaSessionId, const PathSpec&) = 0;
  /// A key of a telephone (0-9, *, #, A-D) as events towards a leg's peer (RFC 4733), behind those that were asked for before;
  /// what is relayed that way is held back meanwhile. Nothing where that peer takes no events.
  virtual void send_digit(MediaSessionId, bool towards_a, char digit, std::chrono::milliseconds duration) = 0;
  /// SessionClosed follows with the counters; the ports are free again only then.
  virtual void close(MediaSessionId) = 0;
  /// Hands over what the workers said. Called when wake_fd() is readable.
  virtual void poll(const std::function<void(const MediaEvent&)>&) = 0;
  virtual int wake_fd() const = 0;
  virtual EngineStats stats() const = 0;
};

/// Starts the workers. Returns the error as one sentence where that is impossible.
Expected<std::unique_ptr<MediaEngine>, std::string> start_media(const config::MediaSettings&);

}  // namespace tandem::media

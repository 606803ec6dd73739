// media: ports, paths and workers. Every call is anchored: two legs, each an RTP and an RTCP socket, both on one worker thread
// that wakes on an absolute 1 ms tick while it has sessions. What happens to a packet is decided once, by plan(). It knows
// no SIP and no call. RFC 3550, RFC 3551, RFC 4961.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <string>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/base/expected.hpp"
#include "tandem/base/fd_watcher.hpp"
#include "tandem/base/ids.hpp"
#include "tandem/base/media_report.hpp"
#include "tandem/config/config.hpp"
#include "tandem/media/path_spec.hpp"
#include "tandem/sdp/negotiate.hpp"

namespace tandem::media {

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

struct EngineStats {
  std::size_t sessions = 0;
  std::size_t ports_in_use = 0;  ///< UDP ports bound, RTP and RTCP each one
  std::size_t ports_total = 0;
  std::uint64_t packets_received = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t packets_dropped = 0;
  int workers = 0;
  bool realtime = false;  ///< SCHED_FIFO was permitted
};

/// All members on the signalling thread.
class MediaEngine {
 public:
  virtual ~MediaEngine() = default;
  /// Binds four ports. The session exists on its worker when this returns; nothing is relayed before connect().
  virtual Expected<OpenedSession, OpenError> open() = 0;
  /// Swaps the whole path between two packets. A stale id is ignored.
  virtual void connect(MediaSessionId, const PathSpec&) = 0;
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

// Watches the stream connections. The library closes one that was used and then fell silent, but never one that said
// nothing at all, and it has no limit on their number. This holds a reference to each, so it does the closing alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "sip/handles.hpp"
#include "tandem/base/time.hpp"

namespace tandem::sip {

struct ConnectionLimits {
  Duration silence{};   ///< for a connection of a peer: until its first whole SIP message
  Duration idle{};      ///< afterwards: without an octet in either direction
  std::size_t at_most = 0;
};

class Connections {
 public:
  explicit Connections(ConnectionLimits limits) : limits_(limits) {}

  enum class OpenedBy { Peer, Us };
  /// descriptor stays the library's; it is good while the transport is not closed.
  void opened(tport_t* connection, int descriptor, OpenedBy, Instant now);
  /// A whole message came over it.
  void spoke(const tport_t* transport);
  /// Nothing that comes over it can be understood any more.
  void broke(const tport_t* transport);
  /// Closes what broke, what was silent or idle too long, and peers' connections above the limit that have
  /// not spoken. One that carries a dialog is not idle: the kernel's keep-alive finds out when its peer has
  /// gone.
  void sweep(Instant now);
  /// Lets go of everything; before the agent ends.
  void clear() { watched_.clear(); }

  std::size_t count() const { return watched_.size(); }
  std::uint64_t closed() const { return closed_; }  ///< by us, since the start

 private:
  friend class CarriedBy;
  struct Watched {
    TransportRef transport;
    int descriptor = -1;
    Instant opened;
    std::size_t dialogs = 0;
    bool has_spoken = false;
    bool is_broken = false;
  };
  bool is_due(const Watched&, Instant now, bool too_many) const;

  ConnectionLimits limits_;
  std::unordered_map<const tport_t*, Watched> watched_;
  std::uint64_t closed_ = 0;
};

/// That a dialog is carried by a connection; it may close meanwhile.
class CarriedBy {
 public:
  CarriedBy() = default;
  CarriedBy(Connections&, tport_t* connection);
  CarriedBy(CarriedBy&& other) noexcept
      : owner_(std::exchange(other.owner_, nullptr)), transport_(std::move(other.transport_)) {}
  CarriedBy& operator=(CarriedBy&& other) noexcept;
  CarriedBy(const CarriedBy&) = delete;
  CarriedBy& operator=(const CarriedBy&) = delete;
  ~CarriedBy() { reset(); }

  /// nullptr: there is none, or it has closed.
  tport_t* open() const;

 private:
  void reset() noexcept;
  Connections* owner_ = nullptr;
  TransportRef transport_;
};

}  // namespace tandem::sip

// The library's objects, each with one owner and a destructor that is safe on the wire.
#pragma once

#include <string>
#include <utility>

#include "sip/context.hpp"
#include "sip/sofia.hpp"

namespace tandem::sip {

/// A counted reference to a message.
class MsgRef {
 public:
  MsgRef() = default;
  /// Takes over the caller's reference.
  static MsgRef adopt(msg_t* msg) { return MsgRef(msg); }
  /// Takes a reference of its own.
  static MsgRef share(msg_t* msg) { return MsgRef(msg_ref(msg)); }
  MsgRef(MsgRef&& other) noexcept : msg_(std::exchange(other.msg_, nullptr)) {}
  MsgRef& operator=(MsgRef&& other) noexcept {
    std::swap(msg_, other.msg_);
    return *this;
  }
  MsgRef(const MsgRef&) = delete;
  MsgRef& operator=(const MsgRef&) = delete;
  ~MsgRef() {
    if (msg_) msg_destroy(msg_);
  }

  msg_t* borrow() const { return msg_; }
  /// Hands the reference to a library call that takes it over.
  [[nodiscard]] msg_t* release() { return std::exchange(msg_, nullptr); }
  sip_t* sip() const { return msg_ ? sip_object(msg_) : nullptr; }
  explicit operator bool() const { return msg_ != nullptr; }

 private:
  explicit MsgRef(msg_t* msg) : msg_(msg) {}
  msg_t* msg_ = nullptr;
};

/// A counted reference to a listener or a connection.
class TransportRef {
 public:
  TransportRef() = default;
  /// Takes over the caller's reference.
  static TransportRef adopt(tport_t* transport) { return TransportRef(transport); }
  /// Takes a reference of its own.
  static TransportRef share(tport_t* transport) { return TransportRef(tport_ref(transport)); }
  TransportRef(TransportRef&& other) noexcept : transport_(std::exchange(other.transport_, nullptr)) {}
  TransportRef& operator=(TransportRef&& other) noexcept {
    std::swap(transport_, other.transport_);
    return *this;
  }
  TransportRef(const TransportRef&) = delete;
  TransportRef& operator=(const TransportRef&) = delete;
  ~TransportRef() {
    if (transport_) tport_unref(transport_);
  }
  tport_t* borrow() const { return transport_; }
  explicit operator bool() const { return transport_ != nullptr; }

 private:
  explicit TransportRef(tport_t* transport) : transport_(transport) {}
  tport_t* transport_ = nullptr;
};

/// A request of ours. Let go while an INVITE is pending, it cancels first: destroying alone sends nothing, and a later
/// 200 would leave a ghost call at the far end.
class ClientTransaction {
 public:
  ClientTransaction() = default;
  static ClientTransaction adopt(nta_outgoing_t* transaction, Registration registration) {
    return ClientTransaction(transaction, std::move(registration));
  }
  ClientTransaction(ClientTransaction&& other) noexcept
      : transaction_(std::exchange(other.transaction_, nullptr)),
        registration_(std::move(other.registration_)),
        is_cancelled_(other.is_cancelled_) {}
  ClientTransaction& operator=(ClientTransaction&& other) noexcept;
  ClientTransaction(const ClientTransaction&) = delete;
  ClientTransaction& operator=(const ClientTransaction&) = delete;
  ~ClientTransaction() { reset(); }

  /// Asks for the end of a pending INVITE; held back by the library until a provisional response came.
  void cancel(const std::string& reason_header);
  bool is_cancelled() const { return is_cancelled_; }
  /// The same request over another way: the library's object of the first is let go of as it is.
  void replace(nta_outgoing_t* again) { nta_outgoing_destroy(std::exchange(transaction_, again)); }
  int status() const { return nta_outgoing_status(transaction_); }  ///< 0: no response yet
  std::uint32_t cseq() const { return nta_outgoing_cseq(transaction_); }
  /// A 2xx to our INVITE came, and its ACK is ours to send (RFC 3261 §13.2.2.4).
  bool wants_ack() const {
    return transaction_ && nta_outgoing_method(transaction_) == sip_method_invite && status() >= 200 && status() < 300;
  }
  nta_outgoing_t* borrow() const { return transaction_; }
  ContextId context() const { return registration_.id(); }
  explicit operator bool() const { return transaction_ != nullptr; }

 private:
  ClientTransaction(nta_outgoing_t* transaction, Registration registration)
      : transaction_(transaction), registration_(std::move(registration)) {}
  void reset() noexcept;
  nta_outgoing_t* transaction_ = nullptr;
  Registration registration_;
  bool is_cancelled_ = false;
};

/// A request of a peer. Let go without a final response, the library answers 500: our mistake, so it is counted.
class ServerTransaction {
 public:
  ServerTransaction() = default;
  static ServerTransaction adopt(nta_incoming_t* transaction, Registration registration) {
    return ServerTransaction(transaction, std::move(registration));
  }
  ServerTransaction(ServerTransaction&& other) noexcept
      : transaction_(std::exchange(other.transaction_, nullptr)), registration_(std::move(other.registration_)) {}
  ServerTransaction& operator=(ServerTransaction&& other) noexcept;
  ServerTransaction(const ServerTransaction&) = delete;
  ServerTransaction& operator=(const ServerTransaction&) = delete;
  ~ServerTransaction() { reset(); }

  int status() const { return nta_incoming_status(transaction_); }  ///< last sent; 0: none
  bool answered() const { return status() >= 200; }
  nta_incoming_t* borrow() const { return transaction_; }
  ContextId context() const { return registration_.id(); }
  explicit operator bool() const { return transaction_ != nullptr; }

 private:
  ServerTransaction(nta_incoming_t* transaction, Registration registration)
      : transaction_(transaction), registration_(std::move(registration)) {}
  void reset() noexcept;
  nta_incoming_t* transaction_ = nullptr;
  Registration registration_;
};

/// A dialog, or the one that an INVITE of ours is about to make. Its transactions outlive it.
class DialogLeg {
 public:
  DialogLeg() = default;
  static DialogLeg adopt(nta_leg_t* leg, Registration registration) { return DialogLeg(leg, std::move(registration)); }
  DialogLeg(DialogLeg&& other) noexcept
      : leg_(std::exchange(other.leg_, nullptr)), registration_(std::move(other.registration_)) {}
  DialogLeg& operator=(DialogLeg&& other) noexcept;
  DialogLeg(const DialogLeg&) = delete;
  DialogLeg& operator=(const DialogLeg&) = delete;
  ~DialogLeg() { reset(); }

  nta_leg_t* borrow() const { return leg_; }
  explicit operator bool() const { return leg_ != nullptr; }

 private:
  DialogLeg(nta_leg_t* leg, Registration registration) : leg_(leg), registration_(std::move(registration)) {}
  void reset() noexcept;
  nta_leg_t* leg_ = nullptr;
  Registration registration_;
};

}  // namespace tandem::sip

// RFC 3261 §17 with RFC 6026: client and server transactions on a virtual clock, and the layer that finds the
// one that a message belongs to. What belongs to no transaction goes to the user agent above.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>

#include "scenario/wire.hpp"

namespace tandem::scenario {

using TransactionId = std::uint64_t;  ///< 0: none

/// T2 and T4 as the real stack derives them from T1.
struct Times {
  Duration t1{std::chrono::milliseconds(500)};
  Duration t2() const { return 8 * t1; }
  Duration t4() const { return 10 * t1; }
  Duration give_up() const { return 64 * t1; }  ///< timers B, D, F, H, J, L, M
};

class Transactions;

///              Calling ──1xx──> Proceeding            INVITE: timer A, B; any other request: E, F
///                 │                 │
///     2xx to INVITE: Accepted (M)   │ else: Completed (D or K)
///                 └────────┬────────┘
///                       forgotten
class ClientTransaction {
 public:
  struct User {
    std::function<void(const Packet&)> on_response;  ///< of 2xx to an INVITE the first alone
    std::function<void()> on_timeout;
  };
  ClientTransaction(Transactions&, TransactionId, Packet request, User);

  void receive(const Packet& response);
  /// Sends CANCEL; not before a provisional response came (§9.1), and never after a final one.
  void cancel(const std::string& reason_header);
  /// The ACK for the 2xx that the user saw: sent now, and again for each repetition of that 2xx (§13.2.2.4).
  void acknowledge(Packet ack);
  /// The user goes: a pending INVITE is cancelled, and a 2xx that comes all the same is ACKed and ended by a
  /// BYE.
  void abandon();
  const Packet& request() const { return request_; }
  int status() const { return status_; }  ///< 0: no response yet
  bool answered() const { return status_ >= 200; }
  /// A 2xx to our INVITE came, and its ACK is the user's to send (§13.2.2.4).
  bool wants_ack() const { return state_ == State::Accepted && !winner_.empty() && !acks_.contains(winner_); }

 private:
  enum class State : std::uint8_t { Calling, Proceeding, Accepted, Completed };
  void send_again();
  void time_out();
  void take_provisional(const Packet&);
  void take_final(const Packet&);
  void take_success(const Packet&);
  void end_unwanted(const Packet& ok);
  void send_cancel();
  bool is_invite() const { return request_.method == "INVITE"; }

  Transactions& layer_;
  TransactionId id_;
  Packet request_;
  User user_;
  State state_ = State::Calling;
  int status_ = 0;
  bool wants_cancel_ = false, cancelled_ = false, abandoned_ = false;
  std::string cancel_reason_;
  std::string winner_;  ///< To tag of the 2xx that the user saw
  Packet refusal_ack_;
  std::map<std::string, Packet> acks_;  ///< by To tag
  Duration interval_;
  Agenda::Timer repeat_, expiry_;
};

///   Proceeding ──2xx to INVITE──> Accepted (G, H) ──ACK──> Confirmed (L)
///       ├────300-699 to INVITE──> Completed (G, H) ──ACK──> Confirmed (I)
///       └──final, any other────> Completed (J)
class ServerTransaction {
 public:
  struct User {
    std::function<void(const Packet*)> on_ack;     ///< of a 2xx; nullptr: it did not come within 64*T1
    std::function<void(const Packet&)> on_cancel;  ///< 200 and 487 have been sent
  };
  /// tag: ours, in every response but 100.
  ServerTransaction(Transactions&, TransactionId, Packet request, std::string tag, User);

  void respond(Packet response);
  void receive(const Packet& request);  ///< a repetition, or the ACK for a refusal
  void receive_ack(const Packet&);      ///< for a 2xx
  void take_cancel(const Packet& cancel);
  void abandon() { user_ = {}; }
  int status() const { return last_.status; }  ///< last sent; 0: none
  bool answered() const { return status() >= 200; }
  const Packet& request() const { return request_; }
  const std::string& tag() const { return tag_; }
  Packet response(int status) const { return response_to(request_, status, tag_); }

 private:
  enum class State : std::uint8_t { Proceeding, Accepted, Completed, Confirmed };
  void send_again();
  void give_up();
  bool is_invite() const { return request_.method == "INVITE"; }

  Transactions& layer_;
  TransactionId id_;
  Packet request_;
  std::string tag_;
  User user_;
  State state_ = State::Proceeding;
  Packet last_;
  Duration interval_;
  Agenda::Timer repeat_, expiry_;
};

class Transactions {
 public:
  using OnRequest = std::function<void(const Packet&)>;

  /// on_request: new requests, ACK apart; a CANCEL that finds no transaction.
  Transactions(Agenda& due, Wire& wire, SocketAddress own, Random random, Times timers, OnRequest on_request)
      : agenda(due),
        times(timers),
        wire_(wire),
        own_(own),
        random_(random),
        on_request_(std::move(on_request)) {}

  void receive(const Packet&);
  TransactionId request(Packet, ClientTransaction::User = {});
  TransactionId serve(const Packet& request, std::string tag, ServerTransaction::User = {});
  ClientTransaction* client(TransactionId);  ///< nullptr: it has ended
  ServerTransaction* server(TransactionId);
  /// An answer that no transaction keeps.
  void reply(const Packet& request, int status, const std::vector<message::Header>& = {});

  std::size_t clients() const { return clients_.size(); }
  std::size_t servers() const { return servers_.size(); }
  std::uint64_t repetitions_sent = 0, repetitions_received = 0;
  std::uint64_t requests_received = 0, responses_received = 0;

  // For transactions and dialogs.
  Agenda& agenda;
  const Times times;
  void send(Packet packet);
  void forget_client(TransactionId);
  void forget_server(TransactionId);
  void expect_ack(const Packet& ok, TransactionId);
  std::string token() { return random_.token(12); }
  std::string branch() { return "z9hG4bK" + token(); }
  const SocketAddress& own() const { return own_; }

 private:
  using AckKey = std::tuple<std::string, std::string, std::string, std::uint32_t>;  ///< Call-ID, tags, CSeq
  void receive_request(const Packet&);
  void receive_ack(const Packet&);
  void receive_cancel(const Packet&);

  Wire& wire_;
  SocketAddress own_;
  Random random_;
  OnRequest on_request_;
  TransactionId last_ = 0;
  std::unordered_map<TransactionId, std::unique_ptr<ClientTransaction>> clients_;
  std::unordered_map<TransactionId, std::unique_ptr<ServerTransaction>> servers_;
  std::unordered_map<std::string, TransactionId> clients_by_branch_, servers_by_branch_;
  std::map<AckKey, TransactionId> awaited_acks_;
};

}  // namespace tandem::scenario

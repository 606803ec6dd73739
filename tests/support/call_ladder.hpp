// A call between simulated peers on a virtual clock, told as a ladder. Media, record writer and the answers to our BYEs play
// along by themselves unless a test holds one of them back. Every step is judged by the ledger.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "support/call_ledger.hpp"
#include "support/call_samples.hpp"

namespace tandem::test {

/// What one peer has been sent, a word a message: "INVITE sdp", "183 sdp", "200", "BYE".
struct Sent : std::vector<std::string> {
  using std::vector<std::string>::vector;
  template <class... Words>
  explicit Sent(Words... words) : std::vector<std::string>{words.text...} {}
};
struct Word {
  std::string text;
};
enum class Carrying : std::uint8_t { Nothing, Description };
struct Invite : Word {
  explicit Invite(Carrying carrying = Carrying::Description)
      : Word{carrying == Carrying::Description ? "INVITE sdp" : "INVITE"} {}
};
struct Cancel : Word {
  Cancel() : Word{"CANCEL"} {}
};
struct Ack : Word {
  explicit Ack(Carrying carrying = Carrying::Nothing) : Word{carrying == Carrying::Description ? "ACK sdp" : "ACK"} {}
};
struct Bye : Word {
  Bye() : Word{"BYE"} {}
};
/// A response to A's INVITE.
struct Final : Word {
  explicit Final(int status) : Word{std::to_string(status)} {}
};
struct Trying : Final {
  Trying() : Final{100} {}
};
struct Ringing : Final {
  Ringing() : Final{180} {}
};
struct Progress : Word {
  Progress() : Word{"183 sdp"} {}
};
struct Ok : Word {
  Ok() : Word{"200 sdp"} {}
};
/// A provisional response that wants its PRACK: Reliably{183, Carrying::Description}.
struct Reliably : Word {
  explicit Reliably(int status, Carrying carrying = Carrying::Nothing)
      : Word{std::to_string(status) + (carrying == Carrying::Description ? " sdp" : "") + " reliably"} {}
};
struct Prack : Word {
  explicit Prack(Carrying carrying = Carrying::Nothing) : Word{carrying == Carrying::Description ? "PRACK sdp" : "PRACK"} {}
};
/// Our re-INVITE or UPDATE inside the dialog.
struct ReInvite : Word {
  explicit ReInvite(Carrying carrying = Carrying::Description)
      : Word{carrying == Carrying::Description ? "re-INVITE sdp" : "re-INVITE"} {}
};
struct Update : Word {
  explicit Update(Carrying carrying = Carrying::Description)
      : Word{carrying == Carrying::Description ? "UPDATE sdp" : "UPDATE"} {}
};
enum class Subscription : std::uint8_t { Active, Over };
/// Of the subscription that a REFER made.
struct Notify : Word {
  explicit Notify(int status, Subscription subscription = Subscription::Active)
      : Word{"NOTIFY " + std::to_string(status) + (subscription == Subscription::Over ? " over" : "")} {}
};
struct Info : Word {
  Info() : Word{"INFO"} {}
};
/// A final response to a request inside the dialog.
struct Reply : Word {
  explicit Reply(int status, Carrying carrying = Carrying::Nothing)
      : Word{"reply " + std::to_string(status) + (carrying == Carrying::Description ? " sdp" : "")} {}
};

class CallLadder;

/// What either side may do once there is a dialog.
class Party {
 public:
  Party(CallLadder& ladder, call::LegId leg) : ladder_(ladder), leg_(leg) {}
  void hangs_up(const std::string& reason = {});
  void asks(const std::string& method);
  /// A re-INVITE or UPDATE; without a description, it asks for an offer.
  call::RequestId offers(const std::string& sdp, const std::string& method = "INVITE", const call::Terms& = {});
  void refers(const std::string& refer_to, const std::string& replaces = {});
  void informs(const std::string& content_type, const std::string& content);
  void cancels_offer(call::RequestId);
  /// Final response to what we asked.
  void accepts(const std::string& sdp);
  void refuses(int status, std::optional<int> retry_after_s = std::nullopt);
  void is_silent();  ///< the stack answers for it
  /// ACK for our 2xx to the peer's re-INVITE, or none.
  void acks_offer(call::RequestId, const std::string& sdp = {});
  void never_acks_offer(call::RequestId);
  /// Its messages say from now on that it takes UPDATE.
  void takes_update();

 protected:
  CallLadder& ladder_;
  call::LegId leg_;
};

/// The side that calls.
class Caller : public Party {
 public:
  explicit Caller(CallLadder& ladder) : Party(ladder, call::kLegA) {}
  void invites(const std::string& sdp);
  void invites_with(const call::Body&, const call::Terms& = {});
  void pracks(const std::string& sdp = {});
  void never_pracks();
  void acks(const std::string& sdp = {});
  void never_acks();
  void cancels(const std::string& reason = {});
};

/// One target that is called.
class Callee : public Party {
 public:
  Callee(CallLadder& ladder, std::uint16_t leg) : Party(ladder, call::LegId{leg}) {}
  void tries();
  void rings(const std::string& to_tag = "b1", const std::string& sdp = {});
  void progresses(const std::string& sdp, const std::string& to_tag = "b1");
  /// Reliably, with that RSeq.
  void progresses_reliably(std::uint32_t rseq, const std::string& sdp = {}, const std::string& to_tag = "b1", int status = 183);
  void answers(const std::string& sdp, const std::string& to_tag = "b1", const call::Terms& = {});
  void rejects(int status, const std::string& reason = {});
  void challenges(int status = 407);
  void wants_longer_sessions(std::uint32_t min_se_s);
  void redirects(const std::string& contact, int status = 302);
  void is_unreachable();
  void times_out();
  void says(const call::Answered&);
};

class CallLadder {
 public:
  explicit CallLadder(std::size_t targets = 1) : CallLadder(admission_to(targets)) {}
  explicit CallLadder(trunk::Admission admission, std::shared_ptr<const trunk::Directory> directory = nullptr)
      : admission_(std::move(admission)) {
    call_.directory = std::move(directory);
  }

  Caller a{*this};
  Callee b{*this, 1};
  Callee b2{*this, 2};

  /// INVITE, 200, ACK, and an empty page for each side.
  void connects();
  void forgets_what_was_sent();
  /// One event, and everything that plays along by itself.
  void happens(const call::Event&);
  /// What a rule of the room does by itself, as the last thing of a step.
  void does(const std::function<void(call::Call&, call::Effects&, const call::Context&)>& act);
  /// Lets time go by; deadlines pass in their order.
  void passes(Duration);

  Sent sent_to_a() const { return sent_[0]; }
  Sent sent_to_b(std::size_t leg = 1) const { return leg < sent_.size() ? sent_[leg] : Sent{}; }
  /// All effects so far, in order.
  const call::Effects& effects() const { return effects_; }
  template <class Kind>
  std::vector<Kind> all() const {
    std::vector<Kind> found;
    for (const call::Effect& effect : effects_) {
      if (const Kind* one = std::get_if<Kind>(&effect)) found.push_back(*one);
    }
    return found;
  }
  const call::Call& call() const { return call_; }
  const trunk::Admission& admission() const { return admission_; }
  /// The call has retired, everything was answered, closed, recorded and released, and nobody said anything unlawful.
  bool is_clean() const { return complaint().empty(); }
  std::string complaint() const;
  std::size_t unlawful() const;
  call::RequestId next_request() { return call::RequestId{++requests_}; }
  Instant now() const { return now_; }

  bool media_answers = true;   ///< MediaReady and MediaClosed follow at once
  bool writer_writes = true;   ///< RecordWritten follows at once
  bool byes_are_answered = true;
  bool pracks_are_answered = true;    ///< PrackFinished with 200
  bool refreshes_are_answered = true;  ///< OfferAnswered with 200, that repeats the Session-Expires

 private:
  void take(const call::Event&);
  void carry_out(const call::Event&, const call::Effects&);
  void write_down(const call::Effect&);
  void play_along(const call::Effect&);
  Sent& sent(call::LegId);

  trunk::Admission admission_;
  call::Call call_;
  CallLedger ledger_;
  call::Effects effects_;
  std::vector<Sent> sent_{1};
  std::deque<call::Event> inbox_;
  Random random_{7};
  Instant now_{std::chrono::hours(1)};
  std::uint32_t requests_ = 0;
  std::string broken_;
};

}  // namespace tandem::test

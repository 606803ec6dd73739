// A user agent at the outer end, with a script for each call. It stands on the same simulated stack as a
// switch, but its rules about calls, offers and answers are its own.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scenario/sim_stack.hpp"

namespace tandem::scenario {

enum class Deed : std::uint8_t { Hold, Resume, Refresh, Ask, Info, Options, Transfer };
/// Something that a phone does that long after the call came up.
struct Action {
  Duration at{};
  Deed deed = Deed::Hold;
  call::OfferMethod method = call::OfferMethod::Invite;
  std::string refer_to{};  ///< of a transfer
};
struct Talk {
  std::vector<Action> actions;
  Duration hang_up{};
};

struct CallerScript {
  bool late_offer = false;
  bool never_acks = false;
  bool reliable = false;           ///< Supported: 100rel
  std::optional<Duration> cancel;  ///< after that long without an answer
  Duration patience{std::chrono::seconds(90)};
  Talk talk;
};
struct CalleeScript {
  bool deaf = false;             ///< not a word
  std::vector<int> provisional;  ///< 180; 183 with a description
  int status = 200;
  Duration delay{};     ///< of each of them
  std::string contact;  ///< of a 302
  bool forked = false;  ///< another callee rings too; who loses gets an ACK and a BYE from the stack
  Talk talk;
};

/// What one end believes about the media.
struct View {
  std::string mine = "sendrecv", theirs = "sendrecv";  ///< directions as last agreed
  bool open = false;                                   ///< an offer waits for its answer
  std::string call_id{};
};

class Phone final : public sip::EventSink {
 public:
  Phone(Agenda&, Wire&, std::string name, SocketAddress own, Random);

  /// domain: of the switch at that address; number: tells one call of the test from the next.
  void place_call(const std::string& number, const std::string& domain, const SocketAddress& gateway,
                  CallerScript);
  /// Which script a call for this number gets.
  std::function<CalleeScript(const std::string& number)> answer_with;
  /// Asked before this side hangs up.
  std::function<void(const std::string& number)> before_hang_up;

  /// Of an answered call that nobody has ended yet.
  const View* view_of(const std::string& number) const;
  std::vector<std::string> complaints() const;
  const std::map<std::string, std::size_t>& outcomes() const { return outcomes_; }
  const std::map<std::string, std::size_t>& deeds() const { return deeds_; }

  void on_arrival(sip::Arrival&&) override;
  void on_event(CallId, call::Event&&) override;

 private:
  enum class State : std::uint8_t { Inviting, Canceling, Ringing, Up, Ending };
  struct Answering {
    call::RequestId request;
    std::string sdp;
  };
  struct Conversation {
    CallId id;
    call::LegId leg;
    std::string number;
    State state = State::Inviting;
    bool caller = false;
    bool acked = false;             ///< callee: the ACK came
    bool wants_to_hang_up = false;  ///< and waits for the ACK
    CallerScript caller_script;
    CalleeScript callee_script;
    bool reliable = false;  ///< callee: the peer takes reliable provisional responses
    std::vector<Agenda::Timer> timers;
    // offer and answer
    std::uint64_t session_id = 0, version = 0;
    std::string direction_said;  ///< in our last description
    std::string wish = "sendrecv";
    std::string heard;  ///< the peer's last description
    std::uint64_t heard_version = 0, heard_session = 0;
    View view;
    std::optional<call::OfferMethod> offering;  ///< our offer is open
    std::string offered;                        ///< its direction; empty: it asks for one
    int tries = 0;
    std::optional<Answering> answering;           ///< theirs is
    std::optional<call::RequestId> awaiting_ack;  ///< our 2xx to a re-INVITE
    bool offer_in_2xx = false;
    bool transferring = false;  ///< our REFER is under way
  };

  void wake();
  void pump();
  void later(Conversation&, Duration, std::function<void(Conversation&)>);
  Conversation* find(CallId);
  void finish(Conversation&, const std::string& outcome);
  void hang_up(Conversation&);
  void come_up(Conversation&, const Talk&);
  void complain(const Conversation&, const std::string&);
  void perform(Conversation&, const call::SipEffect&);

  // phone_offers.cpp
  std::string describe(Conversation&, const std::string& direction);
  void hear(Conversation&, const std::string& sdp);
  std::string answer_to(const Conversation&, const std::string& theirs) const;
  void act(Conversation&, const Action&);
  void transfer(Conversation&, const std::string& refer_to);
  void hear_progress(Conversation&, const std::string& sipfrag);
  void offer(Conversation&, call::OfferMethod, const std::string& direction);
  void answer_now(Conversation&);
  void answer_offer(Conversation&, const call::OfferReceived&);
  void refuse_offer(Conversation&, call::RequestId, int status);
  void take_answer(Conversation&, call::OfferMethod, const call::OfferAnswered&);
  bool exchange_open(const Conversation&) const;

  // callee
  void say_next(Conversation&, std::size_t index);
  void say_final(Conversation&);

  void on(Conversation&, const call::Answered&);
  void on(Conversation&, const call::InviteFailed&);
  void on(Conversation&, const call::Acked&);
  void on(Conversation&, const call::AckTimedOut&);
  void on(Conversation&, const call::Cancelled&);
  void on(Conversation&, const call::ByeReceived&);
  void on(Conversation&, const call::ByeFinished&);
  void on(Conversation&, const call::OfferReceived&);
  void on(Conversation&, const call::OfferCancelled&);
  void on(Conversation&, const call::OfferAnswered&);
  void on(Conversation&, const call::ReferReceived&);
  void on(Conversation&, const call::RequestReceived&);
  void on(Conversation&, const call::PrackReceived&);
  void on(Conversation&, const call::PrackTimedOut&);
  void on(Conversation&, const call::PrackFinished&) {}
  template <class Other>
  void on(Conversation& call, const Other&) {
    complain(call, "heard what no stack says");
  }

  Agenda& agenda_;
  std::string name_;
  Random random_;
  SimStack stack_;
  trunk::RoutePlan plan_;
  bool awake_ = false;
  std::uint32_t placed_ = 0;
  std::map<CallId, std::unique_ptr<Conversation>> calls_;
  std::map<std::string, std::size_t> outcomes_, deeds_;
  std::vector<std::string> complaints_;
};

}  // namespace tandem::scenario

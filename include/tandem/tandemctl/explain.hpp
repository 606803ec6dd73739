// What becomes of an INVITE, without a daemon and without a packet: the same decide() and step() as the live
// call, up to the first INVITE that would leave.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tandem/base/time.hpp"
#include "tandem/call/effect.hpp"
#include "tandem/message/message.hpp"
#include "tandem/trunk/decide.hpp"

namespace tandem::tandemctl {

struct Question {
  message::Request request;  ///< an INVITE outside a dialog
  SocketAddress source;
  Transport transport = Transport::Udp;
  std::string listener;
  std::optional<std::string>
      user;                ///< who answers a challenge; absent: whoever could, where that is one user only
  std::uint64_t seed = 1;  ///< of the weighted draws
  WallTime now;            ///< for the nonce of a challenge
  std::vector<std::string> why_not;  ///< trunks to ask about by name
  std::vector<std::string>
      assumed{};  ///< what the question's maker filled in: "listener udp, the first for udp"
};

enum class Outcome : std::uint8_t { Admitted, Challenged, Refused, Dropped };
std::string_view to_string(Outcome);  ///< "admitted"

/// The INVITE that would leave for a target. Via, Contact, Call-ID, CSeq and tags are made when one leaves.
struct Outgoing {
  std::size_t target = 0;  ///< index into the admission's plan
  call::TargetAddress to;  ///< 0.0.0.0 where a name would be asked for
  message::Request invite;
};

/// A target that was passed over before an INVITE could leave for it.
struct PassedOver {
  std::size_t target = 0;
  trunk::Reason reason = trunk::Reason::None;
  std::string why;  ///< as in its record
};

struct WhyNot {
  std::string trunk;
  trunk::Trace steps;
};

struct Explanation {
  Outcome outcome = Outcome::Dropped;
  trunk::Decision decision;                   ///< the last one: after the challenge, where that was answered
  std::optional<trunk::Challenge> challenge;  ///< what the INVITE gets first
  std::string proven_user;                    ///< who was taken to answer it
  std::vector<std::string> could_answer;      ///< users among whom nobody chose
  std::vector<PassedOver> passed_over;
  std::optional<Outgoing> outgoing;
  std::optional<call::RespondToInvite>
      response;  ///< the final response to the caller, where there is one already
  trunk::Reason reason = trunk::Reason::None;  ///< of a refusal, a drop, a challenge
  std::vector<WhyNot> why_not;
};

/// Every counter of calls is taken as empty, every rotation as at its beginning. Host names are not asked
/// for: no packet leaves.
Explanation explain(const std::shared_ptr<const trunk::Directory>&, const Question&);

/// For people; text of peers is made safe for a terminal.
std::string print_text(const Explanation&, const Question&, const config::Config&);
/// One JSON object and a line end.
std::string print_json(const Explanation&, const Question&, const config::Config&);

}  // namespace tandem::tandemctl

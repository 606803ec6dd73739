// The other requests inside a dialog (REFER, NOTIFY, INFO), what messages say of their writer, the names of
// dialogs, and responses with headers that cannot be read.
#include "contract/dialog_bench.hpp"
#include "tandem/base/text.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;

class Transfer : public DialogBench {
 protected:
  /// A REFER of the calling peer that we have accepted.
  call::ReferReceived accept_refer(const std::string& headers) {
    cseq_of_refer = ask("REFER", {}, headers).cseq;
    const auto refer = next_event<call::ReferReceived>();
    perform(call::RespondToRequest{call::kLegA, refer.request, 202, {}, {}});
    return refer;
  }
  int cseq_of_refer = 0;
};
class Info : public DialogBench {};
class Names : public DialogBench {};
class Allow : public DialogBench {};
class Reading : public DialogBench {};

// ---- REFER and NOTIFY ----

TEST_F(Transfer, AReferSaysWhereToAndByWhom_R128) {
  be_called();
  const std::string to = "\"Bob\" <sip:bob@pbx.example?Replaces=c2%3Bto-tag%3Dx%3Bfrom-tag%3Dy>;early=no";
  const auto refer =
      accept_refer("Refer-To: " + to + "\r\nReferred-By: <sip:alice@pbx.example>;cid=\"1@x\"\r\n");
  EXPECT_EQ(refer.leg, call::kLegA);
  EXPECT_EQ(refer.refer_to, to);
  EXPECT_EQ(refer.referred_by, "<sip:alice@pbx.example>;cid=\"1@x\"");
  EXPECT_TRUE(refer.replaces.empty());
  EXPECT_FALSE(next_response(peer, 202, "REFER").header("Server").empty());
  const auto second = accept_refer("r: <tel:+15551230000>\r\n");
  EXPECT_EQ(second.refer_to, "<tel:+15551230000>");
  EXPECT_TRUE(second.referred_by.empty());
}

TEST_F(Transfer, ANotifyTellsOfItsReferAndNamesItButForTheFirst_RFC3515_2_4_6) {
  be_called();
  const auto first = accept_refer("Refer-To: <sip:bob@pbx.example>\r\n");
  const auto second = accept_refer("Refer-To: <sip:carol@pbx.example>\r\n");

  perform(call::SendNotify{call::kLegA, first.request, "SIP/2.0 180 Ringing", "active;expires=60"});
  const Received notify = next_request(peer, "NOTIFY");
  EXPECT_EQ(notify.first_line(), "NOTIFY sip:peer@" + peer.host_port() + " SIP/2.0");
  EXPECT_EQ(notify.header("Event"), "refer");
  EXPECT_EQ(notify.header("Subscription-State"), "active;expires=60");
  EXPECT_EQ(notify.header("Content-Type"), "message/sipfrag;version=2.0");
  EXPECT_EQ(notify.body(), "SIP/2.0 180 Ringing\r\n");
  EXPECT_EQ(notify.param("To", "tag"), "fa");
  EXPECT_FALSE(notify.header("Contact").empty());  // RFC 6665 §8.2.1
  peer.send(response(notify, peer, 200, ""), bound());

  perform(
      call::SendNotify{call::kLegA, second.request, "SIP/2.0 603 Declined", "terminated;reason=noresource"});
  const Received last = next_request(peer, "NOTIFY");
  EXPECT_EQ(last.header("Event"), "refer;id=" + std::to_string(cseq_of_refer));
  EXPECT_EQ(last.header("Subscription-State"), "terminated;reason=noresource");
  EXPECT_EQ(cseq_of(last), cseq_of(notify) + 1);
  peer.send(response(last, peer, 481, ""), bound());
  perform(call::SendNotify{call::kLegA, call::RequestId{99}, "SIP/2.0 200 OK", "terminated"});  // of no REFER
  run_for(50ms);
  EXPECT_EQ(count(peer, "NOTIFY"), 0u);
  EXPECT_TRUE(news.events.empty());
}

TEST_F(Transfer, ANotifyThatNobodyAnswersIsRepeatedAndForgotten) {
  be_called();
  const auto refer = accept_refer("Refer-To: <sip:bob@pbx.example>\r\n");
  perform(call::SendNotify{call::kLegA, refer.request, "SIP/2.0 100 Trying", "active;expires=60"});
  next_request(peer, "NOTIFY");
  next_request(peer, "NOTIFY");
  until([&] { return stack->stats().client_transactions == 0; });
  EXPECT_TRUE(news.events.empty());
}

// ---- INFO ----

TEST_F(Info, ItsBodyIsToldAndOursGoesOut_R135) {
  be_called();
  inside.type = "Application/DTMF-Relay; charset=utf-8";
  ask("INFO", "Signal=5\r\nDuration=160\r\n");
  const auto got = next_event<call::RequestReceived>();
  EXPECT_EQ(got.method, "INFO");
  EXPECT_EQ(got.content_type, "application/dtmf-relay");
  EXPECT_EQ(got.content, "Signal=5\r\nDuration=160\r\n");
  perform(call::RespondToRequest{call::kLegA, got.request, 200, {}, {}});
  next_response(peer, 200, "INFO");
  ask("INFO");
  EXPECT_TRUE(next_event<call::RequestReceived>().content_type.empty());
  ask("INFO", std::string(call::kMaxContent + 1, 'x'));
  const auto large = next_event<call::RequestReceived>();
  EXPECT_EQ(large.content_type, "application/dtmf-relay");
  EXPECT_TRUE(large.content.empty());
  inside.type = "text/plain";
  ask("MESSAGE", "hello");
  const auto message = next_event<call::RequestReceived>();
  EXPECT_EQ(message.content_type, "text/plain");
  EXPECT_TRUE(message.content.empty());

  perform(call::SendInfo{call::kLegA, "application/dtmf", "5"});
  const Received info = next_request(peer, "INFO");
  EXPECT_EQ(info.header("Content-Type"), "application/dtmf");
  EXPECT_EQ(info.body(), "5");
  EXPECT_TRUE(info.header("Contact").empty());  // RFC 6086 §4.2.2
  peer.send(response(info, peer, 415, ""), bound());
  run_for(20ms);
  EXPECT_TRUE(news.events.empty());
}

// ---- names ----

TEST_F(Names, ADialogIsFoundByItsNameAndNamed_RFC3891) {
  be_called();
  const std::string local = inside.to.substr(inside.to.find(";tag=") + 5);
  EXPECT_EQ(stack->name_of(kCall, call::kLegA), (sip::DialogName{"c1", local, "fa"}));
  EXPECT_EQ(stack->find_dialog("c1", local, "fa"), std::pair(kCall, call::kLegA));
  EXPECT_EQ(stack->find_dialog("c1", "fa", local), std::nullopt);
  EXPECT_EQ(stack->find_dialog("c2", local, "fa"), std::nullopt);
  EXPECT_EQ(stack->find_dialog("c1", local, ""), std::nullopt);

  const Received invite = place_call();
  const std::string call_id = invite.header("Call-ID"), tag = invite.param("From", "tag");
  EXPECT_EQ(stack->name_of(kCall, kLegB), std::nullopt);
  EXPECT_EQ(stack->find_dialog(call_id, tag, "tb"), std::nullopt);
  peer.send(response(invite, peer, 200, "tb", kAnswer), bound());
  next_event<call::Answered>();
  EXPECT_EQ(stack->name_of(kCall, kLegB), (sip::DialogName{call_id, tag, "tb"}));
  EXPECT_EQ(stack->find_dialog(call_id, tag, "tb"), std::pair(kCall, kLegB));
  perform(call::ReleaseLeg{kLegB});
  EXPECT_EQ(stack->name_of(kCall, kLegB), std::nullopt);
  EXPECT_EQ(stack->find_dialog(call_id, tag, "tb"), std::nullopt);
}

// ---- Allow ----

TEST_F(Allow, ListsWhatIsHandledAndWhatATrunkAdds_R031) {
  Message invite;
  receive_call(invite);
  perform(call::RespondToInvite{200, {}, kAnswer, {{"Allow", "REFER"}}});
  const Received ok = next_response(peer, 200, "INVITE");
  std::string all;
  for (std::size_t at = ok.text.find("\r\nAllow: "); at != std::string::npos;
       at = ok.text.find("\r\nAllow: ", at + 1))
    all += (all.empty() ? "" : ", ") + ok.text.substr(at + 9, ok.text.find("\r\n", at + 2) - at - 9);
  EXPECT_EQ(all, std::string(sip::kAllowedMethods) + ", REFER");
  enter(ok);
  acknowledge(1);
  ask("SUBSCRIBE");
  const auto other = next_event<call::RequestReceived>();
  perform(call::RespondToRequest{call::kLegA, other.request, 405, {}, {}});
  EXPECT_EQ(next_response(peer, 405, "SUBSCRIBE").header("Allow"), std::string(sip::kAllowedMethods));
}

// ---- reading ----

/// "Name: value" lines as the core has them.
message::Headers rows_of(const std::string& lines) {
  message::Headers headers;
  for (std::string_view line : split(lines, '\n')) {
    line = trim(line);
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    headers.add(std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1))));
  }
  return headers;
}

TEST_F(Reading, TheTermsOfAMessageAreWhatTheCoreReadsInItsHeaders) {
  const std::vector<std::string> samples{
      "",
      "Supported: timer, 100rel\r\nAllow: INVITE, ACK, UPDATE\r\n",
      "k: 100rel\r\nRequire: timer\r\n",
      "Supported: replaces\r\nSupported: 100rel,timer\r\nAllow: INVITE\r\nAllow: BYE,UPDATE\r\n",
      "Require: 100rel, timer\r\n",
      "Require: 100REL\r\nSupported: Timer\r\nAllow: update\r\n",
      "Supported:\r\nAllow:\r\n",
      "Supported: 100relx, xtimer\r\nAllow: UPDATED\r\n",
      "Session-Expires: 1800;refresher=uac\r\nMin-SE: 90\r\n",
      "x: 90;foo=bar;refresher=UAS\r\n",
      "Session-Expires: 1800 ; refresher = uac\r\n",
      "Session-Expires: 1800;refresher=none\r\nMin-SE: 90;foo=1\r\n",
      "Session-Expires: 4294967295\r\nMin-SE: 4294967295\r\n",
      "Session-Expires: soon;refresher=uac\r\nMin-SE: little\r\n",
      "Session-Expires: ;refresher=uac\r\nMin-SE: -1\r\n",
      "Session-Expires: 90x\r\nMin-SE: 90x\r\n",
      "Min-SE:\r\n",
  };
  const Received invite = place_call();
  for (const std::string& lines : samples) {
    peer.send(response(invite, peer, 180, "tb", {}, lines), bound());
    EXPECT_EQ(next_event<call::Answered>().terms, call::terms_of(rows_of(lines))) << lines;
  }
}

TEST_F(Reading, A200WithHeadersThatCannotBeReadIsToldAndAcknowledged) {
  const std::vector<std::string> bad{"Min-SE: nonsense\r\n",
                                     "Session-Expires: never\r\n",
                                     "Record-Route: <<<\r\n",
                                     "RSeq: -\r\n",
                                     "Allow: (((\r\n",
                                     "Retry-After: x\r\n",
                                     "Content-Disposition: ;;;\r\n",
                                     "Date: yesterday\r\n"};
  for (const std::string& lines : bad) {
    const Received invite = place_call();
    peer.send(response(invite, peer, 200, "tb", kAnswer, lines), bound());
    const auto answered = next_event<call::Answered>();
    EXPECT_EQ(answered.status, 200) << lines;
    EXPECT_EQ(answered.body.sdp, kAnswer) << lines;
    perform(call::SendAck{kLegB, "tb", {}, {}});
    EXPECT_EQ(next_request(peer, "ACK").param("To", "tag"), "tb") << lines;
    let_go();
    peer.send(response(next_request(peer, "BYE"), peer, 200, ""), bound());
    news.events.clear();
  }
}

TEST_F(Reading, A200WithoutAContactThatCanBeReadIsAcknowledgedWhereTheInviteWent) {
  for (const std::string bad :
       {"Contact: <<sip:", "Contact: \"x <sip:", "Contact: <mailto:", "Contact: *;<sip:", "X-No: <sip:"}) {
    const Received invite = place_call();
    std::string ok = response(invite, peer, 200, "tb", kAnswer);
    ok.replace(ok.find("Contact: <sip:"), 14, bad);
    peer.send(ok, bound());
    EXPECT_EQ(next_event<call::Answered>().status, 200) << bad;
    perform(call::SendAck{kLegB, "tb", {}, {}});
    EXPECT_EQ(next_request(peer, "ACK").first_line(), "ACK sip:+15557654321@carrier.example SIP/2.0") << bad;
    let_go();
    peer.send(response(next_request(peer, "BYE"), peer, 200, ""), bound());
  }
}

TEST_F(Reading, AFinalRefusalWithHeadersThatCannotBeReadEndsTheInvite) {
  const Received invite = place_call();
  peer.send(response(invite, peer, 422, "tb", {}, "Min-SE: nonsense\r\nWarning: x\r\n"), bound());
  const auto answered = next_event<call::Answered>();
  EXPECT_EQ(answered.status, 422);
  EXPECT_EQ(answered.min_se_s, std::nullopt);
  next_request(peer, "ACK");
}

TEST_F(Reading, ARequestWithAHeaderThatCannotBeReadGets400ThatNamesIt) {
  be_called();
  ask("UPDATE", {}, "Session-Expires: soon\r\n");
  EXPECT_EQ(next_response(peer, 400, "UPDATE").first_line(), "SIP/2.0 400 Bad Session-Expires Header");
  ask("REFER", {}, "Refer-To: <<<\r\n");
  EXPECT_EQ(next_response(peer, 400, "REFER").first_line(), "SIP/2.0 400 Bad Refer-To Header");
  EXPECT_TRUE(news.events.empty());
}

}  // namespace
}  // namespace tandem::contract

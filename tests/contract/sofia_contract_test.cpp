// What we believe of libsofia-sip-ua, shown on loopback: an upgrade of the library is a run of this. These tests call the
// library itself, through the wrapper's thin functions where those hide no behaviour.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "contract/raw_peer.hpp"
#include "contract/stack_bench.hpp"
#include "sip/handles.hpp"
#include "sip/hooks.hpp"
#include "sip/wire.hpp"

namespace tandem::contract {
namespace {

using namespace std::chrono_literals;

// What the library called back with, in order.
struct Heard {
  std::vector<int> responses;         ///< statuses; internal ones negative
  std::vector<std::string> ack_cancel;  ///< method, or "none" where the library passes no message
  std::vector<std::string> prack;       ///< "PRACK", or "none" where the response is given up
  std::vector<std::string> stateless;   ///< first words of messages that had no transaction
  std::vector<msg_t*> messages;
};
Heard heard;

extern "C" {
int hear_response(nta_outgoing_magic_t*, nta_outgoing_t*, const sip_t* sip) {
  const int status = sip ? sip->sip_status->st_status : 0;
  heard.responses.push_back(nta_sip_is_internal(sip) ? -status : status);
  return 0;
}
int hear_ack_cancel(nta_incoming_magic_t*, nta_incoming_t*, const sip_t* sip) {
  heard.ack_cancel.push_back(sip && sip->sip_request ? sip->sip_request->rq_method_name : "none");
  return 0;
}
int hear_prack(nta_reliable_magic_t*, nta_reliable_t* response, nta_incoming_t* prack, const sip_t*) {
  heard.prack.push_back(prack ? "PRACK" : "none");
  nta_reliable_destroy(response);
  return 200;
}
int hear_message(nta_agent_magic_t*, nta_agent_t*, msg_t* message, sip_t* sip) {
  heard.stateless.push_back(sip->sip_request ? sip->sip_request->rq_method_name : "response");
  heard.messages.push_back(message);
  return 0;
}
int hear_dialog_request(nta_leg_magic_t*, nta_leg_t*, nta_incoming_t*, const sip_t*) { return 200; }
}

class Sofia : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { sip::initialise_library(); }
  void SetUp() override {
    heard = {};
    root_ = su_root_create(nullptr);
    su_root_threading(root_, 0);
    sip::StackOptions options;
    options.t1 = 10ms;  // 64 T1 = 0.64 s
    agent_ = sip::wire::create_agent(root_, hear_message, options);
    ASSERT_NE(agent_, nullptr);
    ASSERT_EQ(sip::wire::add_listener(agent_, "sip:127.0.0.1:*;transport=udp", "udp4"), 0);
    const su_addrinfo_t* info = tport_get_address(tport_primaries(nta_agent_tports(agent_)));
    sockaddr_storage native{};
    std::memcpy(&native, info->ai_addr, info->ai_addrlen);
    bound_ = SocketAddress::from_native(native);
  }
  void TearDown() override {
    for (msg_t* message : heard.messages)
      if (message) msg_destroy(message);
    nta_agent_destroy(agent_);
    su_root_destroy(root_);
  }

  void run(std::chrono::milliseconds time) {
    const Instant end = monotonic_now() + time;
    while (monotonic_now() < end) {
      su_root_step(root_, 5);
      peer_.read();
    }
  }
  bool until(const std::function<bool()>& done, std::chrono::milliseconds limit = 5s) {
    const Instant end = monotonic_now() + limit;
    while (!done()) {
      if (monotonic_now() > end) return false;
      su_root_step(root_, 5);
      peer_.read();
    }
    return true;
  }
  std::size_t count(const std::string& method) const {
    return static_cast<std::size_t>(std::count_if(peer_.got.begin(), peer_.got.end(),
                                                  [&](const Received& m) { return m.is_request(method); }));
  }
  std::size_t count_status(int status, const std::string& method) const {
    return static_cast<std::size_t>(std::count_if(peer_.got.begin(), peer_.got.end(), [&](const Received& m) {
      return m.status() == status && m.header("CSeq").find(method) != std::string::npos;
    }));
  }

  nta_outgoing_t* send_invite(const std::string& host_port, const std::string& branch,
                              const std::string& body = {}) {
    leg_ = sip::wire::create_client_leg(agent_, hear_dialog_request, {}, "<sip:a@127.0.0.1>;tag=s0-from", "<sip:b@127.0.0.1>",
                                        "contract-call");
    const sip::wire::Asked asked{{SIP_METHOD_INVITE}, "sip:b@" + host_port, {}};
    return sip::wire::send(agent_, {hear_response, {}}, {"udp4", "sip:" + host_port + ";transport=udp"},
                           branch, sip::wire::make_request(agent_, leg_, asked, {{}, {}, body}));
  }
  /// Sends an INVITE to the peer and waits until it is there.
  nta_outgoing_t* invite() {
    nta_outgoing_t* made = send_invite(peer_.host_port(), "z9hG4bK-s0-one");
    EXPECT_TRUE(until([&] { return count("INVITE") > 0; }));
    invite_ = peer_.got.front();
    return made;
  }
  void answer(int status, const std::string& tag) { peer_.send(response(invite_, peer_, status, tag), bound_); }
  bool ack(nta_outgoing_t* invite) {
    nta_leg_rtag(leg_, "t");
    const sip::wire::Asked asked{{SIP_METHOD_ACK}, {}, nta_outgoing_cseq(invite)};
    nta_outgoing_t* made =
        sip::wire::send(agent_, {}, {"udp4", "sip:" + peer_.host_port() + ";transport=udp"}, "z9hG4bK-s0-ack",
                        sip::wire::make_request(agent_, leg_, asked, {{}, {}, {}}));
    if (made) nta_outgoing_destroy(made);
    return made != nullptr;
  }
  /// Receives an INVITE and gives it a transaction.
  nta_incoming_t* receive_invite(const Message& message) {
    peer_.send(message.text(peer_), bound_);
    if (!until([&] { return !heard.messages.empty(); })) return nullptr;
    msg_t* request = std::exchange(heard.messages.back(), nullptr);
    heard.messages.clear();
    leg_ = sip::wire::create_server_leg(agent_, hear_dialog_request, {}, *sip_object(request), "s0-to");
    nta_incoming_t* made =
        sip::wire::create_server_transaction(agent_, leg_, request, tport_primaries(nta_agent_tports(agent_)));
    nta_incoming_bind(made, hear_ack_cancel, nullptr);
    return made;
  }

  /// An INVITE of a caller with that header line, answered with a 183 sent reliably.
  nta_incoming_t* progress_reliably(const std::string& sdp = {}) {
    Message message;
    message.headers = "Supported: 100rel\r\n";
    nta_incoming_t* transaction = receive_invite(message);
    EXPECT_TRUE(sip::wire::reply_reliably(transaction, hear_prack, {}, 183, {}, {{}, {}, sdp}));
    EXPECT_TRUE(until([&] { return count_status(183, "INVITE") > 0; }));
    return transaction;
  }
  /// The PRACK of the response with that status that the peer got.
  void prack(int status) {
    const auto reliable = std::find_if(peer_.got.begin(), peer_.got.end(), [&](const Received& m) { return m.status() == status; });
    ASSERT_NE(reliable, peer_.got.end());
    Message message;
    message.method = "PRACK";
    message.cseq = 2;
    message.branch = "z9hG4bKprack";
    message.to = reliable->header("To");
    message.headers = "RAck: " + reliable->header("RSeq") + " 1 INVITE\r\n";
    peer_.send(message.text(peer_), bound_);
  }

  su_root_t* root_ = nullptr;
  nta_agent_t* agent_ = nullptr;
  nta_leg_t* leg_ = nullptr;
  SocketAddress bound_;
  RawPeer peer_{Transport::Udp, "127.0.0.1"};
  Received invite_;
};

// ---- the table of docs/architecture.md, row by row ----

TEST_F(Sofia, DestroyingAPendingInviteSendsNothing_AndALate200MakesAGhostCall) {
  nta_outgoing_t* transaction = invite();
  nta_outgoing_destroy(transaction);
  run(100ms);
  EXPECT_EQ(count("CANCEL"), 0u);
  answer(200, "t");
  run(200ms);
  EXPECT_EQ(count("ACK"), 0u);
  EXPECT_EQ(count("BYE"), 0u);
}

TEST_F(Sofia, DestroyingARingingInviteSendsNoCancelEither) {
  nta_outgoing_t* transaction = invite();
  answer(180, "t");
  ASSERT_TRUE(until([&] { return !heard.responses.empty(); }));
  nta_outgoing_destroy(transaction);
  run(200ms);
  EXPECT_EQ(count("CANCEL"), 0u);
}

TEST_F(Sofia, CancelThenDestroy_ALate200IsAckedAndByedByTheLibrary) {
  nta_outgoing_t* transaction = invite();
  answer(180, "t");
  ASSERT_TRUE(until([&] { return !heard.responses.empty(); }));
  sip::wire::cancel(transaction, "SIP;cause=200");
  nta_outgoing_destroy(transaction);
  ASSERT_TRUE(until([&] { return count("CANCEL") > 0; }));
  answer(200, "t");
  EXPECT_TRUE(until([&] { return count("ACK") > 0 && count("BYE") > 0; }));
}

TEST_F(Sofia, CancelBeforeAnyProvisionalIsHeldBack) {
  nta_outgoing_t* transaction = invite();
  sip::wire::cancel(transaction, {});
  run(100ms);
  EXPECT_EQ(count("CANCEL"), 0u);
  answer(100, "");
  EXPECT_TRUE(until([&] { return count("CANCEL") == 1; }));
  answer(487, "t");
  ASSERT_TRUE(until([&] { return heard.responses.size() >= 2; }));
  EXPECT_EQ(heard.responses.back(), 487);
  nta_outgoing_destroy(transaction);
}

TEST_F(Sofia, CancelledAndKept_ACrossing200ReachesTheCallback) {
  nta_outgoing_t* transaction = invite();
  answer(180, "t");
  ASSERT_TRUE(until([&] { return !heard.responses.empty(); }));
  sip::wire::cancel(transaction, {});
  ASSERT_TRUE(until([&] { return count("CANCEL") > 0; }));
  answer(200, "t");
  ASSERT_TRUE(until([&] { return heard.responses.size() == 2; }));
  EXPECT_EQ(heard.responses[1], 200);
  EXPECT_EQ(count("ACK"), 0u);  // ours to send
  EXPECT_TRUE(ack(transaction));
  EXPECT_TRUE(until([&] { return count("ACK") == 1; }));
  nta_outgoing_destroy(transaction);
}

TEST_F(Sofia, ARepeated200IsAckedAgainByTheLibrary_EvenWhenTheInviteIsLetGo) {
  nta_outgoing_t* transaction = invite();
  answer(200, "t");
  ASSERT_TRUE(until([&] { return !heard.responses.empty(); }));
  ASSERT_TRUE(ack(transaction));
  nta_outgoing_destroy(transaction);
  ASSERT_TRUE(until([&] { return count("ACK") == 1; }));
  answer(200, "t");
  EXPECT_TRUE(until([&] { return count("ACK") == 2; }));
  answer(200, "t");
  EXPECT_TRUE(until([&] { return count("ACK") == 3; }));
  EXPECT_EQ(heard.responses.size(), 1u);
  EXPECT_EQ(count("BYE"), 0u);
}

TEST_F(Sofia, OfTwoForksThatAnswer200TheSecondIsEndedByTheLibrary) {
  nta_outgoing_t* transaction = invite();
  answer(180, "t");
  answer(180, "u");
  answer(200, "t");
  ASSERT_TRUE(until([&] { return heard.responses.size() == 3; }));
  ASSERT_TRUE(ack(transaction));
  nta_outgoing_destroy(transaction);
  answer(200, "u");
  ASSERT_TRUE(until([&] { return count("BYE") == 1; }));
  EXPECT_EQ(heard.responses, (std::vector<int>{180, 180, 200}));
  for (const Received& message : peer_.got)
    EXPECT_TRUE(!message.is_request("BYE") || message.param("To", "tag") == "u");
  // Beyond every request that may have gone to that fork, so that it is not refused as out of order.
  EXPECT_EQ(peer_.got.back().header("CSeq"), "2147483647 BYE");
}

TEST_F(Sofia, CancelOfOurCallerIsAnswered200And487ByTheLibraryAndToldOnce) {
  Message request;
  nta_incoming_t* transaction = receive_invite(request);
  ASSERT_NE(transaction, nullptr);
  sip::wire::reply(transaction, 180, {}, {{}, {}, {}});
  Message cancel = request;
  cancel.method = "CANCEL";
  peer_.send(cancel.text(peer_), bound_);
  ASSERT_TRUE(until([&] { return count_status(487, "INVITE") > 0; }));
  EXPECT_GE(count_status(200, "CANCEL"), 1u);
  peer_.send(cancel.text(peer_), bound_);
  run(50ms);
  EXPECT_EQ(heard.ack_cancel, std::vector<std::string>{"CANCEL"});
  EXPECT_EQ(nta_incoming_status(transaction), 487);
  sip::wire::reply(transaction, 486, {}, {{}, {}, {}});  // ours comes too late
  run(50ms);
  EXPECT_EQ(count_status(486, "INVITE"), 0u);
  nta_incoming_destroy(transaction);
}

TEST_F(Sofia, A200NeverAckedIsRepeatedUntil64T1AndThenTold) {
  nta_incoming_t* transaction = receive_invite({});
  ASSERT_NE(transaction, nullptr);
  sip::wire::reply(transaction, 200, {}, {{}, {}, {}});
  ASSERT_TRUE(until([&] { return !heard.ack_cancel.empty(); }));
  EXPECT_EQ(heard.ack_cancel, std::vector<std::string>{"none"});
  EXPECT_GT(count_status(200, "INVITE"), 3u);
  nta_incoming_destroy(transaction);
}

// ---- reliable provisional responses: why src/sip/reliable.cpp keeps what follows them ----

TEST_F(Sofia, AReliableResponseIsRepeatedUntilItsPrack) {
  nta_incoming_t* transaction = progress_reliably();
  ASSERT_TRUE(until([&] { return count_status(183, "INVITE") > 2; }));
  prack(183);
  ASSERT_TRUE(until([&] { return count_status(200, "PRACK") > 0; }));
  EXPECT_EQ(heard.prack, std::vector<std::string>{"PRACK"});
  peer_.got.clear();
  run(150ms);
  EXPECT_EQ(count_status(183, "INVITE"), 0u);
  sip::wire::reply(transaction, 486, {}, {{}, {}, {}});
  nta_incoming_destroy(transaction);
}

TEST_F(Sofia, APlain1xxBehindAReliableOneEndsItsRepetitionsAndItsTimer) {
  nta_incoming_t* transaction = progress_reliably();
  sip::wire::reply(transaction, 180, {}, {{}, {}, {}});
  run(10ms);
  peer_.got.clear();
  run(1000ms);  // more than 64 T1
  EXPECT_EQ(count_status(183, "INVITE"), 0u);
  EXPECT_TRUE(heard.prack.empty());
  EXPECT_TRUE(heard.ack_cancel.empty());
  sip::wire::reply(transaction, 486, {}, {{}, {}, {}});
  nta_incoming_destroy(transaction);
}

TEST_F(Sofia, A200WaitsForThePrackOfADescriptionAlone) {
  nta_incoming_t* transaction = progress_reliably(kAnswer);
  sip::wire::reply(transaction, 200, {}, {{}, {}, {}});
  run(100ms);
  EXPECT_EQ(count_status(200, "INVITE"), 0u);
  prack(183);
  ASSERT_TRUE(until([&] { return count_status(200, "INVITE") > 0; }));
  nta_incoming_destroy(transaction);
}

TEST_F(Sofia, A200BehindAReliable1xxWithoutADescriptionGoesOutAtOnceAndThePrackMeets481) {
  nta_incoming_t* transaction = progress_reliably();
  sip::wire::reply(transaction, 200, {}, {{}, {}, {}});
  ASSERT_TRUE(until([&] { return count_status(200, "INVITE") > 0; }));
  EXPECT_EQ(heard.prack, std::vector<std::string>{"none"});
  prack(183);
  EXPECT_TRUE(until([&] { return count_status(481, "PRACK") > 0; }));
  nta_incoming_destroy(transaction);
}

TEST_F(Sofia, WithoutThePrackTheLibraryGivesTheResponseUpCallsBackWithoutAMessageAndSays503) {
  nta_incoming_t* transaction = progress_reliably(kAnswer);
  ASSERT_TRUE(until([&] { return count_status(503, "INVITE") > 0; }));
  EXPECT_EQ(heard.prack, std::vector<std::string>{"none"});
  EXPECT_EQ(heard.ack_cancel, std::vector<std::string>{"none"});
  nta_incoming_destroy(transaction);
}

TEST_F(Sofia, ACallerThatRequires100relGetsAPlain1xxReliablyAndItsPrackIsAnsweredBehindOurBack) {
  Message message;
  message.headers = "Require: 100rel\r\n";
  nta_incoming_t* transaction = receive_invite(message);
  sip::wire::reply(transaction, 180, {}, {{}, {}, {}});
  ASSERT_TRUE(until([&] { return count_status(180, "INVITE") > 0; }));
  prack(180);
  EXPECT_TRUE(until([&] { return count_status(200, "PRACK") > 0; }));
  EXPECT_TRUE(heard.prack.empty());
  sip::wire::reply(transaction, 486, {}, {{}, {}, {}});
  nta_incoming_destroy(transaction);
}

// ---- large requests ----

TEST_F(Sofia, ALargeRequestThatNamesItsListenerNeverMovesToTcp_SoThatItIsOursToDecide_R179) {
  ASSERT_EQ(sip::wire::add_listener(agent_, "sip:127.0.0.1:*;transport=tcp", "stream"), 0);
  nta_agent_set_params(agent_, NTATAG_UDP_MTU(1300), TAG_END());
  nta_outgoing_t* made = send_invite(peer_.host_port(), "z9hG4bK-s0-big", std::string(3000, 'x'));
  ASSERT_TRUE(until([&] { return count("INVITE") > 0; }));
  EXPECT_NE(peer_.got.front().header("Via").find("/UDP "), std::string::npos);
  nta_outgoing_destroy(made);
}

TEST_F(Sofia, AServerTransactionLetGoWithoutAFinalResponseSends500) {
  nta_incoming_t* transaction = receive_invite({});
  ASSERT_NE(transaction, nullptr);
  nta_incoming_destroy(transaction);
  EXPECT_TRUE(until([&] { return count_status(500, "INVITE") > 0; }));
}

// ---- what else we lean on ----

TEST_F(Sofia, AFinalResponseThatTheLibraryMadesUpIsToldApart_Timeout) {
  nta_outgoing_t* transaction = invite();
  ASSERT_TRUE(until([&] { return !heard.responses.empty(); }));
  EXPECT_EQ(heard.responses, std::vector<int>{-408});
  EXPECT_GT(count("INVITE"), 3u);
  nta_outgoing_destroy(transaction);
}

TEST_F(Sofia, AClosedPortFailsAnInviteAtOnce) {
  std::string nobody;
  { nobody = RawPeer(Transport::Udp, "127.0.0.1").host_port(); }
  nta_outgoing_t* transaction = send_invite(nobody, "z9hG4bK-s0-one");
  ASSERT_TRUE(until([&] { return !heard.responses.empty(); }));
  EXPECT_EQ(heard.responses, std::vector<int>{-503});
  nta_outgoing_destroy(transaction);
}

TEST_F(Sofia, ABranchOfOursIsUsed) {
  nta_outgoing_t* transaction = invite();
  EXPECT_EQ(invite_.param("Via", "branch"), "z9hG4bK-s0-one");
  answer(180, "t");
  ASSERT_TRUE(until([&] { return !heard.responses.empty(); }));
  sip::wire::cancel(transaction, {});
  ASSERT_TRUE(until([&] { return count("CANCEL") > 0; }));
  EXPECT_EQ(peer_.got.back().param("Via", "branch"), "z9hG4bK-s0-one");
  answer(487, "t");
  run(50ms);
  nta_outgoing_destroy(transaction);
}

TEST_F(Sofia, RequestsOutsideADialogComeWithoutATransaction_SoSilenceIsPossible) {
  peer_.send(Message{}.text(peer_), bound_);
  ASSERT_TRUE(until([&] { return heard.stateless.size() == 1; }));
  run(300ms);  // timer N1 would send 100 after 200 ms
  EXPECT_TRUE(peer_.got.empty());
  peer_.send(Message{}.text(peer_), bound_);  // and a repetition is a new one
  EXPECT_TRUE(until([&] { return heard.stateless.size() == 2; }));
}

TEST_F(Sofia, ARepeatedInviteIsAnsweredFromItsTransactionOnceItHasOne) {
  nta_incoming_t* transaction = receive_invite({});
  ASSERT_NE(transaction, nullptr);
  sip::wire::reply(transaction, 180, {}, {{}, {}, {}});
  ASSERT_TRUE(until([&] { return count_status(180, "INVITE") == 1; }));
  peer_.send(Message{}.text(peer_), bound_);
  EXPECT_TRUE(until([&] { return count_status(180, "INVITE") == 2; }));
  EXPECT_EQ(heard.stateless.size(), 1u);
  sip::wire::reply(transaction, 480, {}, {{}, {}, {}});
  nta_incoming_destroy(transaction);
}

TEST_F(Sofia, AMergedInviteIsAnswered482OnceThereIsATransaction_RFC3261_8_2_2_2) {
  nta_incoming_t* transaction = receive_invite({});
  ASSERT_NE(transaction, nullptr);
  Message merged;
  merged.branch = "z9hG4bKother";
  peer_.send(merged.text(peer_), bound_);
  EXPECT_TRUE(until([&] { return count_status(482, "INVITE") > 0; }));
  sip::wire::reply(transaction, 480, {}, {{}, {}, {}});
  nta_incoming_destroy(transaction);
}

TEST_F(Sofia, AnAckOfAStatelessAnswerComesBackToUsWithoutATransaction) {
  Message request;
  peer_.send(request.text(peer_), bound_);
  ASSERT_TRUE(until([&] { return heard.messages.size() == 1; }));
  sip::wire::reply_stateless(agent_, std::exchange(heard.messages[0], nullptr), tport_primaries(nta_agent_tports(agent_)), 407,
                             {}, {{}, "Proxy-Authenticate: Digest realm=\"a\", nonce=\"1\"\r\n", {}});
  ASSERT_TRUE(until([&] { return count_status(407, "INVITE") == 1; }));
  const Received challenge = peer_.got.back();
  EXPECT_EQ(challenge.header("Proxy-Authenticate"), "Digest realm=\"a\", nonce=\"1\"");
  EXPECT_FALSE(challenge.param("To", "tag").empty());
  Message ack = request;
  ack.method = "ACK";
  ack.to = challenge.header("To");
  peer_.send(ack.text(peer_), bound_);
  ASSERT_TRUE(until([&] { return heard.stateless.size() == 2; }));
  EXPECT_EQ(heard.stateless[1], "ACK");
}

TEST_F(Sofia, ADialogIsNotFoundByARequestWithoutAToTag) {
  nta_incoming_t* transaction = receive_invite({});
  ASSERT_NE(transaction, nullptr);
  Message again;  // the same caller, the same Call-ID, the next CSeq, no To tag: not for our dialog
  again.cseq = 2;
  again.branch = "z9hG4bKsecond";
  peer_.send(again.text(peer_), bound_);
  EXPECT_TRUE(until([&] { return heard.stateless.size() == 2; }));
  sip::wire::reply(transaction, 480, {}, {{}, {}, {}});
  nta_incoming_destroy(transaction);
}

TEST_F(Sofia, OurFunctionBindsTheSockets) {
  const std::uint64_t before = sip::bind_hook_calls();
  EXPECT_TRUE(sip::hooks_are_in_place());
  ASSERT_EQ(sip::wire::add_listener(agent_, "sip:127.0.0.1:*;transport=tcp", "tcp4"), 0);
  EXPECT_EQ(sip::bind_hook_calls(), before + 1);
}

TEST_F(Sofia, TheHeadersOfARequestKeepTheirText) {
  Message message;
  message.headers = "X-Fold: one\r\n  two\r\nSupported: timer,  100rel\r\nX-Odd:   spaced \r\n";
  peer_.send(message.text(peer_), bound_);
  ASSERT_TRUE(until([&] { return heard.messages.size() == 1; }));
  const sip_t* sip = sip_object(heard.messages[0]);
  std::string all;
  for (auto* h = reinterpret_cast<const sip_header_t*>(sip->sip_request); h;
       h = reinterpret_cast<const sip_header_t*>(h->sh_succ))
    if (h->sh_data) all.append(static_cast<const char*>(h->sh_data), h->sh_len);
  EXPECT_NE(all.find("X-Fold: one\r\n  two\r\n"), std::string::npos);
  EXPECT_NE(all.find("Supported: timer,  100rel\r\n"), std::string::npos);
  EXPECT_NE(all.find("X-Odd:   spaced \r\n"), std::string::npos);
}

}  // namespace
}  // namespace tandem::contract

// A board between a scripted stack, media engine, resolver and record writer, on a clock that only the test moves.
#pragma once

#include <gtest/gtest.h>

#include "support/fake_neighbours.hpp"
#include "tandem/switchboard/board.hpp"

namespace tandem::switchboard {
using test::FakeMedia;
using test::FakeRecords;
using test::FakeResolver;
using test::FakeStack;

inline constexpr char kSdp[] =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";

inline config::Target target(std::string address) {
  config::Target row;
  row.name = address;
  row.address = *SocketAddress::parse(address);
  row.uri.host = row.address.ip.print();
  row.uri.port = row.address.port;
  row.priority = static_cast<std::uint16_t>(row.address.port);  // in order of port
  return row;
}

inline config::Config two_target_config() {
  config::Config config;
  config.node_name = "first-snapshot";
  config.listeners.push_back({});
  config.listeners.back().name = "udp";
  config::AccessGroup pbx;
  pbx.name = "pbx";
  pbx.ips.push_back(*Cidr::parse("192.0.2.10"));
  config.access_groups.push_back(pbx);
  config::AccessGroup phones;
  phones.name = "phones";
  config::Credential bob;
  bob.user = "bob";
  bob.password = Secret("secret");
  phones.credentials.push_back(bob);
  config.access_groups.push_back(phones);
  config::Trunk acme;
  acme.name = "acme";
  acme.termination.emplace();
  acme.termination->domains = {"acme.example"};
  acme.termination->access = {"pbx", "phones"};
  acme.termination->caller_id.allowed = {config::CallerIdAllowed::Any};
  config.trunks.push_back(acme);
  config::Carrier north;
  north.name = "north";
  north.prefixes = {""};
  north.sources.push_back(*Cidr::parse("192.0.2.20"));
  north.targets = {target("192.0.2.20:5060"), target("192.0.2.20:5070")};
  config.carriers.push_back(north);
  return config;
}

class BoardTest : public ::testing::Test {
 protected:
  BoardTest() { move_clock(std::chrono::milliseconds(0)); }

  static std::shared_ptr<const trunk::Directory> directory(config::Config config) {
    return trunk::build_directory(std::make_shared<const config::Config>(std::move(config)));
  }
  void move_clock(Duration by) {
    now_ += by;
    wall_ += std::chrono::duration_cast<std::chrono::microseconds>(by);
    board_->set_time(now_, wall_);
    board_->settle();
  }
  void arrives(message::Request request, std::string source = "192.0.2.10:5060") {
    sip::Arrival arrival;
    arrival.id = sip::ArrivalId{next_arrival_++, 1};
    arrival.request = std::move(request);
    arrival.source = *SocketAddress::parse(source);
    arrival.listener = "udp";
    board_->on_arrival(std::move(arrival));
    board_->settle();
  }
  static message::Request invite(std::string user = "+12025550123") {
    message::Request request;
    request.method = "INVITE";
    request.uri = *message::parse_uri("sip:" + user + "@acme.example");
    request.headers.add("Max-Forwards", "70");
    request.headers.add("From", "<sip:+12025550100@acme.example>;tag=a");
    request.headers.add("To", "<sip:" + user + "@acme.example>");
    request.headers.add("Call-ID", "abc");
    request.headers.add("CSeq", "1 INVITE");
    request.headers.add("Contact", "<sip:pbx@192.0.2.10>");
    request.headers.add("Content-Type", "application/sdp");
    request.body = kSdp;
    return request;
  }
  void happens(CallId call, call::Event event) {
    board_->on_event(call, std::move(event));
    board_->settle();
  }
  void hear_from_media_and_records() {
    board_->take_media_news();
    board_->settle();
    board_->take_record_news();
    board_->settle();
  }
  static call::Answered answer(int status, std::string sdp = {}, std::uint16_t leg = 1) {
    call::Answered answered;
    answered.leg = call::LegId{leg};
    answered.status = status;
    answered.to_tag = "b";
    answered.body.sdp = std::move(sdp);
    return answered;
  }
  CallId connected_call() {
    arrives(invite());
    const CallId call = stack_.adopted.back();
    happens(call, answer(180));
    happens(call, answer(200, kSdp));
    happens(call, call::Acked{});
    return call;
  }
  void hangs_up(CallId call) {
    happens(call, call::ByeReceived{call::kLegA, call::RequestId{7}, {}});
    happens(call, call::ByeFinished{call::LegId{1}, 200});
    hear_from_media_and_records();
  }

  FakeStack stack_;
  FakeMedia media_;
  FakeRecords records_;
  FakeResolver resolver_;
  std::unique_ptr<Board> board_ =
      make_board({stack_, media_, records_, &resolver_}, directory(two_target_config()), Random(1));
  Instant now_{std::chrono::seconds(1000)};
  WallTime wall_{std::chrono::seconds(1'700'000'000)};
  std::uint32_t next_arrival_ = 1;
};

}  // namespace tandem::switchboard

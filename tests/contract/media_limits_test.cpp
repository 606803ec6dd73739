// What runs out, and what is left behind: ports, descriptors, mailboxes.
#include <sys/resource.h>

#include "contract/media_peers.hpp"
#include "media/engine.hpp"

namespace tandem::media {
namespace {

TEST_F(MediaRelay, PortsRunOutCleanly_R027) {
  engine_.reset();
  start(settings_for(23000, 23007));
  Peer squatter("127.0.0.77", 23003);
  auto opened = engine_->open();
  ASSERT_TRUE(opened);
  const auto refused = engine_->open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), OpenError::PortsExhausted);
  EXPECT_EQ(engine_->stats().sessions, 1U);
  EXPECT_EQ(engine_->stats().ports_in_use, 4U) << "the pair that could be had was given back";
  for (const std::uint16_t port : {opened->towards_a.rtp_port, opened->towards_b.rtp_port}) EXPECT_NE(port, 23002);
  id_ = opened->id;
  close();
  EXPECT_EQ(engine_->stats().ports_in_use, 0U);
  EXPECT_TRUE(engine_->open());
}

TEST_F(MediaRelay, DescriptorsRunOutCleanly) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  auto first = engine_->open();
  ASSERT_TRUE(first);
  const std::size_t descriptors = open_descriptors();
  const int next = ::dup(STDERR_FILENO);
  ::close(next);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(next) + 3;  // room for three of the next four sockets
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  const auto refused = engine_->open();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), OpenError::DescriptorsExhausted);
  EXPECT_EQ(open_descriptors(), descriptors);
  EXPECT_EQ(engine_->stats().ports_in_use, 4U);
  EXPECT_TRUE(engine_->open());
}

TEST_F(MediaRelay, AFullMailboxRefusesTheCallAndLeavesNothingBehind) {
  const auto engine = start_media(settings_for(24000, 24099), EngineLimits{.orders_waiting = 0});
  ASSERT_TRUE(engine);
  const std::size_t descriptors = open_descriptors();
  const auto refused = (*engine)->open();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), OpenError::MailboxFull);
  EXPECT_EQ((*engine)->stats().sessions, 0U);
  EXPECT_EQ((*engine)->stats().ports_in_use, 0U);
  EXPECT_EQ(open_descriptors(), descriptors);
}

TEST_F(MediaRelay, PathsAndReleasesFitIntoAFullMailbox) {
  engine_.reset();
  auto started = start_media(settings_for(23000, 23999), EngineLimits{.orders_waiting = 1});
  ASSERT_TRUE(started);
  engine_ = std::move(*started);
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  auto opened = engine_->open();
  ASSERT_TRUE(opened);
  id_ = opened->id;
  for (int i = 0; i < 100; ++i) engine_->connect(id_, path_between(a, b));
  close();
  EXPECT_EQ(engine_->stats().sessions, 0U);
}

TEST_F(MediaRelay, TwoHundredSessionsLeaveNothingBehind) {
  const std::size_t descriptors = open_descriptors();
  std::vector<MediaSessionId> ids;
  Peer a("127.0.0.10");
  Peer b("127.0.0.20");
  for (int i = 0; i < 200; ++i) {
    auto opened = engine_->open();
    ASSERT_TRUE(opened);
    engine_->connect(opened->id, path_between(a, b));
    ids.push_back(opened->id);
  }
  EXPECT_EQ(engine_->stats().sessions, 200U);
  EXPECT_EQ(engine_->stats().ports_in_use, 800U);
  for (const MediaSessionId id : ids) {
    engine_->close(id);
    engine_->close(id);  // twice is once
  }
  std::size_t closed = 0;
  EXPECT_TRUE(hear([&](const MediaEvent& event) {
    closed += std::holds_alternative<SessionClosed>(event) ? 1 : 0;
    return closed == 200;
  }));
  EXPECT_EQ(engine_->stats().sessions, 0U);
  EXPECT_EQ(engine_->stats().ports_in_use, 0U);
  EXPECT_EQ(open_descriptors(), descriptors + 2) << "the two peers of this test";
  engine_->connect(ids.front(), path_between(a, b));  // stale: ignored
  engine_->close(ids.front());
}

TEST(MediaStart, RefusesWithOneSentenceWhatCannotWork) {
  config::MediaSettings settings = settings_for(23000, 23999);
  settings.address = *IpAddress::parse("192.0.2.1");  // not ours (RFC 5737)
  const auto wrong_address = start_media(settings);
  ASSERT_FALSE(wrong_address);
  EXPECT_NE(wrong_address.error().find("media.address 192.0.2.1"), std::string::npos);
  const auto no_ports = start_media(settings_for(23000, 23002));
  ASSERT_FALSE(no_ports);
  EXPECT_NE(no_ports.error().find("media.ports"), std::string::npos);
}

TEST(MediaStart, AnEngineWithSessionsEndsWithoutThem) {
  const std::size_t descriptors = open_descriptors();
  {
    auto engine = start_media(settings_for(23000, 23999));
    ASSERT_TRUE(engine);
    for (int i = 0; i < 10; ++i) ASSERT_TRUE((*engine)->open());
  }
  EXPECT_EQ(open_descriptors(), descriptors);
}

}  // namespace
}  // namespace tandem::media

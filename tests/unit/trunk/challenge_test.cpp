// Digest as the one who asks. R-049 to R-054, RFC 7616, RFC 8760.
#include <gtest/gtest.h>

#include "unit/trunk/world.hpp"

namespace tandem::trunk::test {
namespace {

std::vector<message::DigestChallenge> parsed(const Challenge& made) {
  std::vector<message::DigestChallenge> all;
  for (const message::Header& header : made.headers)
    all.push_back(message::parse_challenge(header.value).value());
  return all;
}

/// A world that wants digest, the INVITE that was challenged, and the same with bob's right answer.
struct Login {
  World world = World::with_digest();
  Invite bare;
  Invite answered;

  explicit Login(World made = World::with_digest(), const std::string& name = "bob",
                 const std::string& password = "secret")
      : world(std::move(made)) {
    const Decision first = world.decide(bare);
    if (const Challenge* made_challenge = challenge(first)) {
      answered = answer(bare, *made_challenge, name, password, world.random);
    } else {
      ADD_FAILURE() << explain(first);
    }
  }
  /// The answer with one thing changed; the response fits the change.
  template <class Change>
  Decision with(Change change) {
    message::DigestCredentials credentials = credentials_of(answered);
    change(credentials);
    return world.decide(with_credentials(answered, sign(credentials, "secret")));
  }
};

TEST(Digest407, InviteChallengeInviteAdmission_R049) {
  Login login;
  const Decision first = login.world.decide(login.bare);
  ASSERT_TRUE(challenge(first));
  EXPECT_EQ(challenge(first)->status, 407);
  EXPECT_EQ(challenge(first)->reason, Reason::AuthRequired);
  EXPECT_EQ(challenge(first)->headers[0].name, "Proxy-Authenticate");
  const Decision second = login.world.decide(login.answered);
  ASSERT_TRUE(admission(second)) << explain(second);
  EXPECT_EQ(admission(second)->user, "bob");
}

TEST(Digest407, OrThe401Form_R049) {
  World world = World::with_digest();
  world.config.trunks[0].termination->challenge.status = 401;
  const Decision first = world.decide(Invite{});
  ASSERT_TRUE(challenge(first));
  EXPECT_EQ(challenge(first)->status, 401);
  EXPECT_EQ(challenge(first)->headers[0].name, "WWW-Authenticate");
  EXPECT_TRUE(admission(Login(world).world.decide(Login(world).answered)));
}

TEST(Digest407, RealmIsTheHostUsed_R050) {
  World world = World::with_digest();
  world.config.trunks[0].termination->domains = {"acme.sip.example", "acme.eu1.sip.example"};
  for (const std::string host : {"acme.sip.example", "acme.eu1.sip.example"}) {
    Invite invite;
    invite.host = host;
    const Decision first = world.decide(invite);
    ASSERT_TRUE(challenge(first)) << explain(first);
    for (const auto& value : parsed(*challenge(first))) EXPECT_EQ(value.realm, host);
    EXPECT_TRUE(admission(world.decide(answer(invite, *challenge(first), "bob", "secret", world.random))));
  }
}

TEST(Digest407, RealmMayBeFixed_R050) {
  World world = World::with_digest();
  world.config.trunks[0].termination->challenge.realm_rule = config::RealmRule::Fixed;
  world.config.trunks[0].termination->challenge.realm = "tandem";
  EXPECT_EQ(parsed(*challenge(world.decide(Invite{})))[0].realm, "tandem");
  world.config.access_groups[0].realm = "the-groups-own";
  EXPECT_EQ(parsed(*challenge(world.decide(Invite{})))[0].realm, "the-groups-own");
}

TEST(Digest407, AResponseForAnotherRealmIsRejected_R050) {
  Login login;
  message::DigestCredentials credentials = credentials_of(login.answered);
  const std::string right = credentials.realm;
  credentials.realm = "other.example";
  const Decision named = login.world.decide(with_credentials(login.answered, sign(credentials, "secret")));
  ASSERT_TRUE(challenge(named)) << explain(named);
  EXPECT_EQ(challenge(named)->reason, Reason::AuthWrongRealm);
  credentials = sign(credentials, "secret");
  credentials.realm = right;  // says the right realm, was computed for another
  const Decision disguised = login.world.decide(with_credentials(login.answered, credentials));
  ASSERT_TRUE(refusal(disguised)) << explain(disguised);
  EXPECT_EQ(refusal(disguised)->reason, Reason::AuthWrongPassword);
}

TEST(Digest407, CredentialsForOtherRealmsBesideOursAreLeftAside_R050) {
  Login login;
  message::DigestCredentials other = credentials_of(login.answered);
  other.realm = "other.example";
  Invite invite = login.bare.with("Proxy-Authorization", message::print(other));
  invite.headers.push_back(login.answered.headers.back());
  const Decision decision = login.world.decide(invite);
  EXPECT_TRUE(admission(decision)) << explain(decision);
}

TEST(Digest407, HashesAloneAnswer_R050_R052) {
  for (const DigestAlgorithm algorithm :
       {DigestAlgorithm::Md5, DigestAlgorithm::Sha256, DigestAlgorithm::Sha512_256}) {
    World world = World::with_digest();
    world.config.access_groups[0].realm = "acme.sip.example";
    world.config.access_groups[0].credentials = {
        hashed_user("bob", "acme.sip.example", "secret", {algorithm})};
    world.config.trunks[0].termination->challenge.algorithms = {
        DigestAlgorithm::Sha512_256, DigestAlgorithm::Sha256, DigestAlgorithm::Md5};
    const Decision first = world.decide(Invite{});
    ASSERT_TRUE(challenge(first)) << explain(first);
    ASSERT_EQ(challenge(first)->headers.size(), 1U) << "only what some credential can answer is offered";
    EXPECT_EQ(parsed(*challenge(first))[0].algorithm, config::to_string(algorithm));
    Login login(world);
    const Decision second = login.world.decide(login.answered);
    EXPECT_TRUE(admission(second)) << explain(second);
    Login wrong(world, "bob", "guess");
    EXPECT_EQ(reason_of(wrong.world.decide(wrong.answered)), Reason::AuthWrongPassword);
  }
}

TEST(Digest407, HashesDoNotAnswerForTheHostUsed_R050) {
  World world = World::with_digest();
  world.config.access_groups[0].credentials = {
      hashed_user("bob", "acme.sip.example", "secret", {DigestAlgorithm::Md5, DigestAlgorithm::Sha256})};
  const Decision decision = world.decide(Invite{});
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::AuthAlgorithmNotOffered);
}

TEST(Digest407, AUserWithoutTheHashOfAnOfferedAlgorithmIsRefused_R050) {
  World world = World::with_digest();
  world.config.access_groups[0].realm = "r";
  world.config.access_groups[0].credentials = {hashed_user("bob", "r", "secret", {DigestAlgorithm::Md5}),
                                               user("carol", "secret")};
  Login login(world);  // answers SHA-256, which carol can
  const Decision decision = login.world.decide(login.answered);
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::AuthAlgorithmNotOffered);
  EXPECT_EQ(refusal(decision)->detail, "user 'bob' has no HA1 for SHA-256");
}

TEST(Digest407, OneHeaderAnAlgorithmInTheConfiguredOrder_R052) {
  World world = World::with_digest();
  world.config.trunks[0].termination->challenge.algorithms = {
      DigestAlgorithm::Sha256, DigestAlgorithm::Sha512_256, DigestAlgorithm::Md5};
  const auto all = parsed(*challenge(world.decide(Invite{})));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].algorithm, "SHA-256");
  EXPECT_EQ(all[1].algorithm, "SHA-512-256");
  EXPECT_EQ(all[2].algorithm, "MD5");
  for (const auto& value : all) {
    EXPECT_EQ(value.qop, std::vector<std::string>{"auth"});
    EXPECT_EQ(value.realm, "acme.sip.example");
    EXPECT_FALSE(value.stale);
  }
}

TEST(Digest407, TheOrderHoldsOverGroups_R052) {
  World world = World::with_digest();
  world.config.access_groups[0].realm = "r";
  world.config.access_groups[0].credentials = {hashed_user("bob", "r", "secret", {DigestAlgorithm::Md5})};
  world.group("second", {}, {hashed_user("eve", "r", "x", {DigestAlgorithm::Sha256})}).realm = "r";
  world.config.trunks[0].termination->access.push_back("second");
  const auto all = parsed(*challenge(world.decide(Invite{})));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].algorithm, "SHA-256");
  EXPECT_EQ(all[1].algorithm, "MD5");
}

TEST(Digest407, GroupsWithRealmsOfTheirOwnAreOfferedEach_R050) {
  World world = World::with_digest();
  world.config.trunks[0].termination->challenge.algorithms = {DigestAlgorithm::Md5};
  world.config.access_groups[0].realm = "one";
  world.group("second", {}, {user("eve", "evening")}).realm = "two";
  world.config.trunks[0].termination->access.push_back("second");
  const Decision first = world.decide(Invite{});
  const auto all = parsed(*challenge(first));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].realm, "one");
  EXPECT_EQ(all[1].realm, "two");
  Challenge second_only = *challenge(first);
  second_only.headers.erase(second_only.headers.begin());
  EXPECT_TRUE(admission(world.decide(answer(Invite{}, second_only, "eve", "evening", world.random))));
  const Decision crossed = world.decide(answer(Invite{}, second_only, "bob", "secret", world.random));
  EXPECT_EQ(reason_of(crossed), Reason::AuthUnknownUser) << explain(crossed);
}

TEST(Digest407, AtMostFourRealmsAreOffered) {
  World world = World::with_digest();
  world.config.trunks[0].termination->challenge.algorithms = {DigestAlgorithm::Md5};
  for (int i = 0; i < 6; ++i) {
    world.group("g" + std::to_string(i), {}, {user("u", "p")}).realm = "realm" + std::to_string(i);
    world.config.trunks[0].termination->access.push_back("g" + std::to_string(i));
  }
  EXPECT_EQ(challenge(world.decide(Invite{}))->headers.size(), 4U);
}

TEST(Digest407, AnyOfferedAlgorithmIsTaken_R052) {
  for (const DigestAlgorithm algorithm : {DigestAlgorithm::Md5, DigestAlgorithm::Sha256}) {
    Login login;
    const Decision decision = login.with(
        [&](auto& credentials) { credentials.algorithm = std::string(config::to_string(algorithm)); });
    EXPECT_TRUE(admission(decision)) << explain(decision);
  }
  Login login;
  EXPECT_TRUE(admission(login.with([](auto& credentials) { credentials.algorithm.clear(); })))
      << "no algorithm is MD5 (R-051)";
}

TEST(Digest407, AnAlgorithmThatWasNotOfferedIsRefused_R052) {
  Login login;
  const Decision decision = login.with([](auto& credentials) { credentials.algorithm = "SHA-512-256"; });
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::AuthAlgorithmNotOffered);
  EXPECT_EQ(refusal(decision)->status, 403);
  message::DigestCredentials odd = credentials_of(login.answered);
  odd.algorithm = "SHA3-256";
  EXPECT_EQ(reason_of(login.world.decide(with_credentials(login.answered, odd))),
            Reason::AuthAlgorithmNotOffered);
}

TEST(Digest407, WrongPassword) {
  Login login(World::with_digest(), "bob", "guess");
  const Decision decision = login.world.decide(login.answered);
  ASSERT_TRUE(refusal(decision)) << explain(decision);
  EXPECT_EQ(refusal(decision)->reason, Reason::AuthWrongPassword);
  EXPECT_EQ(refusal(decision)->status, 403);
  EXPECT_EQ(refusal(decision)->trunk, "acme");
}

TEST(Digest407, AStrangerCannotTellAWrongUserFromAWrongPassword) {
  Login user_login(World::with_digest(), "nobody", "secret");
  Login password_login(World::with_digest(), "bob", "guess");
  const Decision by_user = user_login.world.decide(user_login.answered);
  const Decision by_password = password_login.world.decide(password_login.answered);
  ASSERT_TRUE(refusal(by_user));
  ASSERT_TRUE(refusal(by_password));
  EXPECT_EQ(refusal(by_user)->reason, Reason::AuthUnknownUser) << "the log knows";
  EXPECT_EQ(refusal(by_user)->status, refusal(by_password)->status);
  EXPECT_EQ(refusal(by_user)->headers, refusal(by_password)->headers);
  EXPECT_FALSE(refusal(by_user)->identified);
  EXPECT_FALSE(refusal(by_password)->identified);
}

TEST(Digest407, AListedPeerHearsWhichItWas) {
  World world = World::with_digest();
  world.config.access_groups[0].ips = {*Cidr::parse("127.0.0.10")};
  Login login(world, "nobody", "secret");
  const Decision decision = login.world.decide(login.answered);
  ASSERT_TRUE(refusal(decision));
  EXPECT_EQ(refusal(decision)->reason, Reason::AuthUnknownUser);
  EXPECT_TRUE(refusal(decision)->identified);
  EXPECT_FALSE(header(refusal(decision)->headers, "Reason")) << "the call room writes it, from the reason";
}

TEST(Digest407, AStaleNonceIsChallengedAgainWithStale_R054) {
  Login login;
  login.world.now += login.world.config.limits.nonce_lifetime - std::chrono::microseconds(1);
  EXPECT_TRUE(admission(login.world.decide(login.answered))) << "to the last microsecond";
  login.world.now += std::chrono::microseconds(1);
  const Decision decision = login.world.decide(login.answered);
  ASSERT_TRUE(challenge(decision)) << explain(decision);
  EXPECT_EQ(challenge(decision)->reason, Reason::AuthStale);
  for (const auto& value : parsed(*challenge(decision))) EXPECT_TRUE(value.stale);
  const Decision again =
      login.world.decide(answer(login.bare, *challenge(decision), "bob", "secret", login.world.random));
  EXPECT_TRUE(admission(again)) << explain(again);
}

TEST(Digest407, AWrongPasswordWithAStaleNonceIsWrong_R054) {
  Login login(World::with_digest(), "bob", "guess");
  login.world.now += std::chrono::hours(1);
  EXPECT_EQ(reason_of(login.world.decide(login.answered)), Reason::AuthWrongPassword)
      << "stale=true would promise that the password was right (RFC 7616 section 3.3)";
}

TEST(Digest407, NoncesOfAnotherKeyAreStale_R054) {
  Login login;
  login.world.key.octets.fill(0x11);  // a restart
  EXPECT_EQ(reason_of(login.world.decide(login.answered)), Reason::AuthStale);
}

TEST(Digest407, ForgedNoncesAreStale_R054) {
  Login login;
  const std::string nonce = credentials_of(login.answered).nonce;
  for (std::size_t i = 0; i < nonce.size(); ++i) {
    const Decision decision = login.with([&](auto& c) { c.nonce[i] = c.nonce[i] == '0' ? '1' : '0'; });
    EXPECT_EQ(reason_of(decision), Reason::AuthStale) << i;
  }
  for (const std::string& forged :
       {std::string(), nonce.substr(1), nonce + "0", std::string(nonce.size(), 'g')}) {
    EXPECT_EQ(reason_of(login.with([&](auto& c) { c.nonce = forged; })), Reason::AuthStale) << forged;
  }
}

TEST(Digest407, ANonceIsBoundToItsRealm_R050) {
  World world = World::with_digest();
  world.config.trunks[0].termination->domains = {"acme.sip.example", "acme.eu1.sip.example"};
  Login login(world);
  Invite elsewhere = login.answered;
  elsewhere.host = "acme.eu1.sip.example";
  message::DigestCredentials moved = credentials_of(elsewhere);
  moved.realm = elsewhere.host;
  moved.uri = "sip:+12128675309@" + elsewhere.host;
  EXPECT_EQ(reason_of(world.decide(with_credentials(elsewhere, sign(moved, "secret")))), Reason::AuthStale);
}

TEST(Digest407, NoncesDifferWithinOneMicrosecond_R054) {
  World world = World::with_digest();
  const auto first = parsed(*challenge(world.decide(Invite{})));
  const auto second = parsed(*challenge(world.decide(Invite{})));
  EXPECT_NE(first[0].nonce, second[0].nonce) << "their counts are kept apart by the nonce";
}

TEST(Digest407, ANonceFromTheFutureIsStale_R054) {
  Login login;
  login.world.now -= std::chrono::seconds(4);
  EXPECT_TRUE(admission(login.world.decide(login.answered))) << "a clock set back a little";
  login.world.now -= std::chrono::seconds(2);
  EXPECT_EQ(reason_of(login.world.decide(login.answered)), Reason::AuthStale);
}

TEST(Digest407, TheNonceUseIsReturnedForTheLedger_R054) {
  Login login;
  const Decision decision = login.with([](auto& c) { c.nc = 9; });
  ASSERT_TRUE(admission(decision)) << explain(decision);
  ASSERT_TRUE(admission(decision)->nonce_use);
  EXPECT_EQ(admission(decision)->nonce_use->nonce, credentials_of(login.answered).nonce);
  EXPECT_EQ(admission(decision)->nonce_use->count, 9U);
  EXPECT_EQ(admission(decision)->nonce_use->expires,
            login.world.now + login.world.config.limits.nonce_lifetime);
}

TEST(Digest407, AReplayIsChallengedAgain_R054) {
  Login login;
  login.world.usage.nonce_count_refused = true;
  const Decision decision = login.world.decide(login.answered);
  ASSERT_TRUE(challenge(decision)) << explain(decision);
  EXPECT_EQ(challenge(decision)->reason, Reason::AuthReplay);
  EXPECT_TRUE(parsed(*challenge(decision))[0].stale);
}

TEST(Digest407, WithoutQopTheNonceIsGoodForOneUse_R054) {
  Login login;
  const Decision decision = login.with([](auto& c) {
    c.qop.clear();
    c.cnonce.clear();
    c.nc.reset();
  });
  ASSERT_TRUE(admission(decision)) << explain(decision);
  ASSERT_TRUE(admission(decision)->nonce_use);
  EXPECT_EQ(admission(decision)->nonce_use->count, 0U);
}

TEST(Digest407, MalformedCredentialsAreNamed_R033) {
  Login login;
  const auto spoiled = [&](auto change) { return reason_of(login.with(change)); };
  EXPECT_EQ(spoiled([](auto& c) { c.qop = "auth-int"; }), Reason::AuthMalformed);
  EXPECT_EQ(spoiled([](auto& c) { c.nc.reset(); }), Reason::AuthMalformed);
  EXPECT_EQ(spoiled([](auto& c) { c.nc = 0; }), Reason::AuthMalformed);
  EXPECT_EQ(spoiled([](auto& c) { c.cnonce.clear(); }), Reason::AuthMalformed);
  EXPECT_EQ(spoiled([](auto& c) { c.uri = "garbage"; }), Reason::AuthMalformed);
  for (const char* text : {"Digest", "Digest realm=", "Basic Ym9iOnNlY3JldA==", "\"", ""}) {
    const Decision decision = login.world.decide(login.bare.with("Proxy-Authorization", text));
    EXPECT_EQ(reason_of(decision), Reason::AuthMalformed) << text << "\n" << explain(decision);
    ASSERT_TRUE(refusal(decision));
    EXPECT_EQ(refusal(decision)->status, 400);
  }
}

TEST(Digest407, TheDigestUriIsTheRequestUri_R050) {
  Login login;
  const auto with_uri = [&](const char* uri) { return reason_of(login.with([&](auto& c) { c.uri = uri; })); };
  EXPECT_EQ(with_uri("sip:+12128675309@acme.sip.example:5060"), Reason::None)
      << "ports and parameters may differ";
  EXPECT_EQ(with_uri("sip:+12128675309@ACME.sip.example;user=phone"), Reason::None);
  EXPECT_EQ(with_uri("sip:+19005550000@acme.sip.example"), Reason::AuthMalformed)
      << "a copied header dials nothing else";
  EXPECT_EQ(with_uri("sip:+12128675309@zeta.sip.example"), Reason::AuthMalformed);
  EXPECT_EQ(with_uri("sip:acme.sip.example"), Reason::None) << "the server, not a number";
  EXPECT_EQ(with_uri("sip:127.0.0.1:5060"), Reason::None) << "as SIPp writes it";
  EXPECT_EQ(with_uri("sip:zeta.sip.example"), Reason::AuthMalformed);
  EXPECT_EQ(with_uri("sip:+19005550000@127.0.0.1"), Reason::AuthMalformed);
  EXPECT_EQ(with_uri("tel:+19005550000"), Reason::AuthMalformed);
}

TEST(Digest407, TheMethodIsPartOfTheResponse) {
  Login login;
  const auto other = sign(credentials_of(login.answered), "secret", "REGISTER");
  EXPECT_EQ(reason_of(login.world.decide(with_credentials(login.answered, other))),
            Reason::AuthWrongPassword);
}

TEST(Digest407, AUserInTwoGroupsHasEitherPassword) {
  World world = World::with_digest();
  world.group("second", {}, {user("bob", "other")});
  world.config.trunks[0].termination->access.push_back("second");
  for (const char* password : {"secret", "other"}) {
    Login login(world, "bob", password);
    EXPECT_TRUE(admission(login.world.decide(login.answered))) << password;
  }
}

TEST(Digest407, NinthCredentialsAreNotLookedAt) {
  Login login;
  message::DigestCredentials other = credentials_of(login.answered);
  other.realm = "other.example";
  Invite invite = login.bare;
  for (int i = 0; i < 8; ++i) invite = invite.with("Proxy-Authorization", message::print(other));
  invite.headers.push_back(login.answered.headers.back());
  EXPECT_EQ(reason_of(login.world.decide(invite)), Reason::AuthWrongRealm);
  invite.headers.erase(invite.headers.begin());
  EXPECT_TRUE(admission(login.world.decide(invite)));
}

}  // namespace
}  // namespace tandem::trunk::test

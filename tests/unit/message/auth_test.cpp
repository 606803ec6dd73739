// Digest challenges and credentials as text. RFC 7616, RFC 8760, RFC 3261 §22.4 and §25.1.
#include "tandem/message/auth.hpp"

#include <gtest/gtest.h>

#include "tandem/message/limits.hpp"

namespace tandem::message {
namespace {

DigestChallenge challenge_of(std::string_view text) {
  auto challenge = parse_challenge(text);
  EXPECT_TRUE(challenge) << text << ": " << (challenge ? "" : challenge.error().what);
  return challenge ? std::move(*challenge) : DigestChallenge{};
}
DigestCredentials credentials_of(std::string_view text) {
  auto credentials = parse_credentials(text);
  EXPECT_TRUE(credentials) << text << ": " << (credentials ? "" : credentials.error().what);
  return credentials ? std::move(*credentials) : DigestCredentials{};
}
std::string challenge_error(std::string_view text) {
  const auto challenge = parse_challenge(text);
  return challenge ? "parsed as " + print(*challenge) : challenge.error().what;
}
std::string credentials_error(std::string_view text) {
  const auto credentials = parse_credentials(text);
  return credentials ? "parsed as " + print(*credentials) : credentials.error().what;
}

const char* const kCredentials =
    "Digest username=\"hq1\", realm=\"acme.example\", nonce=\"84a4cc6f\", uri=\"sip:+1212@acme.example\", "
    "response=\"7587245234b3434cc3412213e5f113a5\", algorithm=SHA-256, cnonce=\"0a4f113b\", opaque=\"5ccc\", "
    "qop=auth, nc=00000001";

TEST(Challenge, PrintsAlgorithmBareAndQopQuoted) {
  DigestChallenge challenge;
  challenge.realm = "acme.example";
  challenge.nonce = "84a4cc6f";
  challenge.algorithm = "SHA-256";
  challenge.qop = {"auth", "auth-int"};
  EXPECT_EQ(print(challenge),
            "Digest realm=\"acme.example\", nonce=\"84a4cc6f\", algorithm=SHA-256, qop=\"auth,auth-int\"");
  challenge.stale = true;
  challenge.opaque = "a\"b\\c";
  EXPECT_EQ(print(challenge),
            "Digest realm=\"acme.example\", nonce=\"84a4cc6f\", opaque=\"a\\\"b\\\\c\", stale=true, "
            "algorithm=SHA-256, qop=\"auth,auth-int\"");
  EXPECT_EQ(challenge_of(print(challenge)), challenge);
}

TEST(Challenge, ReadsWhatPeersWrite) {
  const DigestChallenge challenge = challenge_of(
      "DIGEST  qop=\"auth , auth-int,,token\" ,Realm = \"at, "
      "lanta\",domain=\"sip:x\",NONCE=\"f84f\",opaque=\"\",stale=TRUE,"
      "algorithm=\"MD5\",unknown=1");
  EXPECT_EQ(challenge.realm, "at, lanta");
  EXPECT_EQ(challenge.nonce, "f84f");
  EXPECT_EQ(challenge.opaque, "");
  EXPECT_TRUE(challenge.stale);
  EXPECT_EQ(challenge.algorithm, "MD5");
  EXPECT_EQ(challenge.qop, (std::vector<std::string>{"auth", "auth-int", "token"}));
}

TEST(Challenge, WithoutOptionalPartsIsMd5OfOld) {
  const DigestChallenge challenge = challenge_of("Digest realm=\"x\", nonce=\"y\"");
  EXPECT_TRUE(challenge.algorithm.empty());
  EXPECT_TRUE(challenge.qop.empty());
  EXPECT_FALSE(challenge.stale);
  EXPECT_FALSE(challenge_of("Digest realm=\"x\", nonce=\"y\", stale=false").stale);
}

TEST(Challenge, OtherSchemesArePassedOver) {
  EXPECT_EQ(challenge_of("Basic realm=\"b\", Digest realm=\"d\", nonce=\"n\"").realm, "d");
  EXPECT_EQ(challenge_of("Digest realm=\"d\", nonce=\"n\", Basic realm=\"b\"").realm, "d");
  EXPECT_EQ(challenge_of("Digest realm=\"d\", nonce=\"n\", Digest realm=\"e\", nonce=\"m\"").realm, "d");
}

TEST(Challenge, ErrorsNameThePart) {
  struct Row {
    const char* text;
    const char* what;
  };
  const Row rows[] = {
      {"", "auth: no scheme"},
      {"\"x\"", "auth: no scheme"},
      {"Basic realm=\"x\"", "auth: scheme 'Basic' is not Digest"},
      {"Basic realm=\"x\", NTLM a=b", "auth: scheme 'NTLM' is not Digest"},
      {"Basic", "auth: scheme 'Basic' is not Digest"},
      {"Digest=x", "auth: no space after the scheme"},
      {"Digest", "auth: no realm"},
      {"Digest ", "auth: no realm"},
      {"Digest nonce=\"y\"", "auth: no realm"},
      {"Digest realm=\"x\"", "auth: no nonce"},
      {"Digest realm=\"x\", nonce=\"y\", nonce=\"z\"", "auth: parameter 'nonce' twice"},
      {"Digest realm=\"x\" nonce=\"y\"", "auth: no comma between parameters"},
      {"Digest realm=\"x\", nonce=\"y", "auth: quoted string without its closing quote"},
      {"Digest realm=\"x\", nonce=", "auth: no value for 'nonce'"},
      {"Digest realm=\"x\", nonce=@", "auth: no value for 'nonce'"},
      {"Digest realm=\"x\", nonce", "auth: no '=' after 'nonce'"},
      {"Digest realm=\"x\",", "auth: parameter without a name"},
      {"Digest realm=\"x\",, nonce=\"y\"", "auth: parameter without a name"},
      {"Digest realm=\"x\", nonce=\"y\", algorithm=\"M D\"", "auth: algorithm is not a token"},
      {"Digest realm=\"x\", nonce=\"y\", qop=\"a b\"", "auth: qop option 'a b' is not a token"},
  };
  for (const Row& row : rows) EXPECT_EQ(challenge_error(row.text), row.what) << row.text;
}

TEST(Credentials, ParsesAndPrintsTheSame) {
  const DigestCredentials credentials = credentials_of(kCredentials);
  EXPECT_EQ(credentials.username, "hq1");
  EXPECT_EQ(credentials.realm, "acme.example");
  EXPECT_EQ(credentials.nonce, "84a4cc6f");
  EXPECT_EQ(credentials.uri, "sip:+1212@acme.example");
  EXPECT_EQ(credentials.response, "7587245234b3434cc3412213e5f113a5");
  EXPECT_EQ(credentials.algorithm, "SHA-256");
  EXPECT_EQ(credentials.cnonce, "0a4f113b");
  EXPECT_EQ(credentials.opaque, "5ccc");
  EXPECT_EQ(credentials.qop, "auth");
  EXPECT_EQ(credentials.nc, 1U);
  EXPECT_EQ(print(credentials), kCredentials);
}

TEST(Credentials, WithoutQopAreThoseOfRfc2069) {
  const char* const text =
      "Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"00ff\"";
  EXPECT_EQ(print(credentials_of(text)), text);
  EXPECT_EQ(credentials_of(text).nc, std::nullopt);
}

TEST(Credentials, QuotesAroundTokensAreTolerated) {
  const DigestCredentials credentials = credentials_of(
      "Digest "
      "username=\"u\",realm=\"r\",nonce=\"n\",uri=\"sip:x\",response=\"00ff\",algorithm=\"MD5\",qop=\"auth\","
      "nc=\"0000000A\",cnonce=\"\"");
  EXPECT_EQ(credentials.qop, "auth");
  EXPECT_EQ(credentials.nc, 10U);
  EXPECT_EQ(print(credentials),
            "Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"00ff\", "
            "algorithm=MD5, cnonce=\"\", qop=auth, nc=0000000a");
}

TEST(Credentials, NonceCountIsEightHexDigits) {
  DigestCredentials credentials = credentials_of(kCredentials);
  for (std::uint32_t count : {0U, 1U, 0x12345678U, 0xffffffffU}) {
    credentials.nc = count;
    EXPECT_EQ(credentials_of(print(credentials)).nc, count);
  }
}

TEST(Credentials, AHostileUserNameStaysInItsQuotes) {
  DigestCredentials credentials = credentials_of(kCredentials);
  credentials.username = "a\", realm=\"evil\\";
  EXPECT_EQ(credentials_of(print(credentials)), credentials);
}

TEST(Credentials, ErrorsNameThePart) {
  const std::string base =
      "Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"00ff\"";
  struct Row {
    std::string text;
    const char* what;
  };
  const Row rows[] = {
      {"", "auth: no scheme"},
      {"Basic dXNlcjpwYXNz", "auth: no '=' after 'dXNlcjpwYXNz'"},
      {"Basic a=b", "auth: scheme 'Basic' is not Digest"},
      {"Digest realm=\"r\"", "auth: no username"},
      {"Digest username*=UTF-8''u, realm=\"r\"", "auth: username* is not supported, username is"},
      {"Digest username=\"u\"", "auth: no realm"},
      {"Digest username=\"u\", realm=\"r\"", "auth: no nonce"},
      {"Digest username=\"u\", realm=\"r\", nonce=\"n\"", "auth: no uri"},
      {"Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:x\"", "auth: no response"},
      {"Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"00FF\"",
       "auth: response is not lower-case hex"},
      {base + ", algorithm=\"M D5\"", "auth: algorithm is not a token"},
      {base + ", qop=\"a,b\", cnonce=\"c\", nc=00000001", "auth: qop is not a token"},
      {base + ", qop=auth, nc=00000001", "auth: qop without cnonce and nc"},
      {base + ", qop=auth, cnonce=\"c\"", "auth: qop without cnonce and nc"},
      {base + ", nc=1", "auth: nc is not eight hex digits"},
      {base + ", nc=0000000g", "auth: nc is not eight hex digits"},
      {base + ", nc=000000001", "auth: nc is not eight hex digits"},
      {base + ", username=\"v\"", "auth: parameter 'username' twice"},
      {base + ", Basic realm=\"b\"", "auth: a second scheme in one value (RFC 3261 §7.3.1)"},
  };
  for (const Row& row : rows) EXPECT_EQ(credentials_error(row.text), row.what) << row.text;
}

TEST(Auth, ParametersHaveALimit) {
  std::string text = "Digest realm=\"r\", nonce=\"n\"";
  for (std::size_t i = 2; i < kMaxParams; ++i) text += ", p" + std::to_string(i) + "=x";
  EXPECT_EQ(challenge_of(text).realm, "r");
  EXPECT_EQ(challenge_error(text + ", more=x"), "auth: more than 64 parameters");
}

TEST(Auth, LengthHasALimit) {
  const std::string text(kMaxMessageSize + 1, 'a');
  EXPECT_EQ(challenge_error(text), "auth: longer than 65536 octets");
  EXPECT_EQ(credentials_error(text), "auth: longer than 65536 octets");
}

}  // namespace
}  // namespace tandem::message

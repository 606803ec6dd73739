// Headers: order kept, names without regard to case or compact form. RFC 3261 §7.3.
#include <gtest/gtest.h>

#include "tandem/message/message.hpp"

namespace tandem::message {
namespace {

Headers sample() {
  Headers headers;
  headers.add("Via", "SIP/2.0/UDP a");
  headers.add("f", "<sip:alice@example.com>");
  headers.add("v", "SIP/2.0/UDP b");
  headers.add("X-Site", "1");
  return headers;
}

TEST(Headers, NamesKnowCaseAndCompactForms) {
  EXPECT_TRUE(same_header("From", "FROM"));
  EXPECT_TRUE(same_header("f", "From"));
  EXPECT_TRUE(same_header("From", "F"));
  EXPECT_TRUE(same_header("f", "F"));
  EXPECT_FALSE(same_header("f", "t"));
  EXPECT_FALSE(same_header("f", "Via"));
  EXPECT_FALSE(same_header("From", "Form"));
  EXPECT_FALSE(same_header("z", "From"));
  EXPECT_FALSE(same_header("", "From"));
}

TEST(Headers, EveryCompactForm) {
  const std::pair<const char*, const char*> forms[] = {{"a", "Accept-Contact"},
                                                       {"b", "Referred-By"},
                                                       {"c", "Content-Type"},
                                                       {"d", "Request-Disposition"},
                                                       {"e", "Content-Encoding"},
                                                       {"f", "From"},
                                                       {"i", "Call-ID"},
                                                       {"j", "Reject-Contact"},
                                                       {"k", "Supported"},
                                                       {"l", "Content-Length"},
                                                       {"m", "Contact"},
                                                       {"n", "Identity-Info"},
                                                       {"o", "Event"},
                                                       {"r", "Refer-To"},
                                                       {"s", "Subject"},
                                                       {"t", "To"},
                                                       {"u", "Allow-Events"},
                                                       {"v", "Via"},
                                                       {"x", "Session-Expires"},
                                                       {"y", "Identity"}};
  for (const auto& [compact, name] : forms) {
    EXPECT_TRUE(same_header(compact, name)) << name;
    for (const auto& [other, other_name] : forms)
      EXPECT_EQ(same_header(compact, other_name), name == other_name);
  }
}

TEST(Headers, FindGivesTheFirst) {
  const Headers headers = sample();
  ASSERT_NE(headers.find("via"), nullptr);
  EXPECT_EQ(*headers.find("via"), "SIP/2.0/UDP a");
  EXPECT_EQ(headers.find("To"), nullptr);
  EXPECT_TRUE(headers.has("from"));
  EXPECT_FALSE(headers.has("to"));
}

TEST(Headers, AllKeepsTheOrder) {
  EXPECT_EQ(sample().all("Via"), (std::vector<std::string_view>{"SIP/2.0/UDP a", "SIP/2.0/UDP b"}));
  EXPECT_TRUE(sample().all("To").empty());
}

TEST(Headers, SetReplacesTheFirstAndDropsTheRest) {
  Headers headers = sample();
  headers.set("Via", "new");
  EXPECT_EQ(headers.rows(),
            (std::vector<Header>{{"Via", "new"}, {"f", "<sip:alice@example.com>"}, {"X-Site", "1"}}));
  headers.set("From", "other");
  EXPECT_EQ(headers.rows()[1], (Header{"From", "other"}));
  headers.set("To", "added");
  EXPECT_EQ(headers.rows().back(), (Header{"To", "added"}));
}

TEST(Headers, RemoveTakesAll) {
  Headers headers = sample();
  headers.remove("VIA");
  EXPECT_EQ(headers.rows(), (std::vector<Header>{{"f", "<sip:alice@example.com>"}, {"X-Site", "1"}}));
  headers.remove("nothing");
  EXPECT_EQ(headers.rows().size(), 2U);
}

TEST(StatusPhrase, KnowsWhatItSends) {
  EXPECT_EQ(status_phrase(100), "Trying");
  EXPECT_EQ(status_phrase(200), "OK");
  EXPECT_EQ(status_phrase(407), "Proxy Authentication Required");
  EXPECT_EQ(status_phrase(487), "Request Terminated");
  EXPECT_EQ(status_phrase(503), "Service Unavailable");
  EXPECT_EQ(status_phrase(603), "Decline");
  EXPECT_EQ(status_phrase(499), "Unknown");
}

}  // namespace
}  // namespace tandem::message

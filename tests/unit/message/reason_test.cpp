// The Reason header. RFC 3326, RFC 6432.
#include <gtest/gtest.h>

#include "tandem/message/auth.hpp"
#include "tandem/message/limits.hpp"

namespace tandem::message {
namespace {

TEST(Reason, ParsesTheFirstOfAList) {
  const ReasonValue terminated{"Q.850", 16, "Terminated"};
  EXPECT_EQ(parse_reason("Q.850;cause=16;text=\"Terminated\""), terminated);
  EXPECT_EQ(parse_reason(" Q.850 ; text = \"Terminated\" ; cause = 16 "), terminated);
  EXPECT_EQ(parse_reason("Q.850;cause=16;text=\"Terminated\",SIP;cause=200"), terminated);
  EXPECT_EQ(parse_reason("Q.850;cause=16;text=\"Terminated\";location=LN"), terminated);
  EXPECT_EQ(parse_reason("SIP;cause=200;text=\"Call completed, elsewhere\""),
            (ReasonValue{"SIP", 200, "Call completed, elsewhere"}));
  EXPECT_EQ(parse_reason("preemption"), (ReasonValue{"preemption", 0, ""}));
}

TEST(Reason, WhatIsNotOneIsNothing) {
  for (const char* text :
       {"", " ", ";cause=16", "Q.850;cause=x", "Q.850;cause", "Q.850;cause=", "Q.850;cause=1000",
        "Q.850;cause=-1", "Q.850 cause=16", "Q.850;cause=16;text=\"open", "Q.850;cause=16;cause=17"})
    EXPECT_EQ(parse_reason(text), std::nullopt) << text;
  EXPECT_EQ(parse_reason(std::string(kMaxMessageSize + 1, 'a')), std::nullopt);
}

TEST(Reason, PrintsWhatItParses) {
  const ReasonValue refused{"Q.850", 21, "cli_not_owned"};
  EXPECT_EQ(print(refused), "Q.850;cause=21;text=\"cli_not_owned\"");
  EXPECT_EQ(parse_reason(print(refused)), refused);
  EXPECT_EQ(print(ReasonValue{"SIP", 0, ""}), "SIP");
  const ReasonValue quoted{"SIP", 480, "say \"no\" \\ here"};
  EXPECT_EQ(parse_reason(print(quoted)), quoted);
  EXPECT_EQ(print(ReasonValue{"SIP", 480, "a\r\nX-Injected: 1"}), "SIP;cause=480;text=\"a  X-Injected: 1\"");
}

}  // namespace
}  // namespace tandem::message

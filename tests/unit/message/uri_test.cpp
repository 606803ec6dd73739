#include "tandem/message/uri.hpp"

#include <gtest/gtest.h>

namespace tandem::message {
namespace {
TEST(Uri, Basic) {
  auto uri = parse_uri("sip:+12128675309@acme.example:5070;transport=tcp?X-Site=1");
  ASSERT_TRUE(uri) << uri.error().what;
  EXPECT_EQ(print(*uri), "sip:+12128675309@acme.example:5070;transport=tcp?X-Site=1");
}
}  // namespace
}  // namespace tandem::message

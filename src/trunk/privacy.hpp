// What a caller asks with Privacy. RFC 3323 §4.2, RFC 3325 §9.3, RFC 7044 §10.1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/message/message.hpp"

namespace tandem::trunk {

enum class Presentation : std::uint8_t { Allowed, Restricted };

struct PrivacyWish {
  std::vector<std::string> values;  ///< lower case, in order, each once
  bool has(std::string_view value) const;
};

PrivacyWish read_privacy(const message::Headers&);
PrivacyWish parse_privacy(std::string_view);

/// Whether the called party may not learn who calls: "id" keeps the asserted identity from it, "user" asks
/// that From and the display name say nothing. "header" and "session" are about Via, Contact and media
/// addresses, which a B2BUA replaces in every call, and "history" about History-Info, which does not cross:
/// they are granted without hiding the number.
bool hides_caller(const PrivacyWish&);

/// Values that we do not know how to grant, joined by "; ". A caller that adds "critical" would rather have
/// no call than one without them.
std::string not_granted(const PrivacyWish&);

/// The Privacy value that goes on, `id` in it where the presentation is restricted: what was granted here is
/// taken out (RFC 3323 §5), what the next element must still do stays.
std::string privacy_to_pass(const PrivacyWish&, Presentation);

/// For the record: what was asked, and "id" where the presentation is restricted without it.
std::string privacy_for_record(const PrivacyWish&, Presentation);

}  // namespace tandem::trunk

// The daemon's answers and the reasons, as a person reads them.
#pragma once

#include <string>
#include <string_view>

namespace tandem::tandemctl {

struct Told {
  int status = 0;    ///< exit status
  std::string text;  ///< for standard output where status is 0, else for standard error
};

/// answer: one line of the admin socket. Any octets give a Told.
Told tell_answer(std::string_view verb, std::string_view answer);
/// The status alone: 0 where the daemon said "ok".
int status_of(std::string_view answer);
Told tell_reason(std::string_view code);

}  // namespace tandem::tandemctl

// From a command line to an INVITE and where it came from.
#pragma once

#include <string>
#include <string_view>

#include "tandem/base/expected.hpp"
#include "tandem/config/config.hpp"
#include "tandem/tandemctl/explain.hpp"
#include "tandemctl/options.hpp"

namespace tandem::tandemctl {

/// The INVITE of a file's text. The error says what is wrong with the file or the options, and the cure.
Expected<Question, std::string> question_from_text(std::string_view text, const ExplainOptions&,
                                                   const config::Config&, WallTime now);
/// An INVITE as a PBX of the trunk, or as the carrier, would send it, with an offer of G.711.
Expected<Question, std::string> question_from_numbers(const ExplainOptions&, const config::Config&,
                                                      WallTime now);

}  // namespace tandem::tandemctl

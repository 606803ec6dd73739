// What a peer may grow a message to; beyond it a text is refused with an error that names the limit.
#pragma once

#include <cstddef>

namespace tandem::message {

inline constexpr std::size_t kMaxMessageSize = 65536;  ///< octets, also of any single value that is parsed
inline constexpr std::size_t kMaxHeaders = 256;        ///< beside Content-Length
inline constexpr std::size_t kMaxParams = 64;     ///< of one URI, one address, one challenge; also headers of one URI
inline constexpr std::size_t kMaxListItems = 64;  ///< addresses in one comma-joined value

}  // namespace tandem::message

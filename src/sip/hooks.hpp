// Some of the library's exported functions, defined again in our program. The library calls them through its PLT and is not
// linked with -Bsymbolic, so ours win. They are the only way to socket options that it has no tag for, to know of each
// stream connection (its public functions cannot list them all), to read a stream in portions, to the
// fork that it ends by itself (forks.cpp), and to what it does before a message reaches us (inlet.cpp).
#pragma once

#include <cstddef>
#include <cstdint>

namespace tandem::sip {

/// Octets read from a stream at a time. The library reads all that has come at once and holds it against the largest message:
/// a burst of small ones above that size would be a 413 and the end of the connection.
inline constexpr std::size_t kStreamPortion = 16384;

/// Times that our definition bound a socket in this process. Zero after a bind means that the library passes us by.
std::uint64_t bind_hook_calls();
/// True when the program's own symbols come before the library's, and the library's can be found behind them.
bool hooks_are_in_place();
/// The same for those of inlet.cpp.
bool inlet_is_in_place();

}  // namespace tandem::sip

// The hosts file, read once at start: nothing on the signalling thread opens a file.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tandem/base/address.hpp"
#include "tandem/base/expected.hpp"

namespace tandem::dns {

/// Host name, lower case, to its addresses in the file's order.
using Hosts = std::unordered_map<std::string, std::vector<IpAddress>>;

/// hosts(5): an address and its names a line, # begins a comment. Lines of another form are left out, as the
/// system's own resolver does.
Hosts parse_hosts(std::string_view text);
/// An absent file is an empty one.
Expected<Hosts, std::string> read_hosts(const std::string& path);

}  // namespace tandem::dns

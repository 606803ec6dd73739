#include "dns/hosts.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "dns/records.hpp"
#include "tandem/base/text.hpp"

namespace tandem::dns {

namespace {

/// The words of a line without its comment.
std::vector<std::string_view> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  while (!(line = trim(line)).empty()) {
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  return words;
}

}  // namespace

Hosts parse_hosts(std::string_view text) {
  Hosts hosts;
  for (const std::string_view line : split(text, '\n')) {
    const auto words = words_of(line);
    const auto ip = words.empty() ? std::nullopt : IpAddress::parse(words.front());
    if (!ip) continue;
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto name = normalise_host(words[i]);
      if (!name) continue;
      auto& addresses = hosts[*name];
      if (std::find(addresses.begin(), addresses.end(), *ip) == addresses.end()) addresses.push_back(*ip);
    }
  }
  return hosts;
}

Expected<Hosts, std::string> read_hosts(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT) return Hosts{};
    return unexpected("hosts file " + path + ": " + std::strerror(errno));
  }
  std::string text;
  std::getline(file, text, '\0');  // an iterator would throw where the path is a folder
  if (file.bad()) return unexpected("hosts file " + path + " cannot be read");
  return parse_hosts(text);
}

}  // namespace tandem::dns

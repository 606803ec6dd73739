// Short words for tests of load_texts().
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tandem/config/load.hpp"

namespace tandem::config {

/// What every configuration needs, so that a test can speak of something else.
inline const std::string kNode = R"(
listeners: [{name: udp, transport: udp, address: "127.0.0.1:5060"}]
media: {address: 127.0.0.1}
)";

/// A group, for trunks that need one.
inline const std::string kGroup = R"(
access_groups: {hq: {ips: [192.0.2.1], credentials: [{user: pbx, ha1: {MD5: "0123456789abcdef0123456789abcdef"}}]}}
)";

inline Loaded load_beside_node(const std::string& text) { return load_texts({{"a.yaml", text}, {"node.yaml", kNode}}); }
inline Loaded load_beside_group(const std::string& text) {
  return load_texts({{"a.yaml", text}, {"node.yaml", kNode + kGroup}});
}

inline std::string print_all(const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& finding : findings) out += print(finding) + "\n";
  return out;
}

inline std::vector<Finding> of(Severity severity, const Loaded& loaded) {
  std::vector<Finding> out;
  for (const auto& finding : loaded.findings) {
    if (finding.severity == severity) out.push_back(finding);
  }
  return out;
}

}  // namespace tandem::config

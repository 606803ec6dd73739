// The effective configuration as YAML.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tandem/config/config.hpp"

namespace tandem::config {

/// Every key with its value, defaults and the presets of profiles among them, as YAML that load() reads to
/// the same configuration. Secrets are withheld: a password is `{withheld: "***"}`, a hash is "***", and
/// load() refuses both until the real ones are written, because stars would be a password that works. With a
/// trunk: that trunk, its account, access groups and numbers, and the edges, domains and nodes of the
/// service; beside a file with 'listeners' and 'media' it loads. Empty where no trunk has the name.
std::string show(const Config& config, std::optional<std::string_view> trunk = std::nullopt);

}  // namespace tandem::config

// Making the listening socket and its file.
#pragma once

#include <sys/stat.h>

#include <string>

#include "tandem/base/expected.hpp"
#include "tandem/base/unique_fd.hpp"

namespace tandem::control {

struct ListeningSocket {
  UniqueFd fd;
  std::string path;
  struct stat file {};  ///< of the file that we made, so that only that one is removed
};

/// The error is one sentence with the cure.
Expected<ListeningSocket, std::string> listen_at(const std::string& path);
/// Removes the file, unless another daemon has put its own there.
void remove_file(const ListeningSocket&);

}  // namespace tandem::control

#include "cdr/record_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string_view>

namespace tandem::cdr {
namespace {

std::string failure(std::string_view operation, const std::string& path, int error) {
  std::string text = std::string(operation) + " " + path + ": " + std::strerror(error);
  if (error == ENOENT) text += " (the folder must exist: tandemd makes none)";
  if (error == EACCES) text += " (it must be writable for the user that runs tandemd)";
  return text;
}

/// A process that was killed, or a machine that lost power, may leave half a line: the next one must not be glued to it.
void end_torn_line(int fd, const std::string& path, off_t size) {
  if (size <= 0) return;
  const UniqueFd reader = UniqueFd::adopt(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  char last = '\n';
  if (!reader || ::pread(reader.borrow(), &last, 1, size - 1) != 1 || last == '\n') return;
  [[maybe_unused]] const ssize_t ignored = ::write(fd, "\n", 1);
}

bool is_regular(int fd, off_t& size) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return false;
  size = status.st_size;
  return S_ISREG(status.st_mode);
}

}  // namespace

Expected<RecordFile, std::string> RecordFile::open(const std::string& path) {
  RecordFile file;
  file.path_ = path.empty() ? "standard output" : path;
  off_t size = 0;
  if (path.empty()) {
    file.fd_ = STDOUT_FILENO;
    file.regular_ = is_regular(STDOUT_FILENO, size);
    return file;
  }
  file.owned_ = UniqueFd::adopt(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0640));
  if (!file.owned_) return unexpected(failure("open", path, errno));
  file.fd_ = file.owned_.borrow();
  file.regular_ = is_regular(file.fd_, size);
  if (file.regular_) end_torn_line(file.fd_, path, size);
  return file;
}

std::string RecordFile::reopen() {
  if (!owned_) return {};
  auto fresh = open(path_);
  if (!fresh) return fresh.error();
  *this = std::move(*fresh);
  return {};
}

RecordFile::Outcome RecordFile::write_some(std::string_view octets, std::size_t& written) {
  std::size_t length = octets.size() - written;
  // A pipe that has room for something has room for PIPE_BUF; more could block the thread in write(2) while it must stop.
  if (!regular_) {
    length = std::min<std::size_t>(length, PIPE_BUF);
    pollfd room{fd_, POLLOUT, 0};
    if (::poll(&room, 1, 0) == 0) return Outcome::WouldBlock;
  }
  const ssize_t count = ::write(fd_, octets.data() + written, length);
  if (count == 0) return Outcome::WouldBlock;
  if (count > 0) {
    written += static_cast<std::size_t>(count);
    return Outcome::Written;
  }
  if (errno == EINTR || errno == EAGAIN) return Outcome::WouldBlock;
  error_ = errno;
  return Outcome::Failed;
}

}  // namespace tandem::cdr

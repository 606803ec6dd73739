// Bounds-checked reading and writing of network-order fields.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

namespace tandem {

/// Reads from the front. After the first read past the end every read gives 0 and ok() is false.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::uint8_t> octets) : rest_(octets) {}
  bool ok() const { return ok_; }
  std::size_t remaining() const { return rest_.size(); }
  std::uint8_t u8() { return static_cast<std::uint8_t>(read(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(read(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(read(4)); }
  std::uint64_t u64() { return read(8); }
  std::span<const std::uint8_t> bytes(std::size_t count) {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  void skip(std::size_t count) { (void)bytes(count); }

 private:
  std::uint64_t read(std::size_t count) {
    auto taken = bytes(count);
    std::uint64_t value = 0;
    for (std::uint8_t octet : taken) value = (value << 8) | octet;
    return value;
  }
  std::span<const std::uint8_t> rest_;
  bool ok_ = true;
};

/// Writes to the front of a caller's buffer. After the first write past the end nothing is written and ok() is false.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<std::uint8_t> buffer) : buffer_(buffer) {}
  bool ok() const { return ok_; }
  std::size_t written() const { return written_; }
  void u8(std::uint8_t value) { write(value, 1); }
  void u16(std::uint16_t value) { write(value, 2); }
  void u32(std::uint32_t value) { write(value, 4); }
  void u64(std::uint64_t value) { write(value, 8); }
  void bytes(std::span<const std::uint8_t> octets) {
    if (!room(octets.size())) return;
    if (!octets.empty()) std::memcpy(buffer_.data() + written_, octets.data(), octets.size());
    written_ += octets.size();
  }

 private:
  bool room(std::size_t count) {
    if (!ok_ || buffer_.size() - written_ < count) ok_ = false;
    return ok_;
  }
  void write(std::uint64_t value, std::size_t count) {
    if (!room(count)) return;
    for (std::size_t i = 0; i < count; ++i)
      buffer_[written_ + i] = static_cast<std::uint8_t>(value >> (8 * (count - 1 - i)));
    written_ += count;
  }
  std::span<std::uint8_t> buffer_;
  std::size_t written_ = 0;
  bool ok_ = true;
};

}  // namespace tandem

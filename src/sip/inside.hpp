// Which stack the thread is inside of. The library's callbacks carry an id and no room for a stack; they only come while a
// member function of the stack that owns them is on the call stack below.
#pragma once

namespace tandem::sip {

class NtaStack;

class Inside {
 public:
  explicit Inside(NtaStack& stack) : before_(current_) { current_ = &stack; }
  ~Inside() { current_ = before_; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

  static NtaStack* current() { return current_; }

 private:
  static thread_local NtaStack* current_;
  NtaStack* before_;
};

}  // namespace tandem::sip

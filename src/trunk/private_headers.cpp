// Headers of the caller that go on as they came, and those that a customer made up: X-Something.
#include <algorithm>

#include "tandem/trunk/header_policy.hpp"
#include "trunk/draft.hpp"

namespace tandem::trunk {
namespace {

constexpr std::size_t kMaxLine = 1024;  // "name: value" without its CRLF
constexpr std::size_t kMaxName = 50;    // with its X-

bool is_token(std::string_view text) {  // RFC 3261 §25.1
  constexpr std::string_view kMarks = "-.!%*_+`'~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

/// No CR, LF, NUL: a value cannot begin a header of its own.
bool is_one_line(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

bool has_prefix(std::string_view name) { return name.size() > 2 && iequals(name.substr(0, 2), "x-"); }

bool holds(const std::vector<message::Header>& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const message::Header& header) { return iequals(header.name, name); });
}

class Sink {
 public:
  Sink(Draft& draft, const std::string& target) : draft_(draft), target_(target) {}

  /// Takes each header whose name nobody before it gave.
  void take(const std::vector<message::Header>& source) {
    const std::vector<message::Header> before = taken_;
    for (const message::Header& header : source) {
      const std::string name = has_prefix(header.name) ? header.name : "X-" + header.name;
      if (!holds(before, name)) keep({name, header.value});
    }
  }
  std::vector<message::Header>& taken() { return taken_; }

 private:
  void keep(message::Header header) {
    const char* fault = nullptr;
    if (!is_token(header.name)) fault = "its name is no token";
    if (header.name.size() > kMaxName) fault = "its name has more than 50 characters";
    if (header.name.size() + 2 + header.value.size() > kMaxLine) fault = "it has more than 1024 octets";
    if (!is_one_line(header.value)) fault = "its value holds control characters";
    if (fault == nullptr) {
      taken_.push_back(std::move(header));
    } else {
      draft_.note("header",
                  "target " + target_ + ": " + printable(header.name, 60) + " is left out: " + fault);
    }
  }

  Draft& draft_;
  const std::string& target_;
  std::vector<message::Header> taken_;
};

/// The caller's headers that stand on the list.
std::vector<message::Header> let_through(const Draft& draft, const std::vector<std::string>& list) {
  std::vector<message::Header> passed;
  if (draft.arrived == nullptr || list.empty()) return passed;
  for (const message::Header& header : draft.arrived->rows()) {
    // Whatever the list says, only private headers cross: a Route or an identity is never a customer's own.
    if (!has_prefix(header.name)) continue;
    const bool listed = std::any_of(list.begin(), list.end(), [&](const std::string& name) {
      return iequals(name, header.name) || (!has_prefix(name) && iequals("X-" + name, header.name));
    });
    // Who hides does so in every header.
    if (listed && !betrays(draft.journey.caller, header.value)) passed.push_back(header);
  }
  return passed;
}

}  // namespace

std::vector<const message::Header*> crossing_headers(const Inquiry& inquiry, const CallerIdentity& caller) {
  std::vector<const message::Header*> crossing;
  // Who hides does so in every header; a Subject may say a name where no digits betray it (RFC 3323 §4.1).
  if (caller.presentation == Presentation::Restricted) return crossing;
  for (const message::Header& header : inquiry.request().headers.rows()) {
    const bool too_long = header.name.size() + 2 + header.value.size() > kMaxLine;
    if (crosses(header.name) && !too_long && is_one_line(header.value)) crossing.push_back(&header);
  }
  return crossing;
}

void write_crossing_headers(const Draft& draft, const Forwarding& forwarding, PlannedTarget& planned) {
  for (const message::Header* header : draft.crossing) {
    const bool rewritten = forwarding.history_info && iequals(header->name, "History-Info");
    if (!rewritten) planned.headers.push_back(*header);
  }
}

void write_private_headers(Draft& draft, const config::Target& target, const config::Origination& origination,
                           PlannedTarget& planned) {
  if (target.headers.empty() && origination.headers.empty() && origination.pass_headers.empty()) return;
  Sink sink(draft, target.name);
  // What the customer configured is not the caller's to change, and the nearer setting counts.
  sink.take(target.headers);
  sink.take(origination.headers);
  sink.take(let_through(draft, origination.pass_headers));
  std::move(sink.taken().begin(), sink.taken().end(), std::back_inserter(planned.headers));
}

}  // namespace tandem::trunk

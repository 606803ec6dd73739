#include "values.hpp"

#include <algorithm>
#include <array>

#include "suggest.hpp"

namespace tandem::config {
namespace {

constexpr std::size_t kMaxName = 64;

Form text_form(std::string words, std::string pattern = {}) {
  Form form;
  form.words = std::move(words);
  form.pattern = std::move(pattern);
  return form;
}

std::string same(const std::string& text) { return text; }

/// Names go into logs, metrics, call records and quoted strings.
std::optional<std::string> read_name(Reader& reader, const Place& place) {
  auto name = read_text(reader, place, "a name");
  if (!name) return std::nullopt;
  const bool is_bad =
      name->size() > kMaxName || trim(*name) != *name || name->find_first_of("\"\\\n\t") != std::string::npos;
  if (is_bad) {
    reader.error(place.node->at, "'" + printable(*name, 80) + "' is no name",
                 "1 to " + std::to_string(kMaxName) +
                     " characters without quotes, backslashes, or spaces at the ends");
    return std::nullopt;
  }
  return name;
}

std::string wrong_label(std::string_view label) {
  if (label.empty()) return "has an empty label";
  if (label.size() > 63) return "has a label longer than 63 characters";
  if (label.front() == '-' || label.back() == '-') return "has a label that begins or ends with '-'";
  for (const char c : label) {
    const bool is_fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (!is_fine) return std::string("has the character '") + printable(std::string_view(&c, 1)) + "'";
  }
  return {};
}

}  // namespace

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Position complaint(const Place& place) {
  return place.node->kind == Node::Kind::Null ? place.where : place.node->at;
}

std::string wrong_domain(std::string_view text) {
  if (text.size() > 253) return "is longer than 253 characters";
  for (const auto label : split(text, '.')) {
    if (auto wrong = wrong_label(label); !wrong.empty()) return wrong;
  }
  const auto dot = text.rfind('.');
  if (dot != std::string_view::npos && is_digits(text.substr(dot + 1)))
    return "ends in digits alone, as an address does";
  return {};
}

std::optional<std::string> read_text(Reader& reader, const Place& place, std::string_view expected,
                                     std::size_t most) {
  const auto& node = *place.node;
  if (!node.is_scalar()) {
    reader.error(complaint(place), expected_but_got(expected, node));
    return std::nullopt;
  }
  if (node.text.empty()) {
    reader.error(node.at, "expected " + std::string(expected) + ", got an empty text");
    return std::nullopt;
  }
  if (node.text.size() > most) {
    reader.error(node.at, "text longer than " + std::to_string(most) + " octets");
    return std::nullopt;
  }
  if (node.text.find_first_of("\r\n\t") != std::string::npos) {
    reader.error(node.at, "a line break or tab in " + std::string(expected));
    return std::nullopt;
  }
  if (find_bad_character(node.text).line != 0) {  // written as an escape: "\x01"
    reader.error(node.at, "a control character in " + std::string(expected));
    return std::nullopt;
  }
  return node.text;
}

std::optional<std::string> read_quoted(Reader& reader, const Place& place, std::string_view expected) {
  const auto& node = *place.node;
  if (node.kind == Node::Kind::Quoted && node.text.empty()) return std::string{};
  auto text = read_text(reader, place, expected);
  if (text && node.kind != Node::Kind::Quoted) {
    reader.error(
        node.at,
        std::string(expected) + " must be in quotes: other readers of YAML make another number of it",
        "write \"" + printable(*text, 40) + "\"");
    return std::nullopt;
  }
  return text;
}

Position position_inside(const Reader& reader, const Node& scalar, std::size_t octet) {
  const auto& source = reader.document().source;
  const auto line = source.line(scalar.octets.line);
  auto start = static_cast<std::size_t>(scalar.octets.column) - 1;
  if (start < line.size() && (line[start] == '"' || line[start] == '\'')) ++start;
  if (start > line.size() || line.substr(start, scalar.text.size()) != scalar.text) return scalar.at;
  return {scalar.at.line, source.character_column(scalar.at.line, static_cast<int>(start + octet) + 1)};
}

Value<std::string> text(std::string words, MayBeEmpty empty) {
  auto form = text_form(words);
  return {form,
          [words, empty](Reader& reader, const Place& place) -> std::optional<std::string> {
            const auto& node = *place.node;
            if (empty == MayBeEmpty::Yes && node.kind == Node::Kind::Quoted && node.text.empty())
              return std::string{};
            return read_text(reader, place, words);
          },
          same};
}

Value<std::string> name_of(NameKind kind) {
  return {text_form("name"),
          [kind](Reader& reader, const Place& place) -> std::optional<std::string> {
            auto name = read_name(reader, place);
            if (name) reader.names().define(kind, *name, reader.mark(place.node->at), reader.findings());
            return name;
          },
          same};
}

Value<std::string> reference_to(NameKind kind) {
  return {text_form(
              "name of " +
              std::string(kind == NameKind::AccessGroup || kind == NameKind::Account || kind == NameKind::Edge
                              ? "an "
                              : "a ") +
              std::string(to_string(kind))),
          [kind](Reader& reader, const Place& place) -> std::optional<std::string> {
            auto name = read_name(reader, place);
            if (name && kind == NameKind::Edge) name = to_lower(*name);
            if (name) reader.names().refer(kind, *name, reader.mark(place.node->at));
            return name;
          },
          same};
}

/// A host name or an address, in lower case; a finding otherwise.
std::optional<std::string> read_domain(Reader& reader, const Place& place) {
  const auto written = read_text(reader, place, "a domain name");
  if (!written) return std::nullopt;
  const auto domain = to_lower(*written);
  if (const auto ip = IpAddress::parse(domain)) return ip->print();
  const auto wrong = wrong_domain(domain);
  if (wrong.empty()) return domain;
  const bool has_port = domain.find(':') != std::string::npos;
  reader.error(place.node->at, "'" + printable(*written, 80) + "' is no domain name: it " + wrong,
               has_port ? "write the domain without a port" : "");
  return std::nullopt;
}

Value<std::string> domain_of(NameKind kind) {
  return {text_form("domain name"),
          [kind](Reader& reader, const Place& place) -> std::optional<std::string> {
            auto domain = read_domain(reader, place);
            if (domain) reader.names().define(kind, *domain, reader.mark(place.node->at), reader.findings());
            return domain;
          },
          same};
}

Value<std::string> host_name() {
  return {text_form("domain name"),
          [](Reader& reader, const Place& place) -> std::optional<std::string> {
            auto host = read_domain(reader, place);
            if (!host || !is_digits(*host)) return host;
            // RFC 3261 §25.1: in a URI the last label of a host begins with a letter.
            reader.error(place.node->at, "'" + *host + "' is no domain name: it is digits alone",
                         "write the name whole, or an address");
            return std::nullopt;
          },
          same};
}

Value<std::string> host_label() {
  return {text_form("label of a domain name"),
          [](Reader& reader, const Place& place) -> std::optional<std::string> {
            const auto written = read_text(reader, place, "a label of a domain name");
            if (!written) return std::nullopt;
            auto label = to_lower(*written);
            const auto wrong = wrong_label(label);
            if (wrong.empty()) return label;
            reader.error(place.node->at,
                         "'" + printable(*written, 80) + "' is no label of a domain name: it " + wrong,
                         "write one such as 'frankfurt' or 'eu1'");
            return std::nullopt;
          },
          same};
}

Value<std::string> edge_label() {
  auto value = host_label();
  value.read = [read = value.read](Reader& reader, const Place& place) {
    auto label = read(reader, place);
    if (label) reader.names().define(NameKind::Edge, *label, reader.mark(place.node->at), reader.findings());
    return label;
  };
  return value;
}

Value<bool> flag() {
  Form form;
  form.shape = Shape::Flag;
  form.words = "true or false";
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<bool> {
            const auto& node = *place.node;
            if (node.kind == Node::Kind::Plain && (node.text == "true" || node.text == "yes")) return true;
            if (node.kind == Node::Kind::Plain && (node.text == "false" || node.text == "no")) return false;
            const auto got =
                node.is_scalar() ? "'" + printable(node.text, 40) + "'" : std::string(describe(node));
            const bool is_quoted = node.kind == Node::Kind::Quoted;
            reader.error(complaint(place), "expected true or false, got " + got,
                         is_quoted ? "write it without quotes" : "");
            return std::nullopt;
          },
          [](const bool& value) { return std::string(value ? "true" : "false"); }};
}

Value<std::int64_t> integer(std::int64_t least, std::int64_t most) {
  Form form;
  form.shape = Shape::Integer;
  form.words = "number";
  form.least = least;
  form.most = most;
  return {form,
          [least, most](Reader& reader, const Place& place) -> std::optional<std::int64_t> {
            const auto& node = *place.node;
            const auto range = std::to_string(least) + " to " + std::to_string(most);
            if (node.kind != Node::Kind::Plain) {
              const auto got = node.is_scalar() ? "text in quotes" : std::string(describe(node));
              reader.error(complaint(place), "expected a number from " + range + ", got " + got);
              return std::nullopt;
            }
            if (is_digits(node.text) && node.text.size() > 1 && node.text.front() == '0') {
              reader.error(node.at, "a number with a leading zero: some readers of YAML take it as octal",
                           "write it without the zero");
              return std::nullopt;
            }
            const auto value = parse_decimal(node.text, static_cast<std::uint64_t>(most));
            if (!value || static_cast<std::int64_t>(*value) < least) {
              const bool is_number =
                  is_digits(node.text) || (node.text.starts_with('-') && is_digits(node.text.substr(1)));
              reader.error(node.at, is_number ? printable(node.text, 40) + " is not from " + range
                                              : "expected a number from " + range + ", got '" +
                                                    printable(node.text, 40) + "'");
              return std::nullopt;
            }
            return static_cast<std::int64_t>(*value);
          },
          [](const std::int64_t& value) { return std::to_string(value); }};
}

std::string print_duration(milliseconds value) {
  const auto count = value.count();
  if (count == 0) return "0s";
  if (count % 3'600'000 == 0) return std::to_string(count / 3'600'000) + "h";
  if (count % 60'000 == 0) return std::to_string(count / 60'000) + "m";
  if (count % 1000 == 0) return std::to_string(count / 1000) + "s";
  return std::to_string(count) + "ms";
}

Value<milliseconds> duration(milliseconds least, milliseconds most) {
  Form form = text_form("duration", "^[0-9]{1,9}(ms|s|m|h)$");
  form.least = least.count();
  form.most = most.count();
  return {form,
          [least, most](Reader& reader, const Place& place) -> std::optional<milliseconds> {
            const auto written = read_text(reader, place, "a duration");
            if (!written) return std::nullopt;
            const auto unit_at = std::min(written->find_first_not_of("0123456789"), written->size());
            const auto count = parse_decimal(std::string_view(*written).substr(0, unit_at), 999'999'999);
            const auto unit = written->substr(unit_at);
            constexpr std::array<std::pair<std::string_view, std::int64_t>, 4> kUnits{
                {{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
            const auto* known =
                std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& u) { return u.first == unit; });
            if (!count || known == kUnits.end()) {
              const bool has_no_unit = count && unit.empty();
              reader.error(place.node->at,
                           has_no_unit ? "a duration without a unit"
                                       : "'" + printable(*written, 40) + "' is no duration",
                           has_no_unit ? "write " + *written + "s or " + *written + "ms"
                                       : "write a whole number and ms, s, m or h: 250ms, 4s, 30m, 24h");
              return std::nullopt;
            }
            const milliseconds value{static_cast<std::int64_t>(*count) * known->second};
            if (value < least || value > most) {
              reader.error(place.node->at, printable(*written, 40) + " is not from " + print_duration(least) +
                                               " to " + print_duration(most));
              return std::nullopt;
            }
            return value;
          },
          [](const milliseconds& value) { return print_duration(value); }};
}

std::optional<std::size_t> read_choice(Reader& reader, const Place& place,
                                       const std::vector<std::string>& choices, std::string_view later) {
  std::string all;
  for (const auto& word : choices) all += (all.empty() ? "" : ", ") + word;
  const auto& node = *place.node;
  if (!node.is_scalar()) {
    reader.error(complaint(place), expected_but_got("one of " + all, node));
    return std::nullopt;
  }
  for (std::size_t i = 0; i < choices.size(); ++i) {
    if (iequals(choices[i], node.text)) return i;
  }
  std::string cure;
  for (const auto word : split(later, ' ')) {
    if (!word.empty() && word == node.text) cure = "'" + std::string(word) + "' comes later";
  }
  for (const auto& word : choices) {
    if (cure.empty() && is_close(to_lower(node.text), to_lower(word))) cure = did_you_mean(word);
  }
  reader.error(node.at, "expected one of " + all + ", got '" + printable(node.text, 40) + "'", cure);
  return std::nullopt;
}

std::string step_for(const Node& item, std::size_t index) {
  if (item.kind == Node::Kind::Map) {
    for (std::size_t i = 0; i + 1 < item.children.size(); i += 2) {
      const auto& key = *item.children[i];
      const auto& value = *item.children[i + 1];
      if (key.is_scalar() && (key.text == "name" || key.text == "number") && value.is_scalar()) {
        return "[" + printable(value.text, 64) + "]";
      }
    }
  }
  return "[" + std::to_string(index) + "]";
}

}  // namespace tandem::config

// Words of SIP and SDP: statuses, codecs, headers; and what a line carries.
#include <algorithm>
#include <array>

#include "private_header.hpp"
#include "suggest.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr std::array<std::string_view, 12> kCodecs{"PCMU", "PCMA", "G729",  "opus", "G722",   "G723",
                                                   "iLBC", "GSM",  "speex", "AMR",  "AMR-WB", "L16"};

std::string join(const std::vector<int>& numbers) {
  std::string out;
  for (const int number : numbers) out += (out.empty() ? "" : ", ") + std::to_string(number);
  return out;
}

/// "404" or "6xx" into the set; false when it is neither.
bool add_status(std::string_view text, StatusSet& set) {
  if (text.size() != 3 || text[0] < '3' || text[0] > '6') return false;
  if (iequals(text.substr(1), "xx")) {
    const auto digit = static_cast<std::uint8_t>(text[0] - '0');
    if (std::find(set.classes.begin(), set.classes.end(), digit) == set.classes.end())
      set.classes.push_back(digit);
    return true;
  }
  const auto status = parse_decimal(text, 699);
  if (!status) return false;
  const auto code = static_cast<std::uint16_t>(*status);
  const auto at = std::lower_bound(set.statuses.begin(), set.statuses.end(), code);
  if (at == set.statuses.end() || *at != code) set.statuses.insert(at, code);
  return true;
}

std::optional<StatusSet> read_status_set(Reader& reader, const Place& place) {
  const auto& node = *place.node;
  if (node.kind != Node::Kind::List) {
    reader.error(complaint(place), expected_but_got("a list of statuses", node), "write [404, 486, 6xx]");
    return std::nullopt;
  }
  StatusSet set;
  for (const auto* item : node.children) {
    if (item->is_scalar() && add_status(item->text, set)) continue;
    const auto got = item->is_scalar() ? "'" + printable(item->text, 40) + "'" : std::string(describe(*item));
    reader.error(item->at, "expected a final status from 300 to 699, or a class such as 6xx, got " + got);
  }
  std::sort(set.classes.begin(), set.classes.end());
  return set;
}

Written write_status_set(const StatusSet& set) {
  auto out = Written::list();
  for (const auto status : set.statuses) out.items.push_back(plain(std::to_string(status)));
  for (const int digit : set.classes) out.items.push_back(plain(std::to_string(digit) + "xx"));
  return out;
}

/// One entry of a map of private headers; a missing X- is put before its name.
void add_header(Reader& reader, const Fields::Field& field, std::vector<message::Header>& out) {
  const auto& key = *field.key;
  const auto& value = *field.value;
  const auto name = is_private_name(key.text) ? key.text : "X-" + key.text;
  if (!value.is_scalar()) {
    const auto at = value.kind == Node::Kind::Null ? key.at : value.at;
    reader.error(at, expected_but_got("the value of a header", value), "in quotes, when it is empty: \"\"");
    return;
  }
  if (const auto fault = check_private_header(name, value.text)) {
    reader.error(fault->part == HeaderFault::Part::Name ? key.at : value.at, fault->message, fault->cure);
    return;
  }
  const bool is_there =
      std::any_of(out.begin(), out.end(), [&](const auto& header) { return iequals(header.name, name); });
  if (is_there) {
    reader.error(key.at, "header '" + name + "' is given twice");
    return;
  }
  out.push_back({name, std::string(trim(value.text))});
}

std::optional<std::uint64_t> parse_bandwidth(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::uint64_t>, 5> kUnits{
      {{"", 1}, {"bps", 1}, {"kbps", 1'000}, {"Mbps", 1'000'000}, {"Gbps", 1'000'000'000}}};
  const auto unit_at = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = parse_decimal(text.substr(0, unit_at), 999'999'999'999);
  const auto unit = trim(text.substr(unit_at));
  const auto* known =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& u) { return iequals(u.first, unit); });
  if (!count || *count == 0 || known == kUnits.end() || *count > 1'000'000'000'000'000 / known->second)
    return std::nullopt;
  return *count * known->second;
}

}  // namespace

Value<int> status(std::vector<int> choices) {
  Form form;
  form.shape = Shape::Integer;
  form.words = join(choices);
  return {form,
          [choices](Reader& reader, const Place& place) -> std::optional<int> {
            const auto got = integer(1, 999).read(reader, place);
            if (!got) return std::nullopt;
            const auto code = static_cast<int>(*got);
            if (std::find(choices.begin(), choices.end(), code) != choices.end()) return code;
            reader.error(place.node->at,
                         "expected one of " + join(choices) + ", got " + std::to_string(code));
            return std::nullopt;
          },
          [](const int& value) { return std::to_string(value); }};
}

Value<StatusSet> status_set() {
  Form form;
  form.shape = Shape::Word;
  form.arity = Arity::List;
  form.words = "status or class";
  form.pattern = "^[3-6]([0-9]{2}|xx)$";
  return {form, read_status_set, [](const StatusSet& set) { return print_yaml_line(write_status_set(set)); },
          std::equal_to<>(), [](const StatusSet& set) { return write_status_set(set); }};
}

Value<std::string> codec() {
  Form form;
  form.words = "encoding name";
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<std::string> {
            auto written = read_text(reader, place, "an encoding name");
            if (!written) return std::nullopt;
            if (!is_token(*written) || written->size() > 32) {
              reader.error(place.node->at, "'" + printable(*written, 40) + "' is no encoding name of SDP",
                           "write PCMA, PCMU, G729, opus…");
              return std::nullopt;
            }
            for (const auto known : kCodecs) {
              if (iequals(known, *written)) return std::string(known);
            }
            std::string cure;
            for (const auto known : kCodecs) {
              if (cure.empty() && is_close(to_lower(*written), to_lower(known))) cure = did_you_mean(known);
            }
            reader.warn(place.node->at, "'" + *written + "' is an encoding that this program does not know",
                        cure.empty() ? "it is relayed where both sides offer it" : cure);
            return written;
          },
          [](const std::string& name) { return name; }};
}

Value<std::vector<message::Header>> private_headers() {
  Form form;
  form.shape = Shape::Texts;
  form.words = "map from names to values";
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<std::vector<message::Header>> {
            const auto& node = *place.node;
            if (node.kind != Node::Kind::Map) {
              reader.error(complaint(place), expected_but_got("a map from header names to values", node),
                           "write {X-Site: \"1\"}");
              return std::nullopt;
            }
            std::vector<message::Header> out;
            for (const auto& field : reader.fields_of(node, place.where).fields)
              add_header(reader, field, out);
            return out;
          },
          {},
          std::equal_to<>(),
          [](const std::vector<message::Header>& headers) -> std::optional<Written> {
            if (headers.empty()) return std::nullopt;
            auto map = Written::map();
            for (const auto& header : headers) map.add(header.name, quoted(header.value));
            return map;
          }};
}

Value<std::string> private_header_name() {
  Form form;
  form.words = "header name";
  form.pattern = "^[Xx]-";
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<std::string> {
            auto written = read_text(reader, place, "a header name");
            if (!written) return std::nullopt;
            const auto fault = check_private_header(*written, {});
            if (!fault) return written;
            reader.error(place.node->at, fault->message, fault->cure);
            return std::nullopt;
          },
          [](const std::string& name) { return name; }};
}

Value<std::string> header_name() {
  Form form;
  form.words = "header name";
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<std::string> {
            auto written = read_text(reader, place, "a header name");
            if (!written || is_token(*written)) return written;
            reader.error(place.node->at, "'" + printable(*written, 60) + "' is no name of a header");
            return std::nullopt;
          },
          [](const std::string& name) { return name; }};
}

Value<std::uint64_t> bandwidth() {
  Form form;
  form.shape = Shape::Word;
  form.words = "bits a second";
  form.pattern = "^[0-9]{1,12} ?([kKmMgG]?[bB][pP][sS])?$";
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<std::uint64_t> {
            const auto written = read_text(reader, place, "bits a second");
            if (!written) return std::nullopt;
            const auto value = parse_bandwidth(*written);
            if (!value) {
              reader.error(place.node->at, "'" + printable(*written, 40) + "' is no bandwidth",
                           "write it as 100Mbps, or as a number of bits a second");
            }
            return value;
          },
          {},
          std::equal_to<>(),
          [](const std::uint64_t& value) { return plain(std::to_string(value)); }};
}

}  // namespace tandem::config

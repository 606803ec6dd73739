// Telephone numbers, prefixes and amounts.
#include "tandem/numbering/number.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

Form form_of(std::string words, std::string pattern) {
  Form form;
  form.words = std::move(words);
  form.pattern = std::move(pattern);
  return form;
}

std::string same(const std::string& text) { return text; }

std::optional<Written> in_quotes(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return quoted(text);
}

std::optional<std::string> read_number(Reader& reader, const Place& place) {
  const auto written = read_quoted(reader, place, "a telephone number");
  if (!written) return std::nullopt;
  const auto parsed = numbering::Number::parse_e164_plus(*written);
  if (parsed) return parsed->e164();
  reader.error(place.node->at,
               "'" + printable(*written, 40) + "' is no E.164 number: it " +
                   std::string(numbering::to_string(parsed.error())),
               "write it as \"+12025550123\"");
  return std::nullopt;
}

Form number_form() { return form_of("number in quotes", R"(^\+[1-9][-0-9.()]{1,30}$)"); }

bool is_decimal(std::string_view text, std::size_t most_decimals) {
  const auto point = text.find('.');
  if (point == std::string_view::npos) return is_digits(text);
  const auto decimals = text.substr(point + 1);
  return is_digits(text.substr(0, point)) && is_digits(decimals) && decimals.size() <= most_decimals;
}

}  // namespace

Value<std::string> number() { return {number_form(), read_number, same, std::equal_to<>(), in_quotes}; }

Value<std::string> number_of_inventory() {
  return {number_form(),
          [](Reader& reader, const Place& place) -> std::optional<std::string> {
            auto number = read_number(reader, place);
            if (number) {
              reader.names().define(NameKind::Number, *number, reader.mark(place.node->at),
                                    reader.findings());
            }
            return number;
          },
          same, std::equal_to<>(), in_quotes};
}

Value<std::string> prefix_digits() {
  return {form_of("digits in quotes", R"(^\+?[0-9]{0,15}$)"),
          [](Reader& reader, const Place& place) -> std::optional<std::string> {
            const auto written = read_quoted(reader, place, "a prefix");
            if (!written) return std::nullopt;
            const auto digits = written->starts_with('+') ? written->substr(1) : *written;
            const bool is_fine =
                digits.size() <= 15 && (digits.empty() || is_digits(digits)) && *written != "+";
            if (!is_fine || digits.starts_with('0')) {
              reader.error(place.node->at, "'" + printable(*written, 40) + "' is no prefix of E.164 numbers",
                           "write country code and digits such as \"44\", or \"\" for every number");
              return std::nullopt;
            }
            return digits;
          },
          same, std::equal_to<>(), [](const std::string& digits) { return quoted(digits); }};
}

Value<std::uint64_t> millionths() {
  constexpr std::size_t kDecimals = 6;
  auto form = form_of("amount", R"(^[0-9]{1,6}(\.[0-9]{1,6})?$)");
  form.shape = Shape::Word;
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<std::uint64_t> {
            const auto written = read_text(reader, place, "an amount");
            if (!written) return std::nullopt;
            if (written->size() > 13 || !is_decimal(*written, kDecimals)) {
              reader.error(place.node->at, "'" + printable(*written, 40) + "' is no amount",
                           "write it as 0.012, with at most six decimals");
              return std::nullopt;
            }
            const auto point = std::min(written->find('.'), written->size());
            auto decimals = point < written->size() ? written->substr(point + 1) : std::string();
            decimals.resize(kDecimals, '0');
            const auto value = parse_decimal(written->substr(0, point) + decimals, 999'999'999'999);
            if (!value) reader.error(place.node->at, *written + " is more than 999999.999999");
            return value;
          },
          {},
          std::equal_to<>(),
          [](const std::uint64_t& value) {
            auto decimals = std::to_string(value % 1'000'000);
            decimals.insert(0, kDecimals - decimals.size(), '0');
            while (decimals.size() > 1 && decimals.back() == '0') decimals.pop_back();
            return plain(std::to_string(value / 1'000'000) + "." + decimals);
          }};
}

Value<std::string> amount() {
  auto form = form_of("amount, with a currency or not", R"(^[0-9]{1,9}(\.[0-9]{1,6})?( [A-Z]{3})?$)");
  form.shape = Shape::Word;
  return {form,
          [](Reader& reader, const Place& place) -> std::optional<std::string> {
            auto written = read_text(reader, place, "an amount");
            if (!written) return std::nullopt;
            const auto parts = split(*written, ' ');
            const bool has_currency =
                parts.size() == 2 && parts[1].size() == 3 &&
                parts[1].find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
            const bool is_fine =
                written->size() <= 24 && is_decimal(parts[0], 6) && (parts.size() == 1 || has_currency);
            if (is_fine) return written;
            reader.error(place.node->at, "'" + printable(*written, 40) + "' is no amount",
                         "write it as \"1.15\" or \"1.15 EUR\"");
            return std::nullopt;
          },
          same};
}

Value<std::string> date() {
  return {form_of("date", "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"),
          [](Reader& reader, const Place& place) -> std::optional<std::string> {
            auto written = read_text(reader, place, "a date");
            if (!written) return std::nullopt;
            const auto parts = split(*written, '-');
            const bool has_form =
                parts.size() == 3 && parts[0].size() == 4 && parts[1].size() == 2 && parts[2].size() == 2;
            const auto year = has_form ? parse_decimal(parts[0]) : std::nullopt;
            const auto month = has_form ? parse_decimal(parts[1]) : std::nullopt;
            const auto day = has_form ? parse_decimal(parts[2]) : std::nullopt;
            if (year && month && day) {
              const std::chrono::year_month_day written_day{std::chrono::year(static_cast<int>(*year)),
                                                            std::chrono::month(static_cast<unsigned>(*month)),
                                                            std::chrono::day(static_cast<unsigned>(*day))};
              if (written_day.ok()) return written;
            }
            reader.error(place.node->at, "'" + printable(*written, 40) + "' is no date",
                         "write it as \"2026-11-26\"");
            return std::nullopt;
          },
          same};
}

}  // namespace tandem::config

#include "tandemctl/tell.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "tandem/base/text.hpp"
#include "tandem/trunk/reason.hpp"
#include "tandemctl/columns.hpp"

namespace tandem::tandemctl {
namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& value) {
  if (value.is_string()) return printable(value.get<std::string>(), 4096);
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? "" : text_of(*found);
}

std::string tell_stats(const Json& answer) {
  std::vector<TextRow> rows;
  for (const auto& [name, value] : answer.items()) {
    if (name != "ok") rows.push_back({name, text_of(value)});
  }
  return in_columns(rows);
}

std::string tell_calls(const Json& answer) {
  const TextRow columns{"id", "stage", "seconds", "trunk", "carrier", "from", "to"};
  const auto calls = answer.find("calls");
  if (calls == answer.end() || !calls->is_array()) return "the answer has no list of calls\n";
  if (calls->empty()) return "no calls\n";
  std::vector<TextRow> rows{columns};
  for (const Json& call : *calls) {
    TextRow& row = rows.emplace_back();
    for (const std::string& column : columns)
      row.push_back(call.is_object() ? member(call, column.c_str()) : "");
  }
  return in_columns(rows);
}

std::string tell_reload(const Json& answer) {
  std::string text;
  for (const char* list : {"warnings", "changed"}) {
    const auto lines = answer.find(list);
    if (lines == answer.end() || !lines->is_array()) continue;
    // A finding has lines of its own, so it is printed as it came.
    for (const Json& line : *lines)
      text += (line.is_string() ? line.get<std::string>() : text_of(line)) + "\n";
    if (lines->empty() && list == std::string_view("changed")) text += "nothing has changed\n";
  }
  return text + "reloaded\n";
}

/// What a carrier reads out on the phone: a SIP status or a Q.850 cause. Several reasons share one.
Told tell_number(std::uint64_t number) {
  const bool is_status = number >= 300;
  std::string text = (is_status ? "SIP status " : "Q.850 cause ") + std::to_string(number);
  std::string rows;
  for (const trunk::ReasonInfo& info : trunk::all_reasons()) {
    if (static_cast<std::uint64_t>(is_status ? info.status : info.q850) != number) continue;
    rows += std::string(info.code) + "\n  " + std::string(info.meaning) + "\n";
  }
  if (rows.empty()) return {1, "no reason of ours has the " + text + "; docs/reasons.md lists them all\n"};
  return {0, text + " is said for one of these; the record and the log have its code:\n" + rows};
}

}  // namespace

int status_of(std::string_view answer) {
  const Json json = Json::parse(answer, nullptr, false);
  return json.is_object() && json.contains("ok") && json["ok"] == true ? 0 : 1;
}

Told tell_answer(std::string_view verb, std::string_view answer) {
  const Json json = Json::parse(answer, nullptr, false);
  if (!json.is_object()) return {1, "tandemd answered what is no JSON object: " + printable(answer) + "\n"};
  if (status_of(answer) != 0) {
    const auto text = json.find("text");
    return {1, (text != json.end() && text->is_string() ? text->get<std::string>() : member(json, "error")) +
                   "\n"};
  }
  if (verb == "stats") return {0, tell_stats(json)};
  if (verb == "calls") return {0, tell_calls(json)};
  if (verb == "reload") return {0, tell_reload(json)};
  if (verb == "log") return {0, "log level " + member(json, "level") + "\n"};
  return {0, "draining: no new call is taken; tandemd stops with the last call, or after " +
                 member(json, "timeout_s") + " s\n"};
}

Told tell_reason(std::string_view code) {
  if (const auto number = parse_decimal(code, 699)) return tell_number(*number);
  if (const auto reason = trunk::find_reason(code)) {
    const trunk::ReasonInfo& info = trunk::info(*reason);
    std::string text =
        std::string(info.code) + "\n  " + std::string(info.meaning) + "\n  " + std::string(info.cure) + "\n";
    if (info.status != 0) text += "  SIP status " + std::to_string(info.status) + "\n";
    return {0, text + "  Q.850 cause " + std::to_string(info.q850) + "\n"};
  }
  const auto reasons = trunk::all_reasons();
  const auto nearest =
      std::min_element(reasons.begin(), reasons.end(), [&](const auto& one, const auto& other) {
        return edit_distance(one.code, code) < edit_distance(other.code, code);
      });
  std::string text = "no reason has the code '" + printable(code, 80) + "'";
  if (nearest != reasons.end()) text += ": did you mean '" + std::string(nearest->code) + "'?";
  return {1, text + " docs/reasons.md lists them all\n"};
}

}  // namespace tandem::tandemctl

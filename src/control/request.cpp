#include "control/request.hpp"

#include <nlohmann/json.hpp>

namespace tandem::control {

Expected<Question, std::string> parse_question(std::string_view line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (json.is_discarded()) return unexpected(std::string("the line is no JSON"));
  if (!json.is_object()) return unexpected(std::string("the line is no JSON object"));
  Question question;
  for (const auto& [name, value] : json.items()) {
    if (name != "verb" && name != "argument") {
      return unexpected(std::string("a request has the members verb and argument, and no other"));
    }
    if (!value.is_string()) return unexpected(name + " must be a string");
    (name == "verb" ? question.verb : question.argument) = value.get<std::string>();
  }
  if (question.verb.empty()) return unexpected(std::string("the member verb is missing"));
  return question;
}

}  // namespace tandem::control

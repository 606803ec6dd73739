#include "tandemctl/offline.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "tandem/base/text.hpp"
#include "tandem/config/show.hpp"
#include "tandem/message/limits.hpp"
#include "tandem/tandemctl/check.hpp"
#include "tandem/tandemctl/explain.hpp"
#include "tandem/tandemctl/sheets.hpp"
#include "tandemctl/inventory.hpp"
#include "tandemctl/question.hpp"
#include "tandemctl/tell.hpp"

namespace tandem::tandemctl {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongCommand = 2;

Said complain(int status, const std::string& what) { return {status, {}, "tandemctl: " + what + "\n"}; }

std::string print(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string_view to_string(config::Severity severity) {
  switch (severity) {
    case config::Severity::Error:
      return "error";
    case config::Severity::Warning:
      return "warning";
    case config::Severity::Advice:
      return "advice";
  }
  return "";
}

Json json_of(const Checked& checked) {
  Json out{{"ok", checked.ok()}, {"findings", Json::array()}};
  for (const config::Finding& finding : checked.findings) {
    out["findings"].push_back({{"severity", to_string(finding.severity)},
                               {"file", finding.mark.file},
                               {"line", finding.mark.line},
                               {"column", finding.mark.column},
                               {"message", finding.message},
                               {"cure", finding.cure}});
  }
  return out;
}

Said say_check(const Options& options, WallTime) {
  std::string path = options.argument.empty() ? options.config : options.argument;
  if (path.empty()) path = kDefaultConfig;
  const Checked checked = check(path);
  return {checked.ok() ? kDone : kFailed,
          options.output == Output::Json ? print(json_of(checked)) : tandemctl::print(checked, path)};
}

Said say_why(const Options& options, WallTime) {
  const Told told = tell_reason(options.argument);
  return told.status == 0 ? Said{told.status, told.text} : Said{told.status, {}, told.text};
}

/// Status as of diff(1): 0 the same, 1 different, 2 trouble.
Said say_diff(const Options& options, WallTime) {
  const Checked before = check(options.argument);
  const Checked after = check(options.second);
  if (!before.ok()) return {kWrongCommand, {}, print(before, options.argument)};
  if (!after.ok()) return {kWrongCommand, {}, print(after, options.second)};
  const config::Difference difference = config::diff(*before.config, *after.config);
  const int status = difference.lines.empty() ? 0 : 1;
  if (options.output == Output::Json)
    return {status, print(Json{{"changed", difference.lines}, {"needs_restart", difference.needs_restart}})};
  std::string text;
  for (const std::string& line : difference.lines) text += line + "\n";
  return {status, text};
}

using Work = Said (*)(const Options&, const config::Config&);

/// Work on a configuration that is good; what is not is printed instead.
Said with_config(const Options& options, Work work) {
  const std::string path = options.config.empty() ? kDefaultConfig : options.config;
  const Checked checked = check(path);
  if (!checked.ok()) return {kFailed, {}, print(checked, path)};
  return work(options, *checked.config);
}

/// The name as typed, or the nearest there is, in the complaint.
Expected<const config::Trunk*, Said> find_trunk(const config::Config& config, const std::string& name) {
  const auto found = std::ranges::find(config.trunks, name, &config::Trunk::name);
  if (found != config.trunks.end()) return &*found;
  const auto nearest = std::ranges::min_element(
      config.trunks, {}, [&](const config::Trunk& trunk) { return edit_distance(trunk.name, name); });
  return unexpected(complain(
      kFailed, "no trunk has the name '" + printable(name) + "'" +
                   (nearest == config.trunks.end() ? "" : ": did you mean '" + nearest->name + "'?")));
}

Said say_config(const Options& options, const config::Config& config) {
  if (options.trunk.empty()) return {kDone, config::show(config)};
  const auto trunk = find_trunk(config, options.trunk);
  return trunk ? Said{kDone, config::show(config, options.trunk)} : trunk.error();
}

Said say_trunk(const Options& options, const config::Config& config) {
  const auto trunk = find_trunk(config, options.argument);
  if (!trunk) return trunk.error();
  return {kDone,
          options.firewall ? print_firewall_sheet(config, **trunk) : print_trunk_sheet(config, **trunk)};
}

Said say_zone(const Options& options, const config::Config& config) {
  const auto zone = export_zone(config, options.zone);
  return zone ? Said{kDone, *zone} : complain(kFailed, zone.error());
}

Said say_bandwidth(const Options&, const config::Config& config) { return {kDone, print_bandwidth(config)}; }

Said say_numbers(const Options& options, const config::Config& config) {
  if (!options.trunk.empty()) {
    if (const auto trunk = find_trunk(config, options.trunk); !trunk) return trunk.error();
  }
  return {kDone, print_numbers(find_numbers(config, options.argument, options.trunk), options.output)};
}

Expected<std::string, std::string> read_message(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return unexpected("cannot read " + path);
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text(message::kMaxMessageSize + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > message::kMaxMessageSize)
    return unexpected(path + " is longer than a SIP message may be");
  return text;
}

Said say_explain(const Options& options, WallTime now) {
  const std::string path = options.config.empty() ? kDefaultConfig : options.config;
  const Checked checked = check(path);
  if (!checked.ok()) return {kWrongCommand, {}, print(checked, path)};
  const ExplainOptions& asked = options.explain;
  Expected<Question, std::string> question = unexpected(std::string());
  if (asked.file.empty()) {
    question = question_from_numbers(asked, *checked.config, now);
  } else {
    const auto text = read_message(asked.file);
    question = text ? question_from_text(*text, asked, *checked.config, now) : unexpected(text.error());
  }
  if (!question) return complain(kWrongCommand, question.error());
  const Explanation explanation = explain(trunk::build_directory(checked.config), *question);
  return {explanation.outcome == Outcome::Admitted ? kDone : kFailed,
          options.output == Output::Json ? print_json(explanation, *question, *checked.config)
                                         : print_text(explanation, *question, *checked.config)};
}

template <Work work>
Said on_config(const Options& options, WallTime) {
  return with_config(options, work);
}

using Verb = Said (*)(const Options&, WallTime);

const std::map<std::string, Verb>& verbs() {
  static const std::map<std::string, Verb> kVerbs{{"check", say_check},
                                                  {"why", say_why},
                                                  {"diff", say_diff},
                                                  {"explain", say_explain},
                                                  {"config show", on_config<say_config>},
                                                  {"trunk show", on_config<say_trunk>},
                                                  {"dns export", on_config<say_zone>},
                                                  {"bandwidth", on_config<say_bandwidth>},
                                                  {"numbers list", on_config<say_numbers>},
                                                  {"numbers search", on_config<say_numbers>},
                                                  {"numbers export", on_config<say_numbers>}};
  return kVerbs;
}

}  // namespace

bool is_offline(const std::string& verb) { return verbs().contains(verb); }

Said say_offline(const Options& options, WallTime now) { return verbs().at(options.verb)(options, now); }

}  // namespace tandem::tandemctl

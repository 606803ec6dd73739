// docs/configuration.md out of the table.
#include <algorithm>
#include <vector>

#include "profiles.hpp"
#include "schema.hpp"
#include "tandem/config/load.hpp"
#include "tree_of_tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Configuration

This page is made of the table that reads the files: what stands here is what `tandemd` accepts, no more and no less.

`tandemd --config FOLDER` reads every `*.yaml` file in the folder and below it: `tandem.yaml` first, the others by name. Each
file may have any of the keys of the top level; lists and access groups of several files are joined, the node's own keys may
stand in one file only. Files whose names begin with a dot are not read.

- Every mistake is reported at once, as `file:line:column`, with the line and a cure. `tandemctl check FOLDER` and
  `tandemd --check` do the same without a running daemon, and end with status 1 when there is an error.
- A reload (SIGHUP, `tandemctl reload`) takes all of the new files or none. Calls that are up keep the configuration they were
  born with. Where this page says *restart*, a running daemon refuses the reload.
- `true` and `false` (also `yes` and `no`) are the only flags. Numbers are decimal. Telephone numbers and prefixes stand in
  quotes. Durations are a whole number and `ms`, `s`, `m` or `h`.
- Keys given twice, unknown keys and tags (`!!str`) are errors. Anchors, aliases and merge keys (`<<: *name`) work inside a
  file; top-level keys that begin with `x-` are ignored and are the place to define anchors.
- A file has at most 16 MB and 64 levels; a CSV file of numbers 64 MB.
- `tandemctl config show` prints the effective configuration, with every default and preset, in the same form. Secrets in it
  are withheld (`{withheld: "***"}`, `"***"`) and must be written again before it loads.
- The default of `caller_id` is strict: a customer shows only numbers of the account, or verified ones, and is refused
  otherwise.

Secrets have four forms: `{file: path}` (beside the file that names it, not readable by every user), `{env: NAME}`,
`{credential: name}` (systemd's `LoadCredential=`), or the text itself, which is advised against. They are never printed.

The first line of each shipped file names the JSON Schema of this table, [tandem.schema.json](tandem.schema.json), so that an
editor with a YAML language server completes keys and marks mistakes while you type.
)";

std::string anchor(const Object& object) {
  auto name = object.name;
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string type_of(const Form& form) {
  std::string type;
  if (form.object != nullptr) {
    type =
        (form.pattern.empty() ? "[" : "text, or [") + form.object->name + "](#" + anchor(*form.object) + ")";
  } else if (!form.choices.empty()) {
    for (const auto& choice : form.choices) type += (type.empty() ? "`" : ", `") + choice + "`";
  } else {
    type = form.words;
  }
  if (form.least && form.most) {
    const bool is_duration = form.words == "duration";
    const auto show = [&](std::int64_t value) {
      return is_duration ? print_duration(milliseconds(value)) : std::to_string(value);
    };
    type += " from " + show(*form.least) + " to " + show(*form.most);
  }
  switch (form.arity) {
    case Arity::One:
      return type;
    case Arity::List:
      return "list of: " + type;
    case Arity::OneOrList:
      return type + ", or a list";
    case Arity::Named:
      return "map from names to " + type;
  }
  return type;
}

std::string in_cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
    text.insert(at, "\\");
  return text;
}

std::string default_of(const Key& key) {
  if (key.presence == Presence::Required) return "**required**";
  return key.fallback.empty() ? "" : "`" + key.fallback + "`";
}

std::string section_of(const Object& object) {
  std::string out = "\n## " + object.name + "\n\n" + object.doc +
                    "\n\n| key | value | default | meaning |\n|---|---|---|---|\n";
  for (const auto& key : object.keys) {
    const auto meaning = key.doc + (key.on_reload == OnReload::NeedsRestart ? " *restart*" : "");
    auto name = "`" + key.name + "`";
    for (const auto& alias : key.aliases) name += ", `" + alias + "`";
    out += "| " + name + " | " + in_cell(type_of(key.form)) + " | " + in_cell(default_of(key)) + " | " +
           in_cell(meaning) + " |\n";
  }
  out += "\n```yaml\n";
  for (const auto& key : object.keys) out += key.name + ": " + key.example + "\n";
  return out + "```\n";
}

std::string profiles_section() {
  std::string out =
      "\n## profiles\n\n`profile` of a [trunk](#trunk) sets the keys below, as if they stood before the "
      "trunk's own; "
      "`config show` prints what comes of it. A profile without `termination` in the trunk leaves it without "
      "one.\n";
  for (const auto& text : profile_texts()) {
    out += "\n### " + std::string(to_string(text.profile)) + "\n\n" + std::string(text.about) +
           "\n\n```yaml\n" + std::string(text.presets) + "```\n";
  }
  out +=
      "\nRegions of `genesys_purecloud` and the domains that calls go to (`<identifier>.byoc.<domain>`). "
      "Write the "
      "region among the `aliases` of the edge that calls shall leave from:\n\n| region | domain "
      "|\n|---|---|\n";
  for (const auto& row : genesys_regions())
    out += "| `" + std::string(row.region) + "` | `" + std::string(row.domain) + "` |\n";
  return out;
}

}  // namespace

std::string reference_page() {
  std::string page(kIntroduction);
  for (const auto* object : tables_in_order()) page += section_of(*object);
  return page + profiles_section();
}

}  // namespace tandem::config

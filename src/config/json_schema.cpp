// docs/tandem.schema.json out of the table: JSON Schema draft 7, which is what YAML language servers read.
#include <string>
#include <utility>
#include <vector>

#include "schema.hpp"
#include "tandem/config/load.hpp"
#include "tree_of_tables.hpp"

namespace tandem::config {
namespace {

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// Members of one JSON object, printed with their indentation; values are JSON already.
class JsonObject {
 public:
  explicit JsonObject(int level) : level_(level) {}
  void add(std::string_view key, std::string value) {
    members_.emplace_back(std::string(key), std::move(value));
  }
  std::string print() const {
    if (members_.empty()) return "{}";
    const std::string indent(static_cast<std::size_t>(level_) * 2, ' ');
    std::string out = "{\n";
    for (std::size_t i = 0; i < members_.size(); ++i) {
      out += indent + "  " + quote(members_[i].first) + ": " + members_[i].second +
             (i + 1 < members_.size() ? ",\n" : "\n");
    }
    return out + indent + "}";
  }

 private:
  int level_;
  std::vector<std::pair<std::string, std::string>> members_;
};

std::string definition_name(const Object& object) {
  auto name = object.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

void add_text(const Form& form, JsonObject& out) {
  out.add("type", quote("string"));
  if (!form.pattern.empty()) out.add("pattern", quote(form.pattern));
  if (form.choices.empty()) return;
  std::string all;
  for (const auto& choice : form.choices) all += (all.empty() ? "[" : ", ") + quote(choice);
  out.add("enum", all + "]");
}

void add_object(const Form& form, JsonObject& out) {
  const auto definition = quote("#/definitions/" + definition_name(*form.object));
  if (form.pattern.empty()) {
    out.add("$ref", definition);
  } else {
    out.add("anyOf", R"([{"type": "string", "pattern": )" + quote(form.pattern) + R"(}, {"$ref": )" +
                         definition + "}]");
  }
}

void add_item(const Form& form, JsonObject& out) {
  switch (form.shape) {
    case Shape::Text:
      add_text(form, out);
      break;
    case Shape::Flag:
      out.add("type", quote("boolean"));
      break;
    case Shape::Integer:
      out.add("type", quote("integer"));
      if (form.least) out.add("minimum", std::to_string(*form.least));
      if (form.most) out.add("maximum", std::to_string(*form.most));
      break;
    case Shape::Word:
      out.add("type", R"(["string", "number"])");
      if (!form.pattern.empty()) out.add("pattern", quote(form.pattern));  // numbers pass it
      break;
    case Shape::Texts:
      out.add("type", quote("object"));
      out.add("additionalProperties", R"({"type": ["string", "number", "boolean"]})");
      break;
    case Shape::Secret:
      out.add(
          "oneOf",
          R"([{"type": "string"}, {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false, )"
          R"("properties": {"file": {"type": "string"}, "env": {"type": "string"}, "credential": {"type": "string"}}}])");
      break;
    case Shape::Object:
      add_object(form, out);
      break;
    case Shape::Hashes:
      out.add("type", quote("object"));
      out.add("additionalProperties", "false");
      out.add(
          "properties",
          R"({"MD5": {"type": "string", "pattern": "^[0-9A-Fa-f]{32}$"}, "SHA-256": {"type": "string", "pattern": )"
          R"("^[0-9A-Fa-f]{64}$"}, "SHA-512-256": {"type": "string", "pattern": "^[0-9A-Fa-f]{64}$"}})");
      break;
  }
}

std::string item_of(const Form& form, int level) {
  JsonObject item(level);
  add_item(form, item);
  return item.print();
}

std::string property_of(const Key& key, int level) {
  JsonObject property(level);
  property.add("description", quote(key.doc));
  const auto& form = key.form;
  switch (form.arity) {
    case Arity::One:
      // Draft 7 ignores what stands beside $ref, so the reference is wrapped.
      if (form.object != nullptr) {
        property.add("allOf", "[" + item_of(form, level + 1) + "]");
      } else {
        add_item(form, property);
      }
      break;
    case Arity::List:
      property.add("type", quote("array"));
      property.add("items", item_of(form, level + 1));
      break;
    case Arity::OneOrList: {
      JsonObject list(level + 1);
      list.add("type", quote("array"));
      list.add("items", item_of(form, level + 2));
      property.add("anyOf", "[" + item_of(form, level + 1) + ", " + list.print() + "]");
      break;
    }
    case Arity::Named:
      property.add("type", quote("object"));
      property.add("additionalProperties", item_of(form, level + 1));
      break;
  }
  return property.print();
}

std::string definition_of(const Object& object, int level) {
  JsonObject definition(level);
  definition.add("type", quote("object"));
  definition.add("description", quote(object.doc));
  JsonObject properties(level + 1);
  std::string required;
  for (const auto& key : object.keys) {
    properties.add(key.name, property_of(key, level + 2));
    for (const auto& alias : key.aliases) properties.add(alias, property_of(key, level + 2));
    if (key.presence == Presence::Required) required += (required.empty() ? "[" : ", ") + quote(key.name);
  }
  definition.add("properties", properties.print());
  if (!required.empty()) definition.add("required", required + "]");
  if (&object == &root_table()) definition.add("patternProperties", R"({"^x-": {}})");
  definition.add("additionalProperties", "false");
  return definition.print();
}

}  // namespace

std::string json_schema() {
  JsonObject schema(0);
  schema.add("$schema", quote("http://json-schema.org/draft-07/schema#"));
  schema.add("title", quote("Tandem configuration"));
  schema.add("$ref", quote("#/definitions/" + definition_name(root_table())));
  JsonObject definitions(1);
  for (const auto* object : tables_in_order())
    definitions.add(definition_name(*object), definition_of(*object, 2));
  schema.add("definitions", definitions.print());
  return schema.print() + "\n";
}

}  // namespace tandem::config

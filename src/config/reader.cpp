#include "reader.hpp"

#include <algorithm>
#include <unordered_set>

#include "suggest.hpp"

namespace tandem::config {
namespace {

/// Path to a key at most two levels below an object, for "belongs under". Exact names first, then close ones.
std::optional<std::string> find_below(const Object& object, std::string_view key,
                                      bool (*matches)(std::string_view, std::string_view)) {
  for (const auto& section : object.keys) {
    if (section.form.object == nullptr) continue;
    for (const auto& candidate : section.form.object->keys) {
      if (!matches(key, candidate.name)) continue;
      if (candidate.name == key) return "'" + candidate.name + "' belongs under '" + section.name + "'";
      return did_you_mean(candidate.name) + " It belongs under '" + section.name + "'";
    }
  }
  for (const auto& section : object.keys) {
    if (section.form.object == nullptr) continue;
    for (const auto& inner : section.form.object->keys) {
      if (inner.form.object == nullptr) continue;
      for (const auto& candidate : inner.form.object->keys) {
        if (!matches(key, candidate.name)) continue;
        const auto path = section.name + "." + inner.name;
        if (candidate.name == key) return "'" + candidate.name + "' belongs under '" + path + "'";
        return did_you_mean(candidate.name) + " It belongs under '" + path + "'";
      }
    }
  }
  return std::nullopt;
}

bool is_same(std::string_view a, std::string_view b) { return a == b; }

}  // namespace

std::string expected_but_got(std::string_view expected, const Node& node) {
  return "expected " + std::string(expected) + ", got " + std::string(describe(node));
}

void Reader::error(Position at, std::string message, std::string cure) {
  reading_.findings.error(mark(at), std::move(message), std::move(cure));
}
void Reader::warn(Position at, std::string message, std::string cure) {
  reading_.findings.warn(mark(at), std::move(message), std::move(cure));
}
void Reader::advise(Position at, std::string message, std::string cure) {
  reading_.findings.advise(mark(at), std::move(message), std::move(cure));
}

bool Reader::claim_once(const std::string& key, Position at) {
  const auto [first, is_new] = reading_.once.try_emplace(key, mark(at));
  if (is_new) return true;
  const auto& where = first->second;
  error(at, "key '" + key + "' is given twice",
        "it is already at " + where.file + ":" + std::to_string(where.line) + ":" +
            std::to_string(where.column));
  return false;
}

std::string Reader::path() const {
  std::string out;
  for (const auto& step : path_) {
    if (!out.empty() && !step.starts_with('[')) out += '.';
    out += step;
  }
  return out;
}

void Reader::merge(const Node& source, Fields& into) {
  const auto add = [&](const Node& map) {
    // Keys written in the map itself win; of several merged maps the first wins (YAML merge key, 2005).
    std::unordered_set<std::string_view> present;
    for (const auto& field : into.fields) present.insert(field.key->text);
    for (const auto& field : fields_of(map, map.at).fields) {
      if (present.insert(field.key->text).second) into.fields.push_back(field);
    }
  };
  if (source.kind == Node::Kind::Map) {
    add(source);
    return;
  }
  if (source.kind == Node::Kind::List) {
    for (const auto* item : source.children) {
      if (item->kind == Node::Kind::Map) {
        add(*item);
      } else {
        error(item->at, "'<<' merges maps, this is " + std::string(describe(*item)));
      }
    }
    return;
  }
  error(source.at, "'<<' merges maps, this is " + std::string(describe(source)), "write '<<: *anchor'");
}

Fields Reader::fields_of(const Node& map, Position where) {
  Fields fields;
  fields.where = where;
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    const auto* key = map.children[i];
    if (key->is_scalar() && key->text != "<<") fields.fields.push_back({key, map.children[i + 1]});
  }
  for (std::size_t i = 0; i + 1 < map.children.size(); i += 2) {
    const auto* key = map.children[i];
    if (key->is_scalar() && key->text == "<<") merge(*map.children[i + 1], fields);
  }
  return fields;
}

std::string Reader::cure_from_elsewhere(const std::string& key, const Object& object) const {
  for (const auto matches : {is_same, is_close}) {
    for (auto scope = scope_.rbegin(); scope != scope_.rend(); ++scope) {
      if (auto found = find_below(**scope, key, matches)) return *found;
      if (*scope == &object) continue;
      for (const auto& candidate : (*scope)->keys) {
        if (matches(key, candidate.name)) {
          if (scope + 1 == scope_.rend())
            return "'" + candidate.name + "' belongs at the top level of the file";
          return "'" + candidate.name + "' belongs one level up, in the " + (*scope)->name;
        }
      }
    }
  }
  return {};
}

const Key* Reader::unknown_key(const Node& key, const Object& object) {
  const bool is_root = &object == &root_table();
  if (is_root && key.text.starts_with("x-")) return nullptr;  // a place to define anchors
  for (const auto& [name, message] : object.later) {
    if (name == key.text) {
      error(key.at, "unknown key '" + key.text + "'", message);
      return nullptr;
    }
  }
  const auto near = std::find_if(object.keys.begin(), object.keys.end(),
                                 [&](const Key& candidate) { return is_close(key.text, candidate.name); });
  const bool is_near = near != object.keys.end();
  error(key.at, "unknown key '" + printable(key.text, 60) + "'",
        is_near ? did_you_mean(near->name) : cure_from_elsewhere(key.text, object));
  return is_near ? &*near : nullptr;
}

bool Reader::read(const Place& place, const Object& object, void* out) {
  const auto& node = *place.node;
  if (node.kind != Node::Kind::Map) {
    const auto at = node.kind == Node::Kind::Null ? place.where : node.at;
    error(at, expected_but_got("the keys of '" + object.name + "'", node));
    return false;
  }
  scope_.push_back(&object);
  const auto fields = fields_of(node, place.where);
  if (object.mark) object.mark(mark(place.where), out);
  if (object.prepare && completeness_ == Completeness::Whole) object.prepare(*this, fields, out);
  std::vector<const Key*> misspelt;  // not missing as well: that would be the same mistake twice
  for (const auto& field : fields.fields) {
    const auto* key = object.find(field.key->text);
    if (key == nullptr) {
      misspelt.push_back(unknown_key(*field.key, object));
      continue;
    }
    // Two spellings; one spelling twice is an error already.
    if (const auto* first = fields.find(*key); first->key->text != field.key->text) {
      error(field.key->at, "'" + first->key->text + "' and '" + field.key->text + "' are the same key",
            "keep one of them");
      continue;
    }
    const Step step(*this, key->name);
    key->read(*this, Place{field.value, field.key->at}, out);
  }
  if (completeness_ == Completeness::Whole) check_whole(place, object, fields, misspelt, out);
  scope_.pop_back();
  return true;
}

void Reader::check_whole(const Place& place, const Object& object, const Fields& fields,
                         const std::vector<const Key*>& misspelt, void* out) {
  for (const auto& key : object.keys) {
    if (key.presence != Presence::Required || fields.find(key) != nullptr) continue;
    if (std::find(misspelt.begin(), misspelt.end(), &key) != misspelt.end()) continue;
    const auto where = path();
    error(place.where,
          "missing key '" + key.name + "'" + (where.empty() ? "" : " in '" + where + "'") +
              (key.why.empty() ? "" : ": " + key.why),
          key.example.empty() ? "" : "for example '" + key.name + ": " + key.example + "'");
  }
  if (object.finish) object.finish(*this, fields, out);
}

bool claim_once(Reader& reader, const std::string& key, Position at) { return reader.claim_once(key, at); }

void read_section(Reader& reader, const Place& place, const Object& object, void* out) {
  reader.read(place, object, out);
}

void compare_objects(const Object& object, const void* before, const void* after, const std::string& path,
                     ChangedKeys& out) {
  for (const auto& key : object.keys)
    key.compare(before, after, path.empty() ? key.name : path + "." + key.name, out);
}

Written write_object(const Object& object, const void* from) {
  auto map = Written::map();
  for (const auto& key : object.keys) {
    if (auto value = key.write(from)) map.add(key.name, std::move(*value));
  }
  return map;
}

std::optional<Written> write_section(const Object& object, const void* from) {
  auto map = write_object(object, from);
  for (const auto& key : object.keys) {
    if (key.presence != Presence::Required || key.write(from)) continue;
    if (equal_objects(object, object.pristine.get(), from)) return std::nullopt;
    if (key.form.arity == Arity::List) map.add(key.name, Written::list());
  }
  if (map.members.empty()) return std::nullopt;
  return map;
}

bool equal_objects(const Object& object, const void* before, const void* after) {
  ChangedKeys changed;
  compare_objects(object, before, after, {}, changed);
  return changed.empty();
}

}  // namespace tandem::config

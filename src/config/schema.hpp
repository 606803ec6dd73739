// The declarative table: for each kind of object its keys, and for each key how its value is written, where
// it goes, its default, its meaning and an example. load(), show(), diff(), reference_page() and
// json_schema() all read this one table.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tandem/config/config.hpp"
#include "written.hpp"
#include "yaml_tree.hpp"

namespace tandem::config {

class Reader;
struct Object;

/// A value, and where to complain about it when it is not there: at its key.
struct Place {
  const Node* node = nullptr;
  Position where;
};

/// Word: a text, or a number where the text is one. Texts: a map from texts to texts.
enum class Shape : std::uint8_t { Text, Flag, Integer, Word, Secret, Object, Hashes, Texts };
enum class Arity : std::uint8_t { One, List, OneOrList, Named };  ///< Named: a map from names to objects

/// How a value is written, for the reference page and the JSON Schema.
struct Form {
  Shape shape = Shape::Text;
  Arity arity = Arity::One;
  std::string words;    ///< "duration", "address:port"
  std::string pattern;  ///< of the text, as a regular expression; may be empty. Of an object: its short form
  std::vector<std::string> choices;
  std::optional<std::int64_t> least;
  std::optional<std::int64_t> most;
  const Object* object = nullptr;
};

enum class Presence : std::uint8_t { Optional, Required };
enum class OnReload : std::uint8_t { Applies, NeedsRestart };

/// One difference between two objects: the path of the key below them.
using ChangedKeys = std::vector<std::string>;

struct Key {
  std::string name;
  std::vector<std::string> aliases;  ///< other spellings of the name
  Form form;
  Presence presence = Presence::Optional;
  OnReload on_reload = OnReload::Applies;
  std::string why;       ///< why it is required; may be empty
  std::string fallback;  ///< the default as it would be written; empty: none
  std::string doc;
  std::string example;  ///< as written after "name: "
  std::function<void(Reader&, const Place&, void* object)> read;
  std::function<void(const void* before, const void* after, const std::string& path, ChangedKeys&)> compare;
  std::function<std::optional<Written>(const void* object)> write;  ///< nothing where there is nothing to say

  bool is_called(std::string_view text) const {
    return name == text || std::find(aliases.begin(), aliases.end(), text) != aliases.end();
  }
};

/// The keys that one written map really has, merge keys expanded.
class Fields {
 public:
  struct Field {
    const Node* key;
    const Node* value;
  };
  Position where;
  std::vector<Field> fields;

  const Field* find(std::string_view name) const {
    for (const auto& field : fields) {
      if (field.key->text == name) return &field;
    }
    return nullptr;
  }
  const Field* find(const Key& key) const {
    for (const auto& field : fields) {
      if (key.is_called(field.key->text)) return &field;
    }
    return nullptr;
  }
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// Where the key stands, or the object itself where it is absent.
  Position at(std::string_view name) const {
    const auto* field = find(name);
    return field != nullptr ? field->key->at : where;
  }
};

struct Object {
  std::string name;  ///< "trunk"
  std::string doc;
  std::vector<Key> keys;
  /// Keys that have a place in the plan but no code yet, and what to say about them.
  std::vector<std::pair<std::string, std::string>> later;
  std::function<void(Reader&, const Fields&, void* object)> prepare;  ///< before the keys are read
  std::function<void(Reader&, const Fields&, void* object)> finish;   ///< rules over several keys
  std::function<void(const Mark&, void* object)> mark;
  std::shared_ptr<const void> pristine;  ///< one with nothing but defaults

  const Key* find(std::string_view key) const {
    for (const auto& candidate : keys) {
      if (candidate.is_called(key)) return &candidate;
    }
    return nullptr;
  }
};

/// A typed value: how it is read, printed (for its default) and compared.
template <class V>
struct Value {
  Form form;
  std::function<std::optional<V>(Reader&, const Place&)> read;
  std::function<std::string(const V&)> print;
  std::function<bool(const V&, const V&)> equal = [](const V& a, const V& b) { return a == b; };
  std::function<std::optional<Written>(const V&)> write = {};  ///< empty: what `print` says
};

/// How a value is written; a printed text that is empty says nothing.
template <class V>
std::function<std::optional<Written>(const V&)> writer_of(const Value<V>& value) {
  if (value.write) return value.write;
  const bool is_text = value.form.shape != Shape::Flag && value.form.shape != Shape::Integer;
  return [print = value.print, is_text](const V& member) -> std::optional<Written> {
    auto text = print(member);
    if (text.empty()) return std::nullopt;
    return is_text ? word(text) : plain(std::move(text));
  };
}

/// What a key says about itself beside its value.
struct About {
  std::string doc;
  std::string example;
  Presence presence = Presence::Optional;
  OnReload on_reload = OnReload::Applies;
  std::string why = {};
};

bool equal_objects(const Object& object, const void* before, const void* after);
Written write_object(const Object& object, const void* from);
/// As above; nothing where it has nothing but defaults and could not be read again without a required key.
std::optional<Written> write_section(const Object& object, const void* from);

/// True for the first file that has this top-level key.
bool claim_once(Reader& reader, const std::string& key, Position at);
/// Reads a nested map into `out`, in place.
void read_section(Reader& reader, const Place& place, const Object& object, void* out);
void compare_objects(const Object& object, const void* before, const void* after, const std::string& path,
                     ChangedKeys& out);

inline Form object_form(const Object& nested) {
  return {Shape::Object, Arity::One, nested.name, {}, {}, {}, {}, &nested};
}

/// Builds an Object whose keys are members of S; defaults are those of a default-made S.
template <class S>
class Table {
 public:
  Table(std::string name, std::string doc) {
    object_.name = std::move(name);
    object_.doc = std::move(doc);
    object_.pristine = std::make_shared<S>();
  }

  template <class V>
  Table& key(std::string name, V S::*member, Value<V> value, About about) {
    Key key = describe_key(std::move(name), value.form, std::move(about));
    if (key.presence == Presence::Optional && value.print) key.fallback = value.print(S{}.*member);
    key.read = [member, read = value.read](Reader& reader, const Place& place, void* object) {
      if (auto got = read(reader, place)) static_cast<S*>(object)->*member = std::move(*got);
    };
    key.compare = [member, equal = value.equal](const void* a, const void* b, const std::string& path,
                                                ChangedKeys& out) {
      if (!equal(static_cast<const S*>(a)->*member, static_cast<const S*>(b)->*member)) out.push_back(path);
    };
    key.write = [member, write = writer_of(value)](const void* object) {
      return write(static_cast<const S*>(object)->*member);
    };
    object_.keys.push_back(std::move(key));
    return *this;
  }

  /// An optional member: absent unless written.
  template <class V>
  Table& key(std::string name, std::optional<V> S::*member, Value<V> value, About about) {
    Key key = describe_key(std::move(name), value.form, std::move(about));
    key.read = [member, read = value.read](Reader& reader, const Place& place, void* object) {
      if (auto got = read(reader, place)) static_cast<S*>(object)->*member = std::move(*got);
    };
    key.compare = [member, equal = value.equal](const void* a, const void* b, const std::string& path,
                                                ChangedKeys& out) {
      const auto& before = static_cast<const S*>(a)->*member;
      const auto& after = static_cast<const S*>(b)->*member;
      const bool same = before.has_value() == after.has_value() && (!before || equal(*before, *after));
      if (!same) out.push_back(path);
    };
    key.write = [member, write = writer_of(value)](const void* object) -> std::optional<Written> {
      const auto& written = static_cast<const S*>(object)->*member;
      return written ? write(*written) : std::nullopt;
    };
    object_.keys.push_back(std::move(key));
    return *this;
  }

  /// An optional part that is read into what is there already: a profile's presets.
  template <class P>
  Table& part(std::string name, std::optional<P> S::*member, const Object& nested, About about) {
    Key key = describe_key(std::move(name), object_form(nested), std::move(about));
    key.read = [member, &nested](Reader& reader, const Place& place, void* object) {
      auto& into = static_cast<S*>(object)->*member;
      if (!into) into.emplace();
      read_section(reader, place, nested, &*into);
    };
    key.compare = [member, &nested](const void* a, const void* b, const std::string& path, ChangedKeys& out) {
      const auto& before = static_cast<const S*>(a)->*member;
      const auto& after = static_cast<const S*>(b)->*member;
      const bool same =
          before.has_value() == after.has_value() && (!before || equal_objects(nested, &*before, &*after));
      if (!same) out.push_back(path);
    };
    key.write = [member, &nested](const void* object) -> std::optional<Written> {
      const auto& written = static_cast<const S*>(object)->*member;
      return written ? std::optional(write_object(nested, &*written)) : std::nullopt;
    };
    object_.keys.push_back(std::move(key));
    return *this;
  }

  /// A list that every file may add to.
  template <class V>
  Table& joined(std::string name, std::vector<V> S::*member, Value<std::vector<V>> value, About about) {
    key(std::move(name), member, value, std::move(about));
    object_.keys.back().read = [member, read = value.read](Reader& reader, const Place& place, void* object) {
      auto got = read(reader, place);
      if (!got) return;
      auto& all = static_cast<S*>(object)->*member;
      for (auto& item : *got) all.push_back(std::move(item));
    };
    return *this;
  }

  /// A key that fills several members: `read` does it, `same` compares them, `write` writes them.
  Table& custom(std::string name, Form form, std::function<void(Reader&, const Place&, S&)> read,
                std::function<bool(const S&, const S&)> same,
                std::function<std::optional<Written>(const S&)> write, About about) {
    Key key = describe_key(std::move(name), std::move(form), std::move(about));
    key.read = [read = std::move(read)](Reader& reader, const Place& place, void* object) {
      read(reader, place, *static_cast<S*>(object));
    };
    key.compare = [same = std::move(same)](const void* a, const void* b, const std::string& path,
                                           ChangedKeys& out) {
      if (!same(*static_cast<const S*>(a), *static_cast<const S*>(b))) out.push_back(path);
    };
    key.write = [write = std::move(write)](const void* object) {
      return write(*static_cast<const S*>(object));
    };
    object_.keys.push_back(std::move(key));
    return *this;
  }
  Table& fallback(std::string text) {
    object_.keys.back().fallback = std::move(text);
    return *this;
  }
  /// Another spelling of the key before.
  Table& alias(std::string name) {
    object_.keys.back().aliases.push_back(std::move(name));
    return *this;
  }

  /// Only one file may have the key before.
  Table& once();

  /// A nested map, its keys members of S itself (`where` null), or of the part of S that `where` gives.
  template <class P>
  Table& section(std::string name, P S::*member, const Object& nested, About about) {
    return nested_in(std::move(name), nested, std::move(about),
                     [member](void* object) -> void* { return &(static_cast<S*>(object)->*member); });
  }
  Table& section(std::string name, const Object& nested, About about) {
    return nested_in(std::move(name), nested, std::move(about), [](void* object) { return object; });
  }

  /// The keys of another table, for a part of S, as if they were written here.
  template <class P>
  Table& embed(P S::*member, const Object& nested) {
    for (auto key : nested.keys) {
      key.read = [member, read = key.read](Reader& reader, const Place& place, void* object) {
        read(reader, place, &(static_cast<S*>(object)->*member));
      };
      key.compare = [member, compare = key.compare](const void* a, const void* b, const std::string& path,
                                                    ChangedKeys& out) {
        compare(&(static_cast<const S*>(a)->*member), &(static_cast<const S*>(b)->*member), path, out);
      };
      key.write = [member, write = key.write](const void* object) {
        return write(&(static_cast<const S*>(object)->*member));
      };
      object_.keys.push_back(std::move(key));
    }
    return *this;
  }

  Table& later(std::string key, std::string message) {
    object_.later.emplace_back(std::move(key), std::move(message));
    return *this;
  }
  Table& prepare(std::function<void(Reader&, const Fields&, S&)> rule) {
    object_.prepare = [rule = std::move(rule)](Reader& reader, const Fields& fields, void* object) {
      rule(reader, fields, *static_cast<S*>(object));
    };
    return *this;
  }
  Table& finish(std::function<void(Reader&, const Fields&, S&)> rule) {
    object_.finish = [rule = std::move(rule)](Reader& reader, const Fields& fields, void* object) {
      rule(reader, fields, *static_cast<S*>(object));
    };
    return *this;
  }
  Table& mark(Mark S::*member) {
    object_.mark = [member](const Mark& mark, void* object) { static_cast<S*>(object)->*member = mark; };
    return *this;
  }

  Object done() { return std::move(object_); }

 private:
  static Key describe_key(std::string name, Form form, About about) {
    Key key;
    key.name = std::move(name);
    key.form = std::move(form);
    key.presence = about.presence;
    key.on_reload = about.on_reload;
    key.why = std::move(about.why);
    key.doc = std::move(about.doc);
    key.example = std::move(about.example);
    return key;
  }
  Table& nested_in(std::string name, const Object& nested, About about, std::function<void*(void*)> part);

  Object object_;
};

template <class S>
Table<S>& Table<S>::once() {
  auto& key = object_.keys.back();
  key.read = [name = key.name, read = key.read](Reader& reader, const Place& place, void* object) {
    if (claim_once(reader, name, place.where)) read(reader, place, object);
  };
  return *this;
}

template <class S>
Table<S>& Table<S>::nested_in(std::string name, const Object& nested, About about,
                              std::function<void*(void*)> part) {
  Key key = describe_key(std::move(name), object_form(nested), std::move(about));
  key.read = [&nested, part](Reader& reader, const Place& place, void* object) {
    read_section(reader, place, nested, part(object));
  };
  key.compare = [&nested, part](const void* a, const void* b, const std::string& path, ChangedKeys& out) {
    compare_objects(nested, part(const_cast<void*>(a)), part(const_cast<void*>(b)), path, out);
  };
  key.write = [&nested, part](const void* object) {
    return write_section(nested, part(const_cast<void*>(object)));
  };
  object_.keys.push_back(std::move(key));
  return *this;
}

/// The whole configuration; every other table hangs under it.
const Object& root_table();

}  // namespace tandem::config

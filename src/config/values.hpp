// The values that keys can have: each factory says how one is written, read, printed and compared.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reader.hpp"
#include "schema.hpp"
#include "tandem/base/text.hpp"

namespace tandem::config {

using std::chrono::milliseconds;

inline constexpr std::size_t kMaxText = 1024;       ///< octets of a text
inline constexpr std::size_t kMaxTargetUri = 8192;  ///< of a URI: its headers may have 1024 each

enum class MayBeEmpty : std::uint8_t { No, Yes };

/// Where to complain about a value: where it stands, or at its key when it is not there.
Position complaint(const Place& place);
bool is_digits(std::string_view text);
/// What is wrong with a host name in lower case (RFC 1123 §2.1), or nothing.
std::string wrong_domain(std::string_view text);

/// The text of a scalar, one line of it; a finding where it is none.
std::optional<std::string> read_text(Reader& reader, const Place& place, std::string_view expected,
                                     std::size_t most = kMaxText);
/// Refuses what a telephone number or prefix becomes in other YAML readers when it has no quotes.
std::optional<std::string> read_quoted(Reader& reader, const Place& place, std::string_view expected);
/// Position of an octet inside a scalar, where the file shows the text as it is; else where the scalar
/// begins.
Position position_inside(const Reader& reader, const Node& scalar, std::size_t octet);

Value<std::string> text(std::string words = "text", MayBeEmpty empty = MayBeEmpty::No);
/// A name that `kind` is referred to by, and that must be the only one.
Value<std::string> name_of(NameKind kind);
Value<std::string> reference_to(NameKind kind);
/// A host name that `kind` is known by, and that must be the only one.
Value<std::string> domain_of(NameKind kind);
/// A host name, of whomever.
Value<std::string> host_name();
/// One label of a host name.
Value<std::string> host_label();
/// The name or an alias of an edge, defined here.
Value<std::string> edge_label();
/// A telephone number in canonical form.
Value<std::string> number();
/// As above, and no other object may have it.
Value<std::string> number_of_inventory();
Value<std::string> prefix_digits();
/// An amount with at most six decimals, in millionths.
Value<std::uint64_t> millionths();
/// "2026-11-26".
Value<std::string> date();
/// "1.15", "1.15 EUR".
Value<std::string> amount();
/// "100Mbps" or a number of bits a second.
Value<std::uint64_t> bandwidth();
/// One of a few final statuses.
Value<int> status(std::vector<int> choices);
Value<StatusSet> status_set();
/// An encoding name of SDP (RFC 3551, RFC 7587).
Value<std::string> codec();
/// A map from names of private headers to their values.
Value<std::vector<message::Header>> private_headers();
/// The name of one private header, with its X-.
Value<std::string> private_header_name();
/// The name of any header.
Value<std::string> header_name();
Value<bool> flag();
Value<std::int64_t> integer(std::int64_t least, std::int64_t most);
Value<milliseconds> duration(milliseconds least, milliseconds most);
Value<IpAddress> ip_address();
Value<SocketAddress> socket_address();
Value<Cidr> cidr();
Value<Secret> secret();
Value<std::map<DigestAlgorithm, std::string>> ha1_hashes();

/// "10s" as it would be written; the largest unit that leaves no rest.
std::string print_duration(milliseconds);

template <class T>
Value<T> integer_as(std::int64_t least, std::int64_t most) {
  auto wide = integer(least, most);
  return {wide.form,
          [read = wide.read](Reader& reader, const Place& place) -> std::optional<T> {
            const auto got = read(reader, place);
            if (!got) return std::nullopt;
            return static_cast<T>(*got);
          },
          [](const T& value) { return std::to_string(value); }};
}

/// A duration in whole seconds.
inline Value<std::chrono::seconds> seconds(std::chrono::seconds least, std::chrono::seconds most) {
  auto wide = duration(least, most);
  return {wide.form,
          [read = wide.read](Reader& reader, const Place& place) -> std::optional<std::chrono::seconds> {
            const auto got = read(reader, place);
            if (!got) return std::nullopt;
            if (got->count() % 1000 != 0) {
              reader.error(place.node->at, "expected whole seconds, got " + place.node->text);
              return std::nullopt;
            }
            return std::chrono::duration_cast<std::chrono::seconds>(*got);
          },
          [](const std::chrono::seconds& value) { return print_duration(value); }};
}

/// The position in `choices` of the scalar's text; a finding where it is none of them.
std::optional<std::size_t> read_choice(Reader& reader, const Place& place,
                                       const std::vector<std::string>& choices, std::string_view later);

/// One word of a few. `later`: words of the plan that have no code yet.
template <class E>
Value<E> choice(std::vector<std::pair<std::string, E>> words, std::string later = {}) {
  Form form;
  form.words = "one of";
  for (const auto& word : words) form.choices.push_back(word.first);
  return {form,
          [words, choices = form.choices, later](Reader& reader, const Place& place) -> std::optional<E> {
            const auto found = read_choice(reader, place, choices, later);
            if (!found) return std::nullopt;
            return words[*found].second;
          },
          [words](const E& value) {
            for (const auto& word : words) {
              if (word.second == value) return word.first;
            }
            return std::string{};
          }};
}

/// An object by its table.
template <class S>
Value<S> object(const Object& table) {
  return {object_form(table),
          [&table](Reader& reader, const Place& place) -> std::optional<S> {
            S out;
            if (!reader.read(place, table, &out)) return std::nullopt;
            return out;
          },
          {},
          [&table](const S& a, const S& b) { return equal_objects(table, &a, &b); },
          [&table](const S& from) { return write_object(table, &from); }};
}

template <class V>
bool equal_lists(const Value<V>& value, const std::vector<V>& a, const std::vector<V>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!value.equal(a[i], b[i])) return false;
  }
  return true;
}

/// The step of a path for one item: its name where it has one, so that it can be found in a long file.
std::string step_for(const Node& item, std::size_t index);

template <class V>
Value<std::vector<V>> list(Value<V> item, std::size_t most = SIZE_MAX, Arity arity = Arity::List) {
  Form form = item.form;
  form.arity = arity;
  const auto print = [print_item = item.print](const std::vector<V>& values) -> std::string {
    if (values.empty() || !print_item) return {};
    std::string out = "[";
    for (const auto& value : values) out += (out.size() > 1 ? ", " : "") + print_item(value);
    return out + "]";
  };
  const auto read = [item, most, arity](Reader& reader, const Place& place) -> std::optional<std::vector<V>> {
    std::vector<V> out;
    const auto& node = *place.node;
    if (arity == Arity::OneOrList && node.is_scalar()) {
      auto only = item.read(reader, place);
      if (!only) return std::nullopt;
      out.push_back(std::move(*only));
      return out;
    }
    if (node.kind != Node::Kind::List) {
      const auto at = node.kind == Node::Kind::Null ? place.where : node.at;
      reader.error(at, expected_but_got("a list", node),
                   "write it in [ ], or one item a line with '- ' before it");
      return std::nullopt;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const auto& child = *node.children[i];
      if (i >= most) {
        reader.error(child.at, "more than " + std::to_string(most) + " items in this list");
        break;
      }
      const Reader::Step step(reader, step_for(child, i));
      if (auto value = item.read(reader, Place{&child, child.at})) out.push_back(std::move(*value));
    }
    return out;
  };
  const auto write = [write_item = writer_of(item)](const std::vector<V>& values) -> std::optional<Written> {
    if (values.empty()) return std::nullopt;
    auto out = Written::list();
    for (const auto& value : values) {
      if (auto written = write_item(value)) out.items.push_back(std::move(*written));
    }
    return out;
  };
  return {form, read, print,
          [item](const std::vector<V>& a, const std::vector<V>& b) { return equal_lists(item, a, b); },
          write};
}

template <class V>
Value<std::vector<V>> one_or_list(Value<V> item) {
  return list(std::move(item), SIZE_MAX, Arity::OneOrList);
}

/// A map from names to objects: `access_groups: {hq: {…}}`.
template <class S>
Value<std::vector<S>> named(const Object& table, NameKind kind, std::string S::*name) {
  const auto read = [&table, kind, name](Reader& reader,
                                         const Place& place) -> std::optional<std::vector<S>> {
    const auto& node = *place.node;
    if (node.kind != Node::Kind::Map) {
      const auto at = node.kind == Node::Kind::Null ? place.where : node.at;
      reader.error(at, expected_but_got("a map from names to the keys of '" + table.name + "'", node));
      return std::nullopt;
    }
    std::vector<S> out;
    for (const auto& field : reader.fields_of(node, place.where).fields) {
      S object;
      const auto key_name = name_of(kind).read(reader, Place{field.key, field.key->at});
      object.*name = key_name.value_or(field.key->text);
      const Reader::Step step(reader, field.key->text);
      if (reader.read(Place{field.value, field.key->at}, table, &object) && key_name)
        out.push_back(std::move(object));
    }
    return out;
  };
  return {Form{Shape::Object, Arity::Named, table.name, {}, {}, {}, {}, &table},
          read,
          {},
          [value = object<S>(table), name](const std::vector<S>& a, const std::vector<S>& b) {
            if (!equal_lists(value, a, b)) return false;
            for (std::size_t i = 0; i < a.size(); ++i) {
              if (a[i].*name != b[i].*name) return false;
            }
            return true;
          },
          [&table, name](const std::vector<S>& objects) -> std::optional<Written> {
            if (objects.empty()) return std::nullopt;
            auto out = Written::map();
            for (const auto& object : objects)
              out.add(object.*name, write_object(table, &object));
            return out;
          }};
}

}  // namespace tandem::config

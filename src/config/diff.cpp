// What a reload would change, by the same table that read both sides.
#include <unordered_map>

#include "reader.hpp"
#include "schema.hpp"
#include "tables.hpp"
#include "tandem/config/load.hpp"

namespace tandem::config {
namespace {

std::string join(const ChangedKeys& keys) {
  std::string out;
  for (const auto& key : keys) out += (out.empty() ? "" : ", ") + key;
  return out;
}

class Comparison {
 public:
  Comparison(const Config& before, const Config& after) : before_(before), after_(after) {}

  /// The node's own sections: "limits.max_calls: changed".
  void sections() {
    for (const auto& section : root_table().keys) {
      if (section.form.object == nullptr || section.form.arity != Arity::One) continue;
      ChangedKeys changed;
      section.compare(&before_, &after_, section.name, changed);
      for (const auto& path : changed) {
        const auto* key = section.form.object->find(std::string_view(path).substr(section.name.size() + 1));
        const bool needs_restart = section.on_reload == OnReload::NeedsRestart ||
                                   (key != nullptr && key->on_reload == OnReload::NeedsRestart);
        difference_.lines.push_back(path + ": changed" + (needs_restart ? " (needs a restart)" : ""));
        if (needs_restart) difference_.needs_restart.push_back(path);
      }
    }
  }

  /// A list whose items have no name: "domains: changed".
  void whole(std::string_view key) {
    ChangedKeys changed;
    root_table().find(key)->compare(&before_, &after_, std::string(key), changed);
    if (!changed.empty()) difference_.lines.push_back(std::string(key) + ": changed");
  }

  /// Objects that a name tells apart, in the order of the files.
  template <class T>
  void objects(std::string_view kind, std::vector<T> Config::*list, std::string T::*name, const Object& table,
               OnReload on_reload = OnReload::Applies) {
    std::unordered_map<std::string_view, const T*> old;
    for (const auto& object : before_.*list) old.emplace(object.*name, &object);
    std::unordered_map<std::string_view, const T*> now;
    for (const auto& object : after_.*list) now.emplace(object.*name, &object);
    for (const auto& object : before_.*list) {
      if (now.count(object.*name) == 0) note(kind, object.*name, "removed", on_reload);
    }
    for (const auto& object : after_.*list) {
      const auto found = old.find(object.*name);
      if (found == old.end()) {
        note(kind, object.*name, "added", on_reload);
        continue;
      }
      ChangedKeys changed;
      compare_objects(table, found->second, &object, {}, changed);
      if (!changed.empty()) note(kind, object.*name, "changed " + join(changed), on_reload);
    }
  }

  Difference done() { return std::move(difference_); }

 private:
  void note(std::string_view kind, const std::string& name, const std::string& what, OnReload on_reload) {
    auto line = std::string(kind) + " " + name + ": " + what;
    if (on_reload == OnReload::NeedsRestart) {
      line += " (needs a restart)";
      difference_.needs_restart.push_back("listeners[" + name + "]");
    }
    difference_.lines.push_back(std::move(line));
  }

  const Config& before_;
  const Config& after_;
  Difference difference_;
};

}  // namespace

Difference diff(const Config& before, const Config& after) {
  Comparison comparison(before, after);
  comparison.sections();
  comparison.objects("listener", &Config::listeners, &Listener::name, listener_table(),
                     OnReload::NeedsRestart);
  comparison.whole("domains");
  comparison.whole("verified_caller_ids");
  comparison.objects("edge", &Config::edges, &Edge::name, edge_table());
  comparison.objects("node", &Config::nodes, &ServiceNode::name, service_node_table());
  comparison.objects("account", &Config::accounts, &Account::id, account_table());
  comparison.objects("access group", &Config::access_groups, &AccessGroup::name, access_group_table());
  comparison.objects("trunk", &Config::trunks, &Trunk::name, trunk_table());
  comparison.objects("carrier", &Config::carriers, &Carrier::name, carrier_table());
  comparison.objects("route", &Config::routes, &Route::name, route_table());
  comparison.objects("limit group", &Config::limit_groups, &LimitGroup::name, limit_group_table());
  comparison.objects("number", &Config::numbers, &DialledNumber::number, number_table());
  return comparison.done();
}

}  // namespace tandem::config

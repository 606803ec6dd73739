// Reads the tree of one file by the table: every mistake becomes a finding at its own place, and reading goes
// on.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "findings.hpp"
#include "names.hpp"
#include "schema.hpp"

namespace tandem::config {

/// What outlives one file while all are read.
struct Reading {
  Findings findings;
  Names names;
  std::map<std::string, Mark> once;                ///< top-level keys that only one file may have
  std::unordered_map<std::string, Mark> identify;  ///< by trunk name: where it says how it is identified
  std::vector<AccessGroup> groups;                 ///< that trunks of a provider bring with them
  std::vector<std::pair<std::string, Mark>>
      number_files;  ///< named and not yet read, with where they are named
};

/// A fragment has no required keys and no rules over several: the presets of a profile.
enum class Completeness : std::uint8_t { Whole, Fragment };

class Reader {
 public:
  Reader(const Document& document, Reading& reading, Completeness completeness = Completeness::Whole)
      : document_(document), reading_(reading), completeness_(completeness) {}

  /// Reads one map into `out`. False, with a finding, when it is none.
  bool read(const Place& place, const Object& object, void* out);
  /// The keys of a map, merge keys expanded.
  Fields fields_of(const Node& map, Position where);

  void error(Position at, std::string message, std::string cure = {});
  void warn(Position at, std::string message, std::string cure = {});
  void advise(Position at, std::string message, std::string cure = {});
  Mark mark(Position at) const { return document_.mark(at); }
  Names& names() { return reading_.names; }
  Findings& findings() { return reading_.findings; }
  Reading& reading() { return reading_; }
  const Document& document() const { return document_; }

  /// True for the first file that has this top-level key; else an error that names the first.
  bool claim_once(const std::string& key, Position at);
  /// "trunks[acme].origination": the place of the object being read, for the message about a missing key.
  std::string path() const;

  /// One step of the path, for as long as it lives.
  class Step {
   public:
    Step(Reader& reader, std::string text) : reader_(reader) { reader_.path_.push_back(std::move(text)); }
    ~Step() { reader_.path_.pop_back(); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Reader& reader_;
  };

 private:
  void merge(const Node& source, Fields& into);
  void check_whole(const Place& place, const Object& object, const Fields& fields,
                   const std::vector<const Key*>& misspelt, void* out);
  /// Reports it; the key of the object that was probably meant, or null.
  const Key* unknown_key(const Node& key, const Object& object);
  std::string cure_from_elsewhere(const std::string& key, const Object& object) const;

  const Document& document_;
  Reading& reading_;
  Completeness completeness_;
  std::vector<std::string> path_;
  std::vector<const Object*> scope_;
};

/// "expected a list, got text".
std::string expected_but_got(std::string_view expected, const Node& node);

}  // namespace tandem::config

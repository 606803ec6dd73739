#include "number_file.hpp"

#include <algorithm>

#include "csv.hpp"
#include "suggest.hpp"
#include "tables.hpp"
#include "values.hpp"

namespace tandem::config {
namespace {

constexpr char kBetweenTags = ';';

/// Cells of one row as the nodes that the table of numbers reads, so that a number is the same in either
/// form.
class RowReader {
 public:
  RowReader(const Document& document, Reading& reading) : reader_(document, reading) {}

  /// False where the header says too little to go on.
  bool read_header(const std::vector<CsvField>& header) {
    bool has_number = false;
    for (const auto& field : header) {
      const auto name = std::string(trim(field.text));
      const auto* key = number_table().find(name);
      if (key == nullptr) unknown_column(field.at, name);
      if (key != nullptr && std::find(columns_.begin(), columns_.end(), key) != columns_.end())
        reader_.error(field.at, "column '" + name + "' is given twice");
      has_number = has_number || name == "number";
      columns_.push_back(key);
    }
    if (!has_number) {
      reader_.error({1, 1}, "no column 'number' in the header of this file",
                    "the first row names the columns, for example number,trunk,tags");
    }
    keys_.resize(columns_.size());
    cells_.resize(columns_.size());
    return has_number;
  }

  std::optional<DialledNumber> read(const std::vector<CsvField>& row) {
    if (row.size() != columns_.size()) {
      reader_.error(row.front().at, "this row has " + std::to_string(row.size()) +
                                        " fields, the header has " + std::to_string(columns_.size()));
      return std::nullopt;
    }
    DialledNumber number;
    Fields fields;
    fields.where = row.front().at;
    number.mark = reader_.mark(fields.where);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (columns_[i] == nullptr || trim(row[i].text).empty()) continue;
      keys_[i].at = row[i].at;
      keys_[i].kind = Node::Kind::Plain;
      keys_[i].text = columns_[i]->name;
      fill_cell(row[i], *columns_[i], cells_[i]);
      columns_[i]->read(reader_, Place{&cells_[i], row[i].at}, &number);
      fields.fields.push_back({&keys_[i], &cells_[i]});
    }
    if (!fields.has("number")) reader_.error(fields.where, "a row without a number");
    number_table().finish(reader_, fields, &number);
    return number;
  }

 private:
  void unknown_column(Position at, const std::string& name) {
    std::string cure;
    for (const auto& key : number_table().keys) {
      if (cure.empty() && is_close(to_lower(name), key.name)) cure = did_you_mean(key.name);
    }
    reader_.error(at, "unknown column '" + printable(name, 60) + "'", cure);
  }

  void fill_cell(const CsvField& field, const Key& key, Node& cell) {
    const auto text = trim(field.text);
    cell.at = field.at;
    cell.octets = {};  // what is wrong is shown at the beginning of the cell
    if (key.form.arity != Arity::List) {
      cell.kind = Node::Kind::Quoted;
      cell.text = text;
      return;
    }
    cell.kind = Node::Kind::List;
    cell.children.clear();
    items_.clear();
    for (const auto part : split(text, kBetweenTags)) {
      if (trim(part).empty()) continue;
      auto& item = items_.emplace_back();
      item.kind = Node::Kind::Quoted;
      item.at = field.at;
      item.text = trim(part);
      cell.children.push_back(&item);
    }
  }

  Reader reader_;
  std::vector<const Key*> columns_;  ///< null: an unknown one
  std::vector<Node> keys_;
  std::vector<Node> cells_;
  std::deque<Node> items_;
};

}  // namespace

bool read_number_file(const Document& document, Reading& reading, std::vector<DialledNumber>& numbers) {
  auto& findings = reading.findings;
  if (const auto bad = find_bad_character(document.source.text()); bad.line != 0) {
    findings.error(document.mark(bad), "not text in UTF-8, or a control character", "save the file as UTF-8");
    return false;
  }
  RowReader reader(document, reading);
  CsvRows rows(document.source);
  std::vector<CsvField> row;
  if (!rows.next(row)) {
    if (!rows.fault())
      findings.error(document.mark({1, 1}), "an empty file", "the first row names the columns");
  } else if (reader.read_header(row)) {
    while (rows.next(row)) {
      if (auto number = reader.read(row)) numbers.push_back(std::move(*number));
    }
  }
  if (rows.fault()) findings.error(document.mark(rows.fault()->at), rows.fault()->message);
  return !rows.fault();
}

}  // namespace tandem::config

#include "cli/resources/watch_objects.h"

#include <algorithm>
#include <optional>

#include "client/watch.h"

#include "api/fields.h"
#include "cli/resources/object_output.h"
#include "cli/resources/server_table.h"
#include "cli/text.h"
#include "cli/yaml_text.h"

namespace holdfast::cli {
namespace {

// Lines whose columns are as wide as those of the first ones; what comes later and is wider pushes the rest aside.
class RunningTable {
 public:
  RunningTable(std::ostream& out, TableShape shape) : out_(out), shape_(std::move(shape)) {}

  void add(const client::WatchEvent& event) {
    // Only the first table says which columns there are.
    if (!table_) table_.emplace(event.object, shape_);
    ServerTable one = *table_;
    one.clear();
    one.add_rows(event.object);
    for (const std::vector<std::string>& row : one.rows()) {
      std::vector<std::string> cells{std::string(client::change_name(event.change))};
      for (const std::string& cell : row)
        cells.push_back(printable(cell));
      lines_.push_back(std::move(cells));
    }
    if (api::array_at(event.object, {"rows"}) == nullptr) add_bare(event);
    if (begun_) print();
  }

  void begin() {
    begun_ = true;
    print();
  }

 private:
  // What went while there was no connection is known by its metadata only.
  void add_bare(const client::WatchEvent& event) {
    std::vector<std::string> cells{std::string(client::change_name(event.change))};
    if (shape_.with_namespace) cells.emplace_back(api::text_at(event.object, {"metadata", "namespace"}));
    cells.push_back(shape_.prefix + std::string(api::text_at(event.object, {"metadata", "name"})));
    lines_.push_back(std::move(cells));
  }

  void print() {
    if (widths_.empty() && table_) {
      std::vector<std::string> titles = table_->titles();
      titles.insert(titles.begin(), "EVENT");
      lines_.insert(lines_.begin(), titles);
      widths_.assign(titles.size(), 0);
      for (const auto& line : lines_) {
        for (std::size_t i = 0; i < std::min(line.size(), widths_.size()); ++i)
          widths_[i] = std::max(widths_[i], columns_of(line[i]));
      }
      widths_.front() = std::max(widths_.front(), std::string_view("MODIFIED").size());
    }
    for (const auto& line : lines_)
      print_line(line);
    lines_.clear();
    out_ << std::flush;
  }

  void print_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::size_t width = i < widths_.size() ? widths_[i] : 0;
      const std::size_t used = columns_of(cells[i]);
      line += cells[i] + std::string(used < width ? width - used : 0, ' ') + "   ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ << line << '\n';
  }

  std::ostream& out_;
  const TableShape shape_;
  std::optional<ServerTable> table_;
  std::vector<std::vector<std::string>> lines_;  // not printed yet
  std::vector<std::size_t> widths_;
  bool begun_ = false;
};

void print_event(Session& session, const client::Resource& target, const client::WatchEvent& event) {
  std::ostream& out = session.world().out;
  json::Value object = event.object;
  drop_managed_fields(object);
  const json::Object document{{"type", client::change_name(event.change)}, {"object", object}};
  switch (session.output()) {
    case OutputFormat::json:
      out << json::to_string(document) << '\n';
      break;
    case OutputFormat::yaml:
      out << to_yaml(document) << "---\n";
      break;
    case OutputFormat::jsonpath:
      out << session.by_json_path(object);
      break;
    default:
      out << printable(target.kind.label_of(api::text_at(object, {"metadata", "name"}))) << '\n';
  }
  out << std::flush;
}

}  // namespace

Status watch_objects(Session& session, client::ApiClient& client, const client::Resource& target,
                     const TargetFlags& flags) {
  const OutputFormat format = session.output();
  const bool table = !is_for_programs(format) && format != OutputFormat::name && format != OutputFormat::jsonpath;
  World& world = session.world();
  RunningTable lines(world.out, {.wide = format == OutputFormat::wide,
                                 .with_namespace = flags.all_namespaces && target.kind.namespaced});
  const auto take = [&](const client::WatchEvent& event) -> Result<bool> {
    if (table) lines.add(event);
    if (!table) print_event(session, target, event);
    return static_cast<bool>(world.out);  // nobody reads any more
  };
  const auto begin = [&]() -> Result<bool> {
    if (table) lines.begin();
    return true;
  };
  const client::WatchOptions options{.selection = flags.selection,
                                     .form = table ? client::Form::table : client::Form::object};
  return client::watch(client, target, options, take, begin, world.clock, world.stop);
}

}  // namespace holdfast::cli

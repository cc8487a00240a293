#include "cli/session.h"

#include "cli/json_template.h"
#include "cli/setters.h"
#include "cli/text.h"

namespace holdfast::cli {

namespace {

void add_log_options(std::vector<Option>& options, General& general) {
  options.push_back({.name = "log-level",
                     .value_name = "LEVEL",
                     .help = "events on standard error from this level on",
                     .default_text = "warning; info for server",
                     .choices = {"debug", "info", "warning", "error"},
                     .set = set_choice<std::optional<log::Level>>(general.log_level, {{"debug", log::Level::debug},
                                                                                      {"info", log::Level::info},
                                                                                      {"warning", log::Level::warning},
                                                                                      {"error", log::Level::error}})});
  options.push_back({.name = "log-format",
                     .value_name = "FORMAT",
                     .help = "how events are written",
                     .default_text = "text",
                     .choices = {"text", "json"},
                     .set = set_choice<bool>(general.log_json, {{"text", false}, {"json", true}})});
}

}  // namespace

OptionGroup general_options(General& general) {
  OptionGroup group{.title = "General", .options = {}};
  group.options.push_back({.name = "config",
                           .value_name = "FILE",
                           .help = "configuration file (YAML; its names are those of the flags)",
                           .default_text = "HOLDFAST_CONFIG, else ~/.config/holdfast/config.yaml",
                           .completes = Completes::file,
                           .only_flag = true,
                           .set = set_text(general.config)});
  group.options.push_back({.name = "output",
                           .letters = "ow",
                           .aliases = {"write-out"},
                           .value_name = "FORMAT",
                           .help = "how results are printed; simple and fields are etcdutl's, for status; wide and "
                                   "name are for objects of the server; behind jsonpath= stands a template",
                           .default_text = "table",
                           .choices = output_format_names(),
                           .set = [&general](const std::vector<std::string>& values) -> Status {
                             general.output = parse_output_format(values.back());
                             if (general.output == OutputFormat::jsonpath) {
                               general.json_path = values.back().substr(values.back().find('=') + 1);
                               HF_TRY(JsonTemplate::parse(general.json_path));
                             }
                             general.output_given = true;
                             return {};
                           }});
  group.options.push_back(
      {.name = "quiet",
       .letters = "q",
       .help = "print nothing when all is well: no progress, and the result only when --output is set or it is bad",
       .set = set_switch(general.quiet)});
  group.options.push_back(
      {.name = "progress",
       .value_name = "STYLE",
       .help = "progress on standard error; auto is a bar on a terminal and nothing elsewhere, json one object a line",
       .default_text = "auto",
       .choices = {"auto", "bar", "json", "none"},
       .set = set_choice<ProgressStyle>(general.progress, {{"auto", ProgressStyle::automatic},
                                                           {"bar", ProgressStyle::bar},
                                                           {"json", ProgressStyle::json},
                                                           {"none", ProgressStyle::none}})});
  add_log_options(group.options, general);
  return group;
}

void Session::print(const json::Value& document, const std::function<void(std::ostream&)>& print_table, int code) {
  if (quiet() && code == 0) return;
  if (general_.output == OutputFormat::jsonpath) {
    world_.out << by_json_path(document);
    return;
  }
  print_result(world_.out, general_.output, document, print_table);
}

std::string Session::by_json_path(const json::Value& document) const {
  const auto path = JsonTemplate::parse(general_.json_path);
  std::string text = path ? path->render(document) : "";
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

void Session::warn(const std::string& sentence) {
  if (is_for_programs(general_.output)) {
    world_.err << json::to_string(json::Object{{"warning", printable(sentence)}}) << '\n' << std::flush;
  } else {
    world_.err << "holdfast: warning: " << printable(sentence) << '\n' << std::flush;
  }
}

void Session::note(ProgressDisplay& display, const std::string& sentence) {
  if (general_.quiet) return;
  const bool for_programs = is_for_programs(general_.output) || general_.progress == ProgressStyle::json;
  const std::string text = printable(sentence);
  display.print_line(for_programs ? json::to_string(json::Object{{"note", text}}) : "holdfast: " + text);
}

std::unique_ptr<ProgressDisplay> Session::progress() {
  const ProgressStyle style = general_.quiet ? ProgressStyle::none : general_.progress;
  return make_progress(style, world_.err, world_.err_is_terminal, world_.width, world_.clock);
}

}  // namespace holdfast::cli

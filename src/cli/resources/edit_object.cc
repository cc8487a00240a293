#include "cli/resources/edit_object.h"

#include "client/manifest.h"
#include "client/status_error.h"

#include "api/fields.h"
#include "base/bytes.h"
#include "cli/resources/object_output.h"
#include "cli/text.h"
#include "cli/yaml_text.h"

namespace holdfast::cli {
namespace {

constexpr std::string_view kHead =
    "# Change what is to be otherwise, then save and leave the editor.\n"
    "# A file that is left as it is, or empty, changes nothing. Lines that begin with # do not count.\n";

std::string editor_of(const os::Environment& environment) {
  for (const char* name : {"KUBE_EDITOR", "EDITOR"}) {
    if (const auto editor = environment.get(name)) return *editor;
  }
  return "vi";
}

std::string comment(const Error& error) {
  std::string text = "#\n# It was not accepted:\n";
  for (const std::string& line : wrap(printable(error.message), 100))
    text += "#   " + line + "\n";
  return text + "#\n";
}

constexpr int kMostTries = 5;

json::Value written_by_people(const json::Value& object) {
  json::Value rest = object;
  if (!rest.is_object()) return rest;
  rest.get_object().erase("status");
  json::Value* metadata = rest.get_object().if_contains("metadata");
  if (metadata == nullptr || !metadata->is_object()) return rest;
  for (const std::string_view name : {"resourceVersion", "managedFields", "finalizers"})
    metadata->get_object().erase(name);
  return rest;
}

class Editing {
 public:
  Editing(Session& session, client::ApiClient& client, const client::Resource& resource)
      : session_(session), client_(client), resource_(resource), files_(session.world().files) {
    World& world = session.world();
    const std::string directory = world.environment.get("TMPDIR").value_or("/tmp");
    path_ = os::join_path(directory, fmt::format("holdfast-edit-{:016x}.yaml", world.random.next()));
  }

  Result<int> run() {
    HF_ASSIGN(json::Value object, client_.get(resource_, client::Form::object, session_.world().stop));
    drop_managed_fields(object);
    Result<int> done = edit(to_yaml(object), object);
    if (done || !keep_) {
      HF_TRY(files_.remove(path_));
      return done;
    }
    Error error = std::move(done).error();
    error.hint = fmt::format("your text is in {}; \"holdfast apply -f {}\" tries it again", path_, path_);
    return tl::unexpected(std::move(error));
  }

 private:
  Result<int> edit(std::string text, const json::Value& object) {
    std::string head(kHead);
    while (true) {
      HF_ASSIGN(const std::string after, ask(head + text));
      auto changed = read(after);
      if (without_comments(after) == text || (changed && (changed->is_null() || *changed == object)))
        return unchanged();
      keep_ = true;
      if (changed) changed = write(*changed, object);
      if (changed) return finished(std::move(*changed));
      refusal_ = std::move(changed).error();
      if (refusal_->code != Code::usage) return tl::unexpected(*refusal_);
      head = std::string(kHead) + comment(*refusal_);
      text = without_comments(after);
    }
  }

  Result<std::string> ask(const std::string& text) {
    HF_TRY(os::write_file_atomically(files_, path_, as_bytes(text), 0600));
    const std::string editor = editor_of(session_.world().environment);
    // By a shell, because the variable may hold flags, too.
    HF_ASSIGN(const int code,
              session_.world().processes.run_in_foreground({"sh", "-c", editor + " \"$1\"", "edit", path_}));
    if (code != 0) return fail(Code::refused, "the editor ended with exit code {}; nothing was changed", code);
    if (session_.world().stop.stop_requested()) return fail(Code::cancelled, "stopped; nothing was changed");
    HF_ASSIGN(const Bytes bytes, os::read_file(files_, path_, client::kMostManifestBytes));
    return std::string(as_text(bytes));
  }

  static Result<json::Value> read(const std::string& text) {
    HF_ASSIGN(std::vector<json::Value> documents, client::read_documents(text));
    if (documents.empty()) return json::Value(nullptr);
    if (documents.size() > 1) return fail(Code::usage, "there is more than one object in the file");
    return std::move(documents.front());
  }

  // What the server itself writes meanwhile (status, finalizers) is nobody's edit: only what people write must be as it
  // was read.
  Result<json::Value> write(json::Value object, const json::Value& before) {
    const std::stop_token& stop = session_.world().stop;
    for (int tries = 1;; ++tries) {
      auto written = client_.update(resource_, object, {}, stop);
      if (written || !client::is_conflict(written.error()) || tries == kMostTries) return written;
      auto now = client_.get(resource_, client::Form::object, stop);
      if (!now || written_by_people(*now) != written_by_people(before)) return written;
      const std::string_view version = api::text_at(*now, {"metadata", "resourceVersion"});
      json::Value* metadata = object.is_object() ? object.get_object().if_contains("metadata") : nullptr;
      if (metadata == nullptr || !metadata->is_object()) return written;
      metadata->get_object()["resourceVersion"] = version;
    }
  }

  static std::string without_comments(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
      text.remove_prefix(line.size());
      if (!line.starts_with('#')) out += line;
    }
    return out;
  }

  Result<int> unchanged() {
    if (refusal_) return tl::unexpected(*refusal_);
    session_.world().err << "holdfast: nothing was changed\n";
    return 0;
  }

  Result<int> finished(json::Value object) {
    print_outcomes(session_, {{.resource = resource_, .object = std::move(object), .done = "edited"}});
    return 0;
  }

  Session& session_;
  client::ApiClient& client_;
  const client::Resource& resource_;
  os::FileSystem& files_;
  std::string path_;
  std::optional<Error> refusal_;  // of the last attempt
  bool keep_ = false;             // there is something in the file that is nowhere else
};

}  // namespace

Result<int> edit_object(Session& session, client::ApiClient& client, const client::Resource& resource) {
  return Editing(session, client, resource).run();
}

}  // namespace holdfast::cli

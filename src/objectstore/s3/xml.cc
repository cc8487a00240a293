#include "objectstore/s3/xml.h"

#include <charconv>

#include <pugixml.hpp>

#include "http/url.h"

namespace holdfast::objectstore::s3 {
namespace {

// Names of white space alone must survive. Entities other than the five of XML are left as they are.
constexpr unsigned kParseOptions = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata_single;

Result<pugi::xml_node> parse_root(pugi::xml_document& document, std::string_view body, const char* root) {
  const auto parsed = document.load_buffer(body.data(), body.size(), kParseOptions, pugi::encoding_utf8);
  if (!parsed) return fail(Code::corrupt, "the answer is not XML: {} at byte {}", parsed.description(), parsed.offset);
  const pugi::xml_node node = document.document_element();
  if (std::string_view(node.name()) != root) {
    return fail(Code::corrupt, "the answer is \"{:.40}\" where {} was expected", node.name(), root);
  }
  return node;
}

std::string text(const pugi::xml_node& node, const char* child) {
  return node.child_value(child);
}

Result<bool> read_flag(const pugi::xml_node& node, const char* child) {
  const std::string value = text(node, child);
  if (value == "true") return true;
  if (value == "false" || value.empty()) return false;
  return fail(Code::corrupt, "{} is neither true nor false in the answer", child);
}

Result<std::uint64_t> read_size(const pugi::xml_node& node) {
  const std::string value = text(node, "Size");
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), size);
  if (value.empty() || error != std::errc() || end != value.data() + value.size()) {
    return fail(Code::corrupt, "an object has no readable size in the answer");
  }
  return size;
}

Result<WallTime> read_time(const pugi::xml_node& node, const char* child) {
  auto time = parse_time(text(node, child));
  if (!time) return fail(Code::corrupt, "{} is not a time in the answer", child);
  return time;
}

// With encoding-type=url a name comes percent-encoded and a space as '+'; a server that does not know the parameter
// does not repeat it, and its names are plain.
class NameReader {
 public:
  explicit NameReader(const pugi::xml_node& root) : encoded_(text(root, "EncodingType") == "url") {}

  Result<std::string> read(const pugi::xml_node& node, const char* child) const {
    std::string name = text(node, child);
    if (!encoded_) return name;
    for (char& c : name) {
      if (c == '+') c = ' ';
    }
    auto decoded = http::percent_decode(name);
    if (!decoded) return fail(Code::corrupt, "{} is wrongly encoded in the answer", child);
    return decoded;
  }

 private:
  const bool encoded_;
};

Result<ObjectInfo> read_object(const pugi::xml_node& node, const NameReader& names) {
  ObjectInfo info;
  HF_ASSIGN(info.key, names.read(node, "Key"));
  HF_ASSIGN(info.size, read_size(node));
  HF_ASSIGN(info.modified, read_time(node, "LastModified"));
  info.etag = unquoted(text(node, "ETag"));
  return info;
}

Result<PendingUpload> read_upload(const pugi::xml_node& node, const NameReader& names) {
  PendingUpload upload;
  HF_ASSIGN(upload.key, names.read(node, "Key"));
  upload.upload_id = text(node, "UploadId");
  HF_ASSIGN(upload.initiated, read_time(node, "Initiated"));
  return upload;
}

}  // namespace

ErrorDocument parse_error(std::string_view body) {
  pugi::xml_document document;
  const auto root = parse_root(document, body, "Error");
  if (!root) return {};
  return {.code = text(*root, "Code"),
          .message = text(*root, "Message"),
          .request_id = text(*root, "RequestId"),
          .region = text(*root, "Region"),
          .endpoint = text(*root, "Endpoint"),
          .server_time = text(*root, "ServerTime")};
}

Result<ListPage> parse_list(std::string_view body) {
  pugi::xml_document document;
  HF_ASSIGN(const pugi::xml_node root, parse_root(document, body, "ListBucketResult"));
  const NameReader names(root);
  ListPage page;
  for (const pugi::xml_node& node : root.children("Contents")) {
    HF_ASSIGN(ObjectInfo info, read_object(node, names));
    page.objects.push_back(std::move(info));
  }
  HF_ASSIGN(page.truncated, read_flag(root, "IsTruncated"));
  page.next_token = text(root, "NextContinuationToken");
  if (page.truncated && page.next_token.empty()) {
    return fail(Code::corrupt, "the list goes on, but the answer does not say where");
  }
  return page;
}

Result<std::string> parse_upload_id(std::string_view body) {
  pugi::xml_document document;
  HF_ASSIGN(const pugi::xml_node root, parse_root(document, body, "InitiateMultipartUploadResult"));
  std::string id = text(root, "UploadId");
  if (id.empty()) return fail(Code::corrupt, "the answer names no upload id");
  return id;
}

Result<CompletedUpload> parse_completed(std::string_view body) {
  pugi::xml_document document;
  HF_ASSIGN(const pugi::xml_node root, parse_root(document, body, "CompleteMultipartUploadResult"));
  return CompletedUpload{.etag = unquoted(text(root, "ETag"))};
}

Result<UploadsPage> parse_uploads(std::string_view body) {
  pugi::xml_document document;
  HF_ASSIGN(const pugi::xml_node root, parse_root(document, body, "ListMultipartUploadsResult"));
  const NameReader names(root);
  UploadsPage page;
  for (const pugi::xml_node& node : root.children("Upload")) {
    HF_ASSIGN(PendingUpload upload, read_upload(node, names));
    page.uploads.push_back(std::move(upload));
  }
  HF_ASSIGN(page.truncated, read_flag(root, "IsTruncated"));
  HF_ASSIGN(page.next_key_marker, names.read(root, "NextKeyMarker"));
  page.next_upload_id_marker = text(root, "NextUploadIdMarker");
  if (page.truncated && page.next_key_marker.empty() && page.next_upload_id_marker.empty()) {
    return fail(Code::corrupt, "the list of uploads goes on, but the answer does not say where");
  }
  return page;
}

std::string retention_document(std::string_view mode, WallTime until) {
  return fmt::format(
      R"(<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>{}</Mode><RetainUntilDate>{}</RetainUntilDate></Retention>)",
      mode, format_time(until, true));
}

std::string complete_document(const std::vector<PartToComplete>& parts) {
  pugi::xml_document document;
  auto root = document.append_child("CompleteMultipartUpload");
  root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto part = root.append_child("Part");
    part.append_child("PartNumber").text() = static_cast<unsigned>(i + 1);
    part.append_child("ETag").text() = ("\"" + parts[i].etag + "\"").c_str();
    if (!parts[i].checksum_tag.empty()) {
      part.append_child(parts[i].checksum_tag.c_str()).text() = parts[i].checksum.c_str();
    }
  }
  struct StringWriter final : pugi::xml_writer {
    std::string out;
    void write(const void* data, std::size_t size) override { out.append(static_cast<const char*>(data), size); }
  } writer;
  document.save(writer, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
  return std::move(writer.out);
}

std::string unquoted(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

}  // namespace holdfast::objectstore::s3

# Writes a C++ source that holds files as text. Run as a script at build time:
#   cmake -D OUTPUT=<file.cc> -D HEADER=<include> -D NAMESPACE=<a::b> -D TYPE=<struct of name and text> -D FUNCTION=<name>
#         -D FILES=<file;file> -P EmbedFiles.cmake
set(entries "")
foreach(file ${FILES})
  get_filename_component(name "${file}" NAME)
  file(READ "${file}" text)
  string(FIND "${text}" ")EMBED\"" closes)
  if(NOT closes EQUAL -1)
    message(FATAL_ERROR "${file} holds the mark that ends its text")
  endif()
  string(APPEND entries "    {\"${name}\", R\"EMBED(${text})EMBED\"},\n")
endforeach()
file(WRITE "${OUTPUT}.new" "#include \"${HEADER}\"

namespace ${NAMESPACE} {
namespace {

constexpr ${TYPE} kFiles[] = {
${entries}};

}  // namespace

std::span<const ${TYPE}> ${FUNCTION}() {
  return kFiles;
}

}  // namespace ${NAMESPACE}
")
file(RENAME "${OUTPUT}.new" "${OUTPUT}")

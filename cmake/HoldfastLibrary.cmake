# What nearly every file includes, parsed once per target. Only a saving of time: each file includes what it uses, and the
# release build, which goes without, proves it.
set(HOLDFAST_COMMON_HEADERS
    <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <optional> <span> <stop_token> <string> <string_view>
    <utility> <vector> <fmt/core.h> <tl/expected.hpp>)

function(holdfast_precompile target)
  if(HOLDFAST_PCH)
    target_precompile_headers(${target} PRIVATE ${HOLDFAST_COMMON_HEADERS} ${ARGN})
  endif()
endfunction()

# holdfast_library(<folder> SOURCES <files> [DEPENDS <our folders>] [LINKS <third-party targets>])
#
# One folder under src/ is one static library, target holdfast_<folder>. DEPENDS are the folders below it whose headers its
# own headers may show; LINKS stay private, so third-party headers do not leak into other libraries.
function(holdfast_library folder)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LINKS" ${ARGN})
  add_library(holdfast_${folder} STATIC ${ARG_SOURCES})
  target_include_directories(holdfast_${folder} PUBLIC "${CMAKE_SOURCE_DIR}/src")
  target_compile_options(holdfast_${folder} PRIVATE ${HOLDFAST_WARNINGS})
  list(TRANSFORM ARG_DEPENDS PREPEND holdfast_)
  target_link_libraries(holdfast_${folder} PUBLIC ${ARG_DEPENDS} tl::expected fmt::fmt Threads::Threads PRIVATE ${ARG_LINKS})
  holdfast_sanitize_product(holdfast_${folder})
  holdfast_precompile(holdfast_${folder})
endfunction()

# holdfast_test(<name> SOURCES <files> DEPENDS <our folders or targets> [LINKS <third-party targets>] [LABELS <labels>]
#               [FIXTURES rgw] [TIMEOUT <s>])
# A GoogleTest program; every TEST in it becomes a ctest entry's part (one entry per program keeps real servers shared).
# FIXTURES rgw starts the S3 server (scripts/ceph-rgw) before and ends it after the tests that name it.
function(holdfast_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPENDS;LINKS;LABELS;FIXTURES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_compile_options(${name} PRIVATE ${HOLDFAST_WARNINGS})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/tests" "${CMAKE_SOURCE_DIR}/src")
  target_compile_definitions(${name} PRIVATE HOLDFAST_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data"
                             HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  list(TRANSFORM ARG_DEPENDS PREPEND holdfast_)
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ${ARG_LINKS} GTest::gtest GTest::gmock GTest::gtest_main)
  if(HOLDFAST_PCH)
    target_precompile_headers(${name} REUSE_FROM holdfast_test_headers)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
                       FIXTURES_REQUIRED "${ARG_FIXTURES}" ENVIRONMENT "${HOLDFAST_TEST_ENVIRONMENT}")
endfunction()

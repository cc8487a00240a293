# Compiler cache and linker: used when present, never required.
find_program(HOLDFAST_CCACHE ccache)
if(HOLDFAST_CCACHE)
  # The sloppiness is what ccache's manual asks for with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros "${HOLDFAST_CCACHE}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND HOLDFAST_PCH)
    add_compile_options(-fpch-preprocess)
  elseif(HOLDFAST_PCH)
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()

find_program(HOLDFAST_MOLD mold)
if(HOLDFAST_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Warnings are errors for our own targets only (see HoldfastLibrary.cmake); third-party headers come in as system headers.
# Designated initialisers that leave the other members at their defaults are how options are passed here, so that one is off.
set(HOLDFAST_WARNINGS
    -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused -Wno-missing-field-initializers -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Deprecated names are g++'s business: clang blames us for one that libstdc++ 12 uses inside std::stable_sort.
  list(APPEND HOLDFAST_WARNINGS -Wthread-safety -Wnull-dereference -Wno-deprecated-declarations)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside the standard library's own inlined code, at -O2 by the hundred; clang-tidy and the
  # sanitizers look for the real ones.
  list(APPEND HOLDFAST_WARNINGS -Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds
       -Wno-stringop-overread -Wno-free-nonheap-object)
endif()

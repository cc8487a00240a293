# HOLDFAST_SANITIZE goes into everything: address | thread. HOLDFAST_SANITIZE_PRODUCT goes into our own libraries alone:
# undefined behaviour and the fuzzers' coverage of the product are what matters, and in tests they double the time to compile.
if(HOLDFAST_SANITIZE)
  add_compile_options(-fsanitize=${HOLDFAST_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE})
endif()
if(HOLDFAST_SANITIZE_PRODUCT)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE_PRODUCT})
endif()

function(holdfast_sanitize_product target)
  if(HOLDFAST_SANITIZE_PRODUCT)
    target_compile_options(${target} PRIVATE -fsanitize=${HOLDFAST_SANITIZE_PRODUCT} -fno-sanitize-recover=all)
  endif()
endfunction()

# What the sanitizers of a test program are told. A finding ends the program with a failure. addr2line comes with g++; an
# llvm-symbolizer that happens to be first in PATH may be too old for what clang 19 writes.
find_program(HOLDFAST_ADDR2LINE addr2line REQUIRED)
set(symbolizer "external_symbolizer_path=${HOLDFAST_ADDR2LINE}")
set(HOLDFAST_TEST_ENVIRONMENT
    "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:${symbolizer}"
    "UBSAN_OPTIONS=print_stacktrace=1"
    # The tests of signals fork, and the child starts a thread.
    "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:die_after_fork=0:${symbolizer}")

# Running one stage after the other, for scripts/test, which sources this file: shows which one runs and how long it took,
# keeps its output under build/log, counts tests, and goes on after a failure.

passed=0
failed=0
failed_stages=
log_dir=build/log
mkdir -p "$log_dir"

# Prints a line of life once a minute: the last line of the log.
report_progress() {
  local name=$1 log=$2
  while sleep 60 >/dev/null 2>&1; do  # without our output: a sleep outlives the reporter
    printf '   %s … %s\n' "$name" "$(tail -n 1 "$log" | tr -d '\r' | cut -c1-100)"
  done
}

# stage NAME COMMAND...: runs the command; returns its result.
stage() {
  local name=$1 begin=$SECONDS log=$log_dir/$1.log reporter result=0
  shift
  printf '== %s\n' "$name"
  : >"$log"
  report_progress "$name" "$log" &
  reporter=$!
  "$@" >"$log" 2>&1 </dev/null || result=$?
  kill "$reporter" 2>/dev/null && wait "$reporter" 2>/dev/null || true
  if [ $result = 0 ]; then
    printf '   %s: ok, %s s\n' "$name" $((SECONDS - begin))
  else
    failed_stages="$failed_stages $name"
    tail -n 60 "$log"
    printf '   %s: FAILED after %s s, all of its output is in %s\n' "$name" $((SECONDS - begin)) "$log"
  fi
  return $result
}

# Counts a stage that is one test.
single_test_stage() {
  if stage "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# Counts a stage only when it fails: set-up and builds.
setup_stage() { stage "$@" || failed=$((failed + 1)); }

# ctest_stage NAME BUILD_DIR CTEST_ARGS...: runs ctest and adds up what ran. A GoogleTest program counts once per test in it.
ctest_stage() {
  local name=$1 build=$2 counts results
  shift 2
  results=$PWD/$log_dir/$name-results
  rm -rf "$results" && mkdir -p "$results"
  GTEST_OUTPUT="xml:$results/" stage "$name" ctest --test-dir "$build" --output-on-failure --no-tests=error \
    --output-junit "$results/ctest.junit" "$@" || true
  counts=$(count_tests "$results")
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
  printf '   %s: %s passed, %s failed\n' "$name" "${counts% *}" "${counts#* }"
  show_failures "$results/ctest.junit"
}

# Prints of each test that failed where it did: 12 lines from each failure it names (at most 60), and its last 15 lines. What a
# fuzz target found is there as base64.
show_failures() {
  [ -s "$1" ] || return 0
  awk '
    /<testcase / { failed = /status="fail"/; name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name); lines = 0; delete line }
    failed { line[++lines] = $0 }
    /<\/testcase>/ && failed {
      printf "== failed: %s\n", name
      shown = 0; until = 0
      for (i = 1; i <= lines; ++i) {
        if (line[i] ~ /: Failure$|ERROR: |runtime error: /) until = i + 12
        if (i > lines - 15 || (i < until && shown++ < 60)) print line[i]
      }
    }' "$1" | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' | cut -c1-400
}

attribute() { sed -n "s/.*[ <]$2=\"\([^\"]*\)\".*/\1/p" <<<"$1"; }

# Prints "PASSED FAILED" for one ctest run.
count_tests() {
  local results=$1 good=0 bad=0 line name status summary tests wrong
  [ -s "$results/ctest.junit" ] || { echo "0 1"; return; }
  while read -r line; do
    name=$(attribute "$line" name)
    status=$(attribute "$line" status)
    tests=1 wrong=0
    [ "$status" = run ] || wrong=1
    if [ -s "$results/$name.xml" ]; then
      summary=$(grep -m 1 '<testsuites ' "$results/$name.xml")
      tests=$(attribute "$summary" tests)
      # A program can fail as a whole without a failed test: a leak found at its end, a crash after the last test.
      local failures=$(($(attribute "$summary" failures) + $(attribute "$summary" errors)))
      [ $failures -lt $wrong ] || wrong=$failures
    elif [[ $name == rgw_* ]] && [ $wrong = 0 ]; then
      tests=0  # the server's start and stop are no tests
    fi
    good=$((good + tests - wrong))
    bad=$((bad + wrong))
  done < <(grep '<testcase ' "$results/ctest.junit")
  echo "$good $bad"
}

finish() {
  [ -z "$failed_stages" ] || printf 'Failed stages:%s\n' "$failed_stages"
  printf 'Took %s min %s s\n' $((SECONDS / 60)) $((SECONDS % 60))
  printf '%s passed, %s failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] && [ -z "$failed_stages" ]
}

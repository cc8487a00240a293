# Each of these does all of its own set-up on Debian 12: packages, build, test servers. The work is in scripts/.
.PHONY: demo test check bench build format lint clean

demo:    # a real etcd is filled, backed up, emptied and restored before your eyes; then a server takes over its backups
	@scripts/demo
test:    # layout, every test, fuzzing, static analysis
	@scripts/test
check:   # the same, and the tests again with the sanitizers for memory, undefined behaviour and threads
	@scripts/test format dev asan fuzz tsan tidy
bench:   # side by side with the tools people use today; BENCH="--rounds 3" passes options on
	@scripts/bench $(BENCH)
build:   # the program: build/release/apps/holdfast/holdfast
	@scripts/build
format:  # lays out every source file
	@scripts/format
lint:    # format check, static analysis, layers
	@scripts/test format lint tidy
clean:
	rm -rf build

# Each of these does all of its own set-up on Debian 12: packages, build, test servers. The work is in scripts/.
.PHONY: demo test check bench build format lint clean

demo:    # a real etcd is filled, backed up, emptied and restored before your eyes
	@scripts/demo
test:    # every test, also with sanitizers; fuzzing; layout and static analysis
	@scripts/test
check:   # the part of it for every day: layout, and every test on the everyday build
	@scripts/test format dev
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

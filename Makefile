# The front door. Each target does its own set-up; the work itself is in Scripts/ and in quire.

# One build serves tests and commands: without testable imports both are compiled alike.
run_tests = swift test -c release --disable-xctest --disable-testable-imports

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' Makefile

setup: ## bring what the build needs (Debian packages, libtorch, pandoc, art); a second run does nothing
	@Scripts/setup.sh

paper: setup ## run what is out of date, then weave paper.md, Figures/, build/paper.html and build/paper.pdf
	./quire run
	./quire weave

paper-from-scratch: setup ## train and compute everything anew, then weave; says beforehand how long it takes
	./quire plan --from-scratch
	./quire run --from-scratch --threads 1
	./quire weave

rehearsal: setup ## the same with a hundredth of the training, in build/rehearsal: does everything still run?
	@Scripts/rehearse.sh

check: setup ## does the committed paper still follow from its records? nothing is computed anew
	./quire check --rebuild none

test: setup ## build everything and run the tests, in release mode
	$(run_tests)

test-long: setup ## the tests, with those that take long: fuzzing, kills, soaks, thread counts; a rehearsal, each section alone
	@./quire --help >/dev/null # while tests run nothing can be built, and one of them needs the launcher's program
	QUIRE_TEST_LONG=1 $(run_tests)
	@Scripts/rehearse.sh
	@Scripts/test-sections.sh

test-oracle: setup ## score freshly drawn detections with quire and with pycocotools
	@Scripts/test-oracle.sh

test-parity: setup ## run full-size detectors with random weights in quire and in transformers
	@Scripts/test-parity.sh

lint: ## formatting, shell syntax, paths of one machine in tracked files
	@Scripts/lint.sh

format: ## format the Swift sources in place
	@Scripts/format.sh

clean: ## remove what was built; keep .deps, the results, and reports on other data in build/profiles
	rm -rf .build
	@[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name profiles -exec rm -rf {} +

.PHONY: help setup paper paper-from-scratch rehearsal check test test-long test-oracle test-parity lint format clean

# For those who have make: the same verbs as ./portal.
.PHONY: run test test-services lint bench
run test test-services lint bench:
	./portal $@

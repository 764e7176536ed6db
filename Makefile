# The same commands for those who type make; dev.py does the work.
.PHONY: demo test check bench

demo test check bench:
	@python3 dev.py $@

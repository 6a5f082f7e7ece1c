"""Each figure is one file: `measure(run)` runs one round of it and returns numbers by name.

`run` has the options and the rounds so far; its `count` scales a number by --scale. Numbers that end in `_ratio` or begin with `ratio_`
are ratios within one round, so that a slow minute of the machine affects both sides.
"""

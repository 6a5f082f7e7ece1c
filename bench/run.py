"""All figures of the benchmark in one run: the median of each over the rounds, as one JSON object on the last line."""

import argparse
import importlib
import json
import os
import statistics
import traceback

from system import Process, say

# In the order in which a round measures them: what a ratio compares to comes first. Each is one file in figures/.
FIGURES = [
    "bare_passage", "celery", "fanout", "http_bare", "accept", "singles", "fair", "hang", "relay_down", "failover", "million", "priority", "loaded",
    "bundle", "limit",
]
MINIMUM_ROUNDS = 3


def figure(name):
    return importlib.import_module(f"figures.{name}")


class Run:
    """The input of a figure: the options, and what this round has measured so far."""

    def __init__(self, options):
        self.scale = options.scale
        self.target = os.environ["BENCH_TARGET"] + "/hook/{}"
        self.number = 0
        self.round = {}
        self.made = {}

    def begin_round(self):
        self.number += 1
        self.round = {}

    def count(self, number):
        """So many, or fewer in a run that is scaled down."""
        return max(int(number * self.scale), 1)

    def seconds(self, number):
        return max(number * min(self.scale, 1), 2)

    def once(self, name, make):
        """What is made once for all rounds."""
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]


def arguments():
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="only the JSON object on standard output")
    parser.add_argument("--list", action="store_true", help="print the figures")
    parser.add_argument("--rounds", type=int, default=3, help=f"of every figure; at least {MINIMUM_ROUNDS} unless scaled (default: 3)")
    parser.add_argument("--only", metavar="FIGURE", action="append", choices=FIGURES, help="leave the others out")
    parser.add_argument("--scale", type=float, default=1.0, help="of all counts; what is not 1 is only for trying (default: 1)")
    options = parser.parse_args()
    if options.scale == 1:
        options.rounds = max(options.rounds, MINIMUM_ROUNDS)
    return options


def main():
    options = arguments()
    wanted = [name for name in FIGURES if name in (options.only or FIGURES)]
    if options.list:
        for name in wanted:
            print(f"{name:<16} {figure(name).__doc__.splitlines()[0]}")
        return 0
    run, results, errors = Run(options), {}, {}
    for _ in range(options.rounds):
        run.begin_round()
        say(f"round {run.number} of {options.rounds}")
        for name in wanted:
            try:
                measured = figure(name).measure(run)
            except Exception as error:
                # The other figures are still worth measuring.
                traceback.print_exc()
                errors[name] = repr(error)
                Process.stop_all()
                continue
            for key, value in measured.items():
                run.round[key] = value
                results.setdefault(key, []).append(value)
                say(f"  {key:<24} {value:>14,.3f}")
    report(results, errors, options)
    return 1 if errors else 0


def report(results, errors, options):
    summary = {}
    for name, values in results.items():
        digits = 0 if name.endswith("_per_s") else 3
        summary[name] = round(statistics.median(values), digits)
        if "ratio" in name:
            summary[f"{name}_lowest"] = round(min(values), digits)
            summary[f"{name}_highest"] = round(max(values), digits)
    if not options.json:
        for name, value in summary.items():
            print(f"{name:<32} {value:>14,}")
    summary["scale"] = options.scale
    if errors:
        summary["errors"] = errors
    summary["rounds"] = {name: [round(value, 3) for value in values] for name, values in results.items()}
    print(json.dumps(summary), flush=True)


if __name__ == "__main__":
    try:
        status = main()
    finally:
        Process.stop_all()
    raise SystemExit(status)

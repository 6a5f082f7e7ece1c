"""Applies each mutation of Tests/mutants.toml alone to a copy of the checkout and shows which test fails."""

import argparse
import pathlib
import shutil
import signal
import subprocess
import sys
import tomllib

from test_run import Run, build, run_tests

LIST = pathlib.Path("Tests/mutants.toml")
COPY = pathlib.Path(".mutants")
LIMIT = 60
FIELDS = {"name", "breaks", "file", "old", "new", "filter"}


class Unfit(Exception):
    """A mutation that cannot be applied or built; it says nothing about the tests."""


class Mutation:
    def __init__(self, entry):
        if set(entry) != FIELDS:
            raise SystemExit(f"{LIST}: a mutation has {', '.join(sorted(FIELDS))}; this one has {', '.join(sorted(entry))}")
        self.name, self.breaks, self.filter = entry["name"], entry["breaks"], entry["filter"]
        self.file, self.old, self.new = pathlib.Path(entry["file"]), entry["old"], entry["new"]

    def applied(self, checkout):
        """The text of its file with the mutation."""
        path = checkout / self.file
        if not path.is_file():
            raise Unfit(f"there is no {self.file}")
        text = path.read_text()
        if (count := text.count(self.old)) != 1:
            raise Unfit(f"its old text is {count} times in {self.file}")
        return text.replace(self.old, self.new)


def mutations():
    entries = [Mutation(entry) for entry in tomllib.loads(LIST.read_text())["mutation"]]
    names = [mutation.name for mutation in entries]
    if repeated := {name for name in names if names.count(name) > 1}:
        raise SystemExit(f"{LIST}: more than one mutation is named {', '.join(sorted(repeated))}")
    return entries


def copy_checkout():
    """Makes the copy equal to the checkout. Writes only what differs, so that little is rebuilt."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True, check=True
    ).stdout
    wanted = {pathlib.Path(name) for name in listed.split("\0") if name and pathlib.Path(name).is_file()}
    COPY.mkdir(exist_ok=True)
    for path in sorted(COPY.rglob("*")):
        inner = path.relative_to(COPY)
        if inner.parts[0] != ".build" and path.is_file() and inner not in wanted:
            path.unlink()
    for path in sorted(wanted):
        target = COPY / path
        if not target.is_file() or target.read_bytes() != path.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def show_unmutated(filters):
    """Without a mutation every listed test must pass, or its failure would prove nothing."""
    complaint = build(COPY)
    if complaint:
        raise SystemExit(f"the checkout does not build:\n{complaint}")
    unfit = 0
    for name in filters:
        run = run_tests(COPY, name, LIMIT)
        unfit += not run.passed
        print(f"unmutated: {name:<28} {run.said} ({run.tests} tests, {run.seconds:.0f} s)", flush=True)
        if not run.passed:
            print(run.output, flush=True)
    if unfit:
        raise SystemExit("without a mutation not all tests pass, so mutations would prove nothing")


def attempt(mutation):
    path = COPY / mutation.file
    changed = mutation.applied(COPY)
    original = path.read_text()
    path.write_text(changed)
    try:
        if complaint := build(COPY):
            raise Unfit(f"it does not compile:\n{complaint}")
        return run_tests(COPY, mutation.filter, LIMIT)
    finally:
        path.write_text(original)


def result_of(mutation):
    """killed, survived or error, and the line that reports it."""
    try:
        run = attempt(mutation)
    except Unfit as unfit:
        return "error", f"ERROR: {unfit}"
    if run.ending == Run.HUNG:
        return "killed", f"killed by the limit of {LIMIT} s ({mutation.filter})"
    if run.ending == Run.CRASHED:
        return "killed", f"killed by a crash of the tests ({mutation.filter})"
    if run.passed:
        return "survived", f"SURVIVED {mutation.filter}: {mutation.breaks}"
    if not run.failed:
        return "error", f"ERROR: {run.said}\n{run.output}"
    return "killed", f"killed by {', '.join(run.failed[:2])}" + (f" and {len(run.failed) - 2} more" if len(run.failed) > 2 else "")


def check(entries):
    unfit = 0
    for mutation in entries:
        try:
            mutation.applied(pathlib.Path("."))
        except Unfit as why:
            unfit += 1
            print(f"{mutation.name}: {why}")
    return 1 if unfit else 0


def main():
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("--only", metavar="NAME", action="append", help="only this mutation; may be repeated")
    parser.add_argument("--list", action="store_true", help="print the mutations")
    parser.add_argument("--check", action="store_true", help="only check that each can be applied")
    options = parser.parse_args()
    entries = mutations()
    if unknown := set(options.only or []) - {mutation.name for mutation in entries}:
        parser.error(f"there is no mutation {', '.join(sorted(unknown))}; see --list")
    entries = [mutation for mutation in entries if not options.only or mutation.name in options.only]
    if options.list:
        for mutation in entries:
            print(f"{mutation.name:<40} {mutation.breaks}")
        return 0
    if options.check:
        return check(entries)
    # So that child processes are stopped and the copy is restored.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    copy_checkout()
    show_unmutated(sorted({mutation.filter for mutation in entries}))
    counts = {"killed": 0, "survived": 0, "error": 0}
    for mutation in entries:
        verdict, line = result_of(mutation)
        counts[verdict] += 1
        print(f"{mutation.name:<40} {line}", flush=True)
    print(f"{counts['killed']} killed, {counts['survived']} survived, {counts['error']} errors", flush=True)
    return 0 if counts["killed"] == len(entries) else 1


if __name__ == "__main__":
    sys.exit(main())

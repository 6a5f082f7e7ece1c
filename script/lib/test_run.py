"""Builds a checkout and runs some of its tests with a limit, and returns the result."""

import os
import pathlib
import re
import signal
import subprocess
import time

FAILED = re.compile(r"^✘ Test (?!run with)(.+?)(?: with \d+ test cases?)? (?:failed after|recorded an issue)", re.MULTILINE)
COUNTED = re.compile(r"Test run with (\d+) tests?")
BUILD_LIMIT = 1800


class Run:
    PASSED, FAILED, HUNG, CRASHED, EMPTY = "passed", "failed", "hung", "crashed", "empty"

    def __init__(self, ending, output, seconds):
        self.ending, self.seconds = ending, seconds
        self.output = output[-3000:]
        self.failed = list(dict.fromkeys(FAILED.findall(output)))
        self.tests = sum(int(count) for count in COUNTED.findall(output))
        if self.ending == Run.PASSED and self.tests == 0:
            self.ending = Run.EMPTY

    @property
    def passed(self):
        return self.ending == Run.PASSED

    @property
    def said(self):
        return {
            Run.PASSED: "passed",
            Run.FAILED: f"failed: {', '.join(self.failed) or 'no test is named'}",
            Run.HUNG: "did not end within the time limit",
            Run.CRASHED: "crashed",
            Run.EMPTY: "no test has this name",
        }[self.ending]


def in_session(command, checkout, limit):
    """Runs a command in a new session, all of which is stopped with it. Returns its status, or None at the limit."""
    process = subprocess.Popen(
        command, cwd=checkout, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        output, _ = process.communicate(timeout=limit)
        return process.returncode, output.decode(errors="replace")
    except subprocess.TimeoutExpired:
        end_session(process.pid)
        output, _ = process.communicate()
        return None, output.decode(errors="replace")
    except BaseException:
        end_session(process.pid)
        raise


def end_session(leader):
    """SwiftPM runs the tests in their own process group, so stopping a group is not enough."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            session = int((folder / "stat").read_text().rpartition(")")[2].split()[3])
            if session == leader:
                os.kill(int(folder.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            pass


def build(checkout):
    """Builds everything with its tests. Returns the compiler's errors, or nothing."""
    status, output = in_session(["swift", "build", "--build-tests"], checkout, BUILD_LIMIT)
    if status == 0:
        return None
    errors = [line for line in output.splitlines() if "error:" in line]
    return "\n".join(errors[:10]) or output[-3000:]


def run_tests(checkout, name, limit):
    """Runs the tests whose name matches. The build must be up to date."""
    started = time.monotonic()
    status, output = in_session(
        ["swift", "test", "--skip-build", "--disable-xctest", "--filter", name], checkout, limit
    )
    ending = Run.HUNG if status is None else Run.PASSED if status == 0 else Run.FAILED
    if ending == Run.FAILED and not FAILED.search(output) and ("signal code" in output or "Fatal error" in output):
        ending = Run.CRASHED
    return Run(ending, output, time.monotonic() - started)

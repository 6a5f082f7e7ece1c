"""Shows events on the terminal as they happen (in a log, without colours)."""

import os
import sys
import threading
import time

COLOURS = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34"}


class Story:
    def __init__(self):
        self.colourful = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self.lock = threading.Lock()
        self.started = time.monotonic()
        self.held = None

    def paint(self, colour, text):
        return f"\033[{COLOURS[colour]}m{text}\033[0m" if self.colourful else text

    def write(self, text=""):
        with self.lock:
            print(text, flush=True)

    def chapter(self, title):
        self.write(f"\n{self.paint('bold', title)}")

    def fact(self, name, text):
        self.write(f"  {name:<12} {text}")

    def aside(self, text):
        self.write(self.paint("dim", f"               {text}"))

    def begin_clock(self):
        """Events count their seconds from here, and are not shown until `release_events`."""
        self.started = time.monotonic()
        self.held = []

    def release_events(self):
        with self.lock:
            held, self.held = self.held, None
        for line in held:
            self.write(line)

    def event(self, kind, who, what, good=True):
        """One line for an event, with the seconds since the clock began."""
        elapsed = f"{time.monotonic() - self.started:6.1f} s"
        mark = self.paint("green", "✓") if good else self.paint("yellow", "↻")
        line = f"  {self.paint('dim', elapsed)}  {mark} {kind:<8} {who:<18} {what}"
        with self.lock:
            if self.held is not None:
                self.held.append(line)
                return
        self.write(line)

    def outcome(self, succeeded, text):
        self.write(f"\n{self.paint('green' if succeeded else 'red', text)}")

"""Draws the modules of Package.swift in the rows of layers.py, as docs/pictures/house.svg.

    script/lib/house.py           writes the picture
    script/lib/house.py --check   fails where the file is not what would be written
"""

import pathlib
import sys

from layers import ROWS
from manifest import ManifestError, dependencies, libraries, modules
from picture import Picture, wrapped

FILE = pathlib.Path("docs/pictures/house.svg")
WIDTH, EDGE, GAP, INSET, BETWEEN = 900, 16, 20, 8, 6
CAPTION, LINE = 11, 15
# The size of a module's name where there is room, and the width of a bold letter as a share of it.
NAME, NAME_LETTER = 13, 0.72
# The folders through which a message passes, in its order.
PATH = ["Producer", "Router", "Senders", "Recorder"]

STYLE = """\
    text { font: 11px "DejaVu Sans", Verdana, sans-serif; text-anchor: middle; fill: #50636e }
    .folder { font-size: 15px; font-weight: bold; text-anchor: start; fill: #1b2a33 }
    .name { font-size: 13px; font-weight: bold; fill: #1b2a33 }
    .program-name { font-size: 15px; font-weight: bold; fill: #ffffff }
    .program-note { fill: #dcebf0 }
    .left { text-anchor: start }
    .library { font-style: italic; fill: #8a5a00 }
    .program { fill: #1f5f74 }
    .room { fill: #eaf3f6; stroke: #1f5f74; stroke-width: 1.2 }
    .shared { fill: #fdf6e3; stroke: #b98d1f; stroke-width: 1.2 }
    .module { fill: #ffffff; stroke: #9fb3bd; stroke-width: 1 }
    .arrow { fill: #33474f }
"""

# What a module is for, in a few words. A module that is not here is drawn with its name alone.
CAPTIONS = {
    "posthorn": "the program: commands, and the list of roles",
    "Gateway": "the HTTP API: admits requests and publishes them",
    "ProducerKit": "the Swift library for services",
    "Router": "turns requests into notifications: stages, fan-out, cursors",
    "EmailSender": "mails over SMTP",
    "WebhookSender": "signed HTTP calls",
    "SenderProcess": "the list of media",
    "Connections": "to broker and database",
    "WebAPI": "routes, problems, keys, OpenAPI",
    "Management": "topology and users of a broker",
    "Accounts": "tenants and API keys",
    "Lookups": "bounded caches",
    "Queueing": "consume, drain, retry",
    "Control": "between processes",
    "Lanes": "settings of lanes",
    "Destinations": "which addresses may be called",
    "Senders": "the engine: chains, gates, breakers, settling",
    "MIME": "writes mails",
    "Recorder": "turns events into rows, in batches",
    "Parking": "copies for an operator",
    "Contract": "messages to and from the model",
    "Health": "metrics and readiness",
    "Schema": "tables as SQL files",
    "Topology": "exchanges, queues, policies",
    "Broker": "publish and consume",
    "Database": "pool and statements",
    "HTTPServer": "async handlers",
    "Transfers": "HTTP calls and mails",
    "Model": "requests, notifications, ids",
    "Runtime": "services, settings, logs, metrics",
    "Cryptography": "digests, random bytes",
    "Executors": "threads that run actors",
    "JSON": "documents, field errors",
}
LIBRARY_NAMES = {None: "Linux: eventfd, threads"}


class House:
    def __init__(self):
        self.wrapped = {module["name"]: self.libraries_of(module) for module in modules()}
        self.picture = Picture(
            WIDTH, "The modules of Posthorn",
            "Five folders in three layers. On top the program posthorn; below it Producer, Router, Senders and Recorder in the order in "
            "which a message passes them; at the bottom Shared. A module depends only on modules in rows below its own.", STYLE)

    @staticmethod
    def libraries_of(module):
        packages = {one["name"]: one.get("pkgConfig") for one in libraries()}
        return [LIBRARY_NAMES.get(packages[name], packages[name]) for name in dependencies(module) if name in packages]

    def rows(self, folder):
        present = [[name for name in row.get(folder, []) if name in self.wrapped] for row in ROWS]
        return [row for row in present if row]

    def lines(self, name, width):
        return wrapped(CAPTIONS.get(name, ""), CAPTION, width - 14)

    def height(self, row, width):
        return max(26 + LINE * (len(self.lines(name, width)) + len(self.wrapped[name])) + 6 for name in row)

    def module(self, name, x, y, width, height):
        picture, middle = self.picture, x + width / 2
        picture.box("module", x, y, width, height)
        lines = [("", line) for line in self.lines(name, width)] + [("library", library) for library in self.wrapped[name]]
        top = y + (height - 18 - LINE * len(lines)) / 2 + 13
        fitting = (width - 10) / (NAME_LETTER * len(name))
        picture.text("name", middle, top, name, size=fitting if fitting < NAME else None)
        for number, (kind, line) in enumerate(lines, 1):
            picture.text(kind or "note", middle, top + 2 + LINE * number, line)

    def grid(self, rows, x, y, width, height=None):
        """Rows of modules from the top; with a height the rows share it. Returns where they end."""
        heights = [self.height(row, self.column(row, width)) for row in rows]
        if height is not None:
            spare = (height - sum(heights) - BETWEEN * (len(rows) - 1)) / len(rows)
            heights = [one + spare for one in heights]
        for row, tall in zip(rows, heights):
            column = self.column(row, width)
            for number, name in enumerate(row):
                self.module(name, x + number * (column + BETWEEN), y, column, tall)
            y += tall + BETWEEN
        return y - BETWEEN

    @staticmethod
    def column(row, width):
        return (width - BETWEEN * (len(row) - 1)) / len(row)

    def program(self, y):
        picture, middle = self.picture, WIDTH / 2
        picture.comment("The program.")
        picture.box("program", EDGE, y, WIDTH - 2 * EDGE, 52, 8)
        picture.text("program-name", middle, y + 23, "posthorn")
        picture.text("program-note", middle, y + 41, CAPTIONS["posthorn"])
        return y + 52

    def path(self, y):
        """The four folders side by side, as wide as the modules in their widest row."""
        self.picture.comment("The path of a message.")
        columns = {folder: max(len(row) for row in self.rows(folder)) for folder in PATH}
        unit = (WIDTH - 2 * EDGE - GAP * (len(PATH) - 1)) / sum(columns.values())
        inner = max(
            sum(self.height(row, self.column(row, columns[folder] * unit - 2 * INSET)) + BETWEEN for row in self.rows(folder)) - BETWEEN
            for folder in PATH)
        x = EDGE
        for number, folder in enumerate(PATH):
            width = columns[folder] * unit
            self.picture.box("room", x, y, width, inner + 42, 8)
            self.picture.text("folder", x + INSET, y + 21, folder)
            self.grid(self.rows(folder), x + INSET, y + 32, width - 2 * INSET, inner)
            if number:
                middle = y + (inner + 42) / 2
                self.picture.path("arrow", f"M{x - GAP + 5:g} {middle - 7:g}L{x - 5:g} {middle:g}L{x - GAP + 5:g} {middle + 7:g}z")
            x += width + GAP
        return y + inner + 42

    def shared(self, y):
        self.picture.comment("What they share.")
        rows, width = self.rows("Shared"), WIDTH - 2 * EDGE
        place = len(self.picture.elements)
        end = self.grid(rows, EDGE + INSET, y + 32, width - 2 * INSET) + INSET
        self.picture.box("shared", EDGE, y, width, end - y, 8)
        self.picture.elements.insert(place, self.picture.elements.pop())
        self.picture.text("folder", EDGE + INSET, y + 21, "Shared")
        return end

    def below(self, y):
        """The sign that what follows is used by what is above."""
        middle = WIDTH / 2
        self.picture.path("arrow", f"M{middle - 8:g} {y + 6:g}L{middle + 8:g} {y + 6:g}L{middle:g} {y + 17:g}z")
        return y + 23

    def svg(self):
        y = self.below(self.program(EDGE))
        y = self.below(self.path(y))
        y = self.shared(y)
        self.picture.comment("How to read it.")
        self.picture.text("note left", EDGE + 2, y + 22, "▼ A module depends only on modules in rows below its own.")
        self.picture.text("note left", EDGE + 2, y + 38, "▶ The order in which a message passes the folders.")
        self.picture.text("library left", WIDTH / 2 + 60, y + 22, "In italics: the C library that only this module uses.")
        return self.picture.svg(y + 52)


def main():
    try:
        svg = House().svg()
    except ManifestError as error:
        raise SystemExit(f"Package.swift: {error}") from None
    if "--check" in sys.argv[1:]:
        if not FILE.is_file() or FILE.read_text() != svg:
            raise SystemExit(f"{FILE} does not show Package.swift as it is; run script/house")
    else:
        FILE.write_text(svg)


if __name__ == "__main__":
    main()

"""The settings and metrics that the program knows, found as string literals in Sources."""

import pathlib
import re

SETTING = re.compile(r'"(POSTHORN_(?:[A-Z0-9_]|\\\([^"\n]*?\))+)"')
METRIC = re.compile(r'"(posthorn_[a-z0-9_]*[a-z0-9])"')
# `let prefix = "POSTHORN_…"`, which is put before endings, and "\(prefix)_URL".
PREFIX = re.compile(r'let (\w+) = "(POSTHORN_[^"\n]+)"')
# A function that puts a name into the name of a metric: func counter(_ name: String, …) … "posthorn_broker_\(name)_total".
NAMING = re.compile(r'func (\w+)\(_ name: String[^{]*\{[^{}]*?"(posthorn_\w*)\\\(name\)(\w*)"')
INTERPOLATION = re.compile(r"\\\((?:[^()]|\([^()]*\))*\)")


def pattern(literal):
    """A regular expression for the names that a literal can produce: each interpolation is one word, or `<NAME>` in the docs."""
    return "".join(r"(?:<[A-Z]+>|[A-Z0-9]+)" if index % 2 else re.escape(part) for index, part in enumerate(split(literal)))


def split(literal):
    parts, end = [], 0
    for found in INTERPOLATION.finditer(literal):
        parts += [literal[end : found.start()], found.group()]
        end = found.end()
    return [*parts, literal[end:]]


def settings():
    """Each setting as it is written in the source, with a regular expression for its names."""
    found = set()
    for path in pathlib.Path("Sources").rglob("*.swift"):
        text = path.read_text()
        literals = set(SETTING.findall(text))
        for name, prefix in PREFIX.findall(text):
            endings = re.findall(rf'"\\\({name}\)(_[A-Z0-9_]+)"', text)
            if endings:
                literals.discard(prefix)
                literals |= {prefix + ending for ending in endings}
        found |= {literal for literal in literals if not literal.endswith("_")}
    return {literal: re.compile(pattern(literal)) for literal in found}


def metrics():
    found = set()
    for path in pathlib.Path("Sources").rglob("*.swift"):
        text = path.read_text()
        found |= set(METRIC.findall(text))
        for function, before, after in NAMING.findall(text):
            found |= {before + name + after for name in re.findall(rf'\b{function}\("(\w+)"', text)}
    return found

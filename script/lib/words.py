"""Finds the words of the table "Words not used" in docs/glossary.md, and says what to write instead.

    script/lib/words.py                      checks the folders in CHECKED
    script/lib/words.py PATH…                checks these
    script/lib/words.py --count PATH…        counts each word, most frequent first; exits 0
"""

import argparse
import collections
import pathlib
import re
import sys

import checkout

GLOSSARY = pathlib.Path("docs/glossary.md")
CHECKED = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs", "script", "demo", "Examples", "bench"]
CHECKED += ["Sources", "Tests"]
SUFFIXES = {".json", ".md", ".py", ".sh", ".sql", ".svg", ".swift", ".toml"}
# In Markdown a name in code marks is exact: a queue, a type, what the program prints.
EXACT = re.compile(r"^```[\s\S]*?^```|`[^`\n]+`|\]\([^)]*\)", re.MULTILINE)
CAMEL_CASE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Rule:
    """One row: its words, what to write instead, and phrases in which the words are right."""

    def __init__(self, words, instead, allowed):
        self.instead = instead
        self.words = self.expression(words)
        self.allowed = self.expression(allowed) if allowed else None

    @staticmethod
    def expression(words):
        alternatives = "|".join(r"[\s_#/*-]+".join(map(re.escape, phrase.split())) for phrase in words)
        return re.compile(rf"(?<![A-Za-z])(?:{alternatives})(?![A-Za-z])", re.IGNORECASE)

    def occurrences(self, text):
        allowed = [found.span() for found in self.allowed.finditer(text)] if self.allowed else []
        for found in self.words.finditer(text):
            if not any(start <= found.start() and found.end() <= end for start, end in allowed):
                yield found


def split(cell):
    return [word.strip() for word in cell.split(",") if word.strip()]


def rules():
    section = GLOSSARY.read_text().split("## Words not used", 1)[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")]
    if len(rows) < 3 or any(len(row) != 3 for row in rows):
        raise SystemExit(f"{GLOSSARY}: the table 'Words not used' must have three columns and at least one row")
    return [Rule(split(words), instead, split(allowed)) for words, instead, allowed in rows[2:]]


def readable(path):
    return path != GLOSSARY and (path.suffix in SUFFIXES or (path.suffix == "" and path.parts[0] == "script"))


def text_of(path):
    """The file with nothing moved to another line: names in CamelCase as words, exact names in Markdown blanked."""
    text = path.read_text()
    if path.suffix == ".md":
        return EXACT.sub(lambda found: re.sub(r"[^\n]", "`", found.group()), text)
    return CAMEL_CASE.sub(" ", text) if path.suffix in {".swift", ".toml"} else text


def occurrences(paths):
    known = rules()
    for path in filter(readable, checkout.files(*paths)):
        text = text_of(path)
        for rule in known:
            for found in rule.occurrences(text):
                yield path, text.count("\n", 0, found.start()) + 1, " ".join(found.group().split()), rule


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", action="store_true")
    parser.add_argument("paths", nargs="*", default=CHECKED)
    options = parser.parse_args()
    found = list(occurrences(options.paths))
    if options.count:
        for (word, instead), count in collections.Counter((word.lower(), rule.instead) for _, _, word, rule in found).most_common():
            print(f"{count:5}  {word:<16} {instead}")
        return 0
    for path, line, word, rule in sorted(found, key=lambda one: one[:2]):
        print(f'{path}:{line}: "{word}": write {rule.instead} (docs/glossary.md)')
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

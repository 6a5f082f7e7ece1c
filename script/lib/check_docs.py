"""Compares the documentation with the checkout: settings, metrics, links, paths of files, and what proves the promises."""

import pathlib
import re
import sys
import tomllib
import urllib.parse

import checkout
from names_in_sources import metrics, settings

OPERATIONS = pathlib.Path("docs/operations.md")
RELIABILITY = pathlib.Path("docs/reliability.md")
WITH_NAMES = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs", "script", "demo", "bench", "Examples"]
# Only the tests read the settings that begin so.
TEST_SETTINGS = "POSTHORN_TEST_"
# Only the scripts read these: where the servers of the distribution are.
SCRIPT_SETTINGS = {"POSTHORN_POSTGRESQL_BIN", "POSTHORN_RABBITMQ_SBIN"}
SETTING = re.compile(r"(?<![A-Za-z0-9_])POSTHORN(?:_(?:[A-Z0-9]+|<[A-Z]+>))+")
METRIC = re.compile(r"(?<![A-Za-z0-9_])posthorn_[a-z0-9_]*[a-z0-9]")
HISTOGRAM = re.compile(r"_(bucket|sum|count)$")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:Sources|Tests|docs|script|demo|bench|topology|Examples)/[^`\s*…<>]+)`")
# A page that a comment or a docstring names.
PAGE = re.compile(r"(?<![\w/.])docs/[\w/.-]+\.(?:md|json|svg)")
PROOF = re.compile(r"`((?:\w+\.)?\w+Tests|[a-z]+(?:-[a-z0-9]+)+)(-?…)?`")
FENCE = re.compile(r"^(```|~~~)[\s\S]*?^\1", re.MULTILINE)

complaints = []


def complain(path, text, position, what):
    complaints.append(f"{path}:{text.count(chr(10), 0, position) + 1}: {what}")


def is_beginning(text, found):
    """Whether only the beginning of names is written, as in POSTHORN_WEBHOOK_…, posthorn_http_* or f"POSTHORN_SENDER_PREFETCH_{lane}"."""
    return re.match(r"_[^A-Za-z0-9_<]", text[found.end() : found.end() + 2]) is not None


def check_settings(files):
    known = settings()
    documented = set(SETTING.findall(OPERATIONS.read_text()))
    for literal, names in sorted(known.items()):
        if not literal.startswith(TEST_SETTINGS) and not any(names.fullmatch(name) for name in documented):
            complaints.append(f"{OPERATIONS}: the setting {literal}, which Sources reads, is not described")
    for path in files:
        text = path.read_text()
        for found in SETTING.finditer(text):
            name = found.group()
            exists = any(names.fullmatch(name) for names in known.values())
            if not (exists or is_beginning(text, found) or name in SCRIPT_SETTINGS or name.startswith(TEST_SETTINGS)):
                complain(path, text, found.start(), f"Sources reads no setting {name}")


def check_metrics(files):
    known = metrics()
    documented = set(METRIC.findall(OPERATIONS.read_text()))
    for name in sorted(known - documented):
        complaints.append(f"{OPERATIONS}: the metric {name}, which Sources reports, is not described")
    for path in files:
        text = path.read_text()
        for found in METRIC.finditer(text):
            name = found.group()
            exists = name in known or HISTOGRAM.sub("", name) in known
            if not exists and not is_beginning(text, found):
                complain(path, text, found.start(), f"Sources reports no metric {name}")


def anchors(path):
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+?) *$", FENCE.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()).replace(" ", "-") for heading in headings}


def check_links(files):
    for path in files:
        text = FENCE.sub(lambda found: "\n" * found.group().count("\n"), path.read_text())
        for found in LINK.finditer(text):
            address = urllib.parse.unquote(found.group(1))
            if re.match(r"[a-z]+:", address):
                continue
            name, _, anchor = address.partition("#")
            target = path.parent / name if name else path
            if not target.exists():
                complain(path, text, found.start(), f"there is no {target}")
            elif anchor and target.suffix == ".md" and anchor not in anchors(target):
                complain(path, text, found.start(), f"{target} has no heading #{anchor}")
        for found in PATH.finditer(text):
            if not pathlib.Path(found.group(1)).exists():
                complain(path, text, found.start(), f"there is no {found.group(1)}")


def check_pages(files):
    for path in files:
        text = path.read_text()
        for found in PAGE.finditer(text):
            if not pathlib.Path(found.group()).exists():
                complain(path, text, found.start(), f"there is no {found.group()}")


def check_proofs():
    """Each test suite, mutation and fault that the promises name exists, and each mutation is named."""
    mutations = {entry["name"] for entry in tomllib.loads(pathlib.Path("Tests/mutants.toml").read_text())["mutation"]}
    faults = {path.stem.replace("_", "-") for path in pathlib.Path("bench/faults").glob("*.py")}
    faults |= set(re.findall(r'"([a-z]+(?:-[a-z0-9]+)+)"', "".join(path.read_text() for path in pathlib.Path("bench/faults").glob("*.py"))))
    tests = "".join(path.read_text() for path in pathlib.Path("Tests").rglob("*.swift"))
    suites = set(re.findall(r"\b(?:struct|class|actor|enum|extension) (\w+Tests)\b", tests))
    text = RELIABILITY.read_text()
    proofs = text.split("## How mutations work")[0]
    named = set()
    for found in PROOF.finditer(proofs):
        name, is_beginning_of_names = found.groups()
        matching = {mutation for mutation in mutations if mutation == name or is_beginning_of_names and mutation.startswith(name)}
        named |= matching
        if not matching and name not in faults and name.split(".")[-1] not in suites:
            complain(RELIABILITY, text, found.start(), f"there is no suite, mutation or fault {name}")
    for mutation in sorted(mutations - named):
        complaints.append(f"{RELIABILITY}: the mutation {mutation} belongs to no promise")


def main():
    readable = {".md", ".py", ".sh", ".json", ".svg", ".swift", ".c", ".lua", ""}
    named = [path for path in checkout.files(*WITH_NAMES) if path.suffix in readable]
    check_settings(named)
    check_metrics([path for path in named if path.suffix == ".md"])
    check_links([path for path in checkout.files() if path.suffix == ".md"])
    check_pages([path for path in checkout.files() if path.suffix in {".swift", ".py", ".sh", ".toml", ".sql"}])
    check_proofs()
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

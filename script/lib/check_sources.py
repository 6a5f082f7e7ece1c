"""The house rules that no compiler knows: sizes and names of files, declared imports, the allow-list of `unsafe`."""

import ast
import json
import pathlib
import re
import subprocess
import sys

LONGEST_FILE = 300
FORBIDDEN_NAMES = {"Utils", "Util", "Common", "Helpers", "Helper", "Extensions", "Misc"}
SYSTEM_MODULES = {"Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch", "Glibc", "Synchronization", "Testing"}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)",
    re.MULTILINE,
)
COMMENTS_AND_STRINGS = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*[\s\S]*?\*/')

complaints = []


def complain(place, what):
    complaints.append(f"{place}: {what}")


def tracked_files():
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    return [path for line in listed.stdout.splitlines() if (path := pathlib.Path(line)).is_file()]


def check_sizes(files):
    for path in files:
        if path.suffix in {".swift", ".py", ".sh", ".c", ".h"} or path.parts[0] in {"script", ".ci"}:
            lines = path.read_text().count("\n")
            if lines > LONGEST_FILE:
                complain(path, f"{lines} lines; split it by aspect before {LONGEST_FILE}")


def check_names(files):
    for path in files:
        for part in [*path.parts[:-1], path.stem]:
            if part in FORBIDDEN_NAMES:
                complain(path, f"no idea lives in a file or folder named {part}")


def check_unsafe(files):
    for path in files:
        if path.suffix == ".swift" and "Handle" not in path.stem:
            code = COMMENTS_AND_STRINGS.sub(lambda found: "\n" * found.group().count("\n"), path.read_text())
            for number, line in enumerate(code.splitlines(), 1):
                if re.search(r"\bunsafe\b", line):
                    complain(f"{path}:{number}", "`unsafe` belongs into the library's handle file")


def check_manifest():
    if ".package(" in pathlib.Path("Package.swift").read_text():
        complain("Package.swift", "no SwiftPM package is used: C libraries come through system-library targets")
    dump = subprocess.run(["swift", "package", "dump-package"], capture_output=True, text=True)
    if dump.returncode != 0:
        complain("Package.swift", dump.stderr)
        return []
    return json.loads(dump.stdout)["targets"]


def check_imports(targets):
    for target in targets:
        declared = SYSTEM_MODULES | {target["name"]}
        for dependency in target["dependencies"]:
            declared.add((dependency.get("byName") or dependency.get("target"))[0])
        for path in sorted(pathlib.Path(target["path"]).rglob("*.swift")):
            code = COMMENTS_AND_STRINGS.sub("", path.read_text())
            for module in sorted(set(IMPORT.findall(code)) - declared):
                complain(path, f"imports {module}, which {target['name']} does not declare in Package.swift")


def check_libraries(targets):
    """A C library is imported by exactly one Swift target of the product."""
    users = {target["name"]: set() for target in targets if target["type"] == "system"}
    for target in targets:
        for dependency in target["dependencies"]:
            name = (dependency.get("byName") or dependency.get("target"))[0]
            if name in users and target["type"] != "test":
                users[name].add(target["name"])
    for library, names in users.items():
        if len(names) > 1:
            complain("Package.swift", f"{library} is imported by {', '.join(sorted(names))}; one handle is enough")


def check_python(files):
    for path in files:
        if path.suffix == ".py":
            try:
                ast.parse(path.read_text(), str(path))
            except SyntaxError as error:
                complain(f"{path}:{error.lineno}", error.msg)


def main():
    files = tracked_files()
    check_sizes(files)
    check_names(files)
    check_unsafe(files)
    check_python(files)
    targets = check_manifest()
    check_imports(targets)
    check_libraries(targets)
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


main()

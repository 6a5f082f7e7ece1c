"""The project rules that the compiler does not check: sizes and names of files, declared imports, the allow-list of `unsafe`."""

import ast
import pathlib
import re
import sys

import checkout
from manifest import ManifestError, dependencies, libraries, targets
from swift_imports import code, imports

LONGEST_FILE = 300
FORBIDDEN_NAMES = {"Utils", "Util", "Common", "Helpers", "Helper", "Extensions", "Misc"}
SYSTEM_MODULES = {"Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch", "Glibc", "Synchronization", "Testing"}

complaints = []


def complain(place, what):
    complaints.append(f"{place}: {what}")


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
                complain(path, f"no file or folder may be named {part}; name it after its topic")


def check_unsafe(files):
    for path in files:
        if path.suffix == ".swift" and "Handle" not in path.stem:
            for number, line in enumerate(code(path).splitlines(), 1):
                if re.search(r"\bunsafe\b", line):
                    complain(f"{path}:{number}", "`unsafe` belongs in the library's handle file")


def check_manifest():
    if ".package(" in pathlib.Path("Package.swift").read_text():
        complain("Package.swift", "SwiftPM packages are not used; add a system-library target for a C library")


def check_imports():
    for target in targets():
        declared = SYSTEM_MODULES | {target["name"]} | set(dependencies(target))
        for path in sorted(pathlib.Path(target["path"]).rglob("*.swift")):
            for module in sorted(imports(path) - declared):
                complain(path, f"imports {module}, which {target['name']} does not declare in Package.swift")


def check_libraries():
    """A C library is imported by exactly one Swift target of the product."""
    users = {library["name"]: set() for library in libraries()}
    for target in targets():
        for name in dependencies(target):
            if name in users and target["type"] != "test":
                users[name].add(target["name"])
    for library, names in users.items():
        if len(names) > 1:
            complain("Package.swift", f"{library} is imported by {', '.join(sorted(names))}; only one Swift target may import it")


def check_python(files):
    for path in files:
        if path.suffix == ".py":
            try:
                ast.parse(path.read_text(), str(path))
            except SyntaxError as error:
                complain(f"{path}:{error.lineno}", error.msg)


def main():
    files = checkout.files()
    check_sizes(files)
    check_names(files)
    check_unsafe(files)
    check_python(files)
    check_manifest()
    try:
        check_imports()
        check_libraries()
    except ManifestError as error:
        complain("Package.swift", error)
    for complaint in complaints:
        print(complaint)
    sys.exit(1 if complaints else 0)


main()

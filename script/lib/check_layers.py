"""Dependencies point downward only: checks Package.swift and the imports against the rows of layers.py."""

import pathlib
import sys

from layers import FORBIDDEN_IMPORTS, ROWS, place
from manifest import ManifestError, dependencies, folder, modules, top_folder
from swift_imports import imports

complaints = []


def check_rows():
    known = {module["name"] for module in modules()}
    for row in ROWS:
        for name in sorted(name for names in row.values() for name in names if name not in known):
            complaints.append(f"script/lib/layers.py: there is no module {name} in Package.swift; remove it from its row")


def check_module(module):
    name = module["name"]
    found = place(name)
    if found is None:
        complaints.append(f"script/lib/layers.py: {name} ({folder(module)}) is in no row; add it above all its dependencies")
        return
    row, declared = found
    if declared != top_folder(module):
        complaints.append(f"script/lib/layers.py: {name} is declared in {declared} and lives in {folder(module)}")
    for dependency in dependencies(module):
        below = place(dependency)
        if below is not None and below[0] <= row:
            complaints.append(f"Package.swift: {name} depends on {dependency}, which is not in a row below it (script/lib/layers.py)")


def check_forbidden_imports():
    for place_of_files, forbidden in FORBIDDEN_IMPORTS.items():
        files = sorted(pathlib.Path(place_of_files).rglob("*.swift"))
        if not files:
            complaints.append(f"script/lib/layers.py: there are no Swift files in {place_of_files}")
        for path in files:
            for module in sorted(imports(path) & forbidden):
                complaints.append(f"{path}: imports {module}; files in {place_of_files} take closures instead")


def main():
    try:
        check_rows()
        for module in modules():
            check_module(module)
    except ManifestError as error:
        complaints.append(f"Package.swift: {error}")
    check_forbidden_imports()
    print("\n".join(complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

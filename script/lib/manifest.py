"""The targets of Package.swift, as SwiftPM reads them."""

import functools
import json
import pathlib
import subprocess

SOURCES = pathlib.Path("Sources")


class ManifestError(Exception):
    """Package.swift cannot be read; the message is SwiftPM's."""


@functools.cache
def targets():
    """Every target, as a list of dictionaries with the keys of `swift package dump-package`."""
    dump = subprocess.run(["swift", "package", "dump-package"], capture_output=True, text=True)
    if dump.returncode != 0:
        raise ManifestError(dump.stderr)
    return json.loads(dump.stdout)["targets"]


def dependencies(target):
    """The names of the targets that a target depends on."""
    return [(one.get("byName") or one.get("target"))[0] for one in target["dependencies"]]


def modules():
    """The Swift modules of the product: the targets below Sources that are neither C libraries nor tests."""
    return [one for one in targets() if one["type"] in {"regular", "executable"} and folder(one).is_relative_to(SOURCES)]


def libraries():
    """The C libraries."""
    return [one for one in targets() if one["type"] == "system"]


def folder(target):
    return pathlib.Path(target["path"])


def top_folder(target):
    """`Router` for the target in Sources/Router, `Shared` for Sources/Shared/Broker."""
    return folder(target).relative_to(SOURCES).parts[0]

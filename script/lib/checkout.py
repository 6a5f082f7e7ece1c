"""The files of the checkout: those that git tracks, and new ones that it does not ignore."""

import pathlib
import subprocess


def files(*folders):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *folders],
        capture_output=True, text=True, check=True,
    )
    return [path for line in listed.stdout.splitlines() if (path := pathlib.Path(line)).is_file()]

"""What a Swift file imports, read without its comments and strings."""

import re

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)",
    re.MULTILINE,
)
COMMENTS_AND_STRINGS = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*[\s\S]*?\*/')


def code(path):
    """The text of a file with each comment and string replaced by as many line feeds as it had."""
    return COMMENTS_AND_STRINGS.sub(lambda found: "\n" * found.group().count("\n"), path.read_text())


def imports(path):
    return set(IMPORT.findall(code(path)))

"""Writes SVG as text: boxes, words and wrapped captions."""

import html

# The width of a letter of DejaVu Sans as a share of its size, on the safe side of the mean.
LETTER = 0.52


class Picture:
    def __init__(self, width, title, description, style):
        self.width, self.title, self.description, self.style = width, title, description, style
        self.elements = []

    def comment(self, text):
        self.elements.append(f"\n  <!-- {text} -->")

    def box(self, kind, x, y, width, height, radius=5):
        self.elements.append(
            f'  <rect class="{kind}" x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}"/>')

    def text(self, kind, x, y, words, size=None):
        style = f' style="font-size: {size:.1f}px"' if size else ""
        self.elements.append(f'  <text class="{kind}" x="{x:g}" y="{y:g}"{style}>{html.escape(words, quote=False)}</text>')

    def path(self, kind, shape):
        self.elements.append(f'  <path class="{kind}" d="{shape}"/>')

    def svg(self, height):
        return "\n".join([
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {height:g}" role="img" '
            'aria-labelledby="title description">',
            f'  <title id="title">{html.escape(self.title)}</title>',
            f'  <desc id="description">{html.escape(self.description)}</desc>',
            f"  <style>\n{self.style}  </style>",
            f'  <rect width="{self.width:g}" height="{height:g}" rx="10" fill="#ffffff"/>',
            *self.elements,
            "</svg>",
            "",
        ])


def wrapped(words, size, width):
    """The words in lines that fit the width."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(longer) * LETTER * size > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [line for line in lines if line]

"""What are the words of a page that came by mail, whatever is broken in it, in a time that its length bounds?

Anybody may write to the box: the parser of the standard library takes minutes for 90 kB of « <a <a <a », so tags are
cut here, each in one look. Nothing is shown as a page: only the words are kept.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

# No « < » inside a tag: a tag that never ends is looked at once, up to the next one.
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s<>/]{0,40})((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>")
_BROKEN_TAG = re.compile(r"<(/?)([a-zA-Z][^\s<>/]{0,40})([^<>]*+)>")
_DECLARATION = re.compile(r"<[!?][^<>]*+>")
_NAMING = re.compile(
    r"(?<![\w-])(?:id|class|data-marker|name)\s{0,5}=\s{0,5}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.I
)
_LONGEST_ATTRIBUTES = 2_000
_UNREAD = {tag: re.compile(rf"</{tag}[^<>]*>", re.I) for tag in ("script", "style", "title", "template")}
_BLOCKS = frozenset({"p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "hr"})
_VOID = frozenset({"br", "hr", "img", "meta", "input", "link", "col", "area", "base", "embed", "source", "wbr"})
# Where the mail programs begin to quote: Outlook, its web and mobile forms, Yahoo, Zimbra.
_BEGINS_QUOTING = re.compile(r"divRplyFwdMsg|appendonsend|yahoo_quoted|ms-outlook-mobile-reference|__DIVIDER__", re.I)
_IS_QUOTED = re.compile(r"\b(?:gmail_quote|moz-cite-prefix|gmail_attr)\b")

Piece = tuple[str, str, str]
"""« data », « open » or « close »; the text or the name of the tag; what names it (its id, its class)."""


def words_of_page(html: str) -> str:
    """The words, without programs, styles and pictures; what is quoted begins with « > »."""
    reader = _Reader()
    for kind, text, named in _pieces(html):
        if kind == "data":
            reader.read(unescape(text))
        elif kind == "open":
            reader.open(text, named)
        else:
            reader.close(text)
    return reader.text()


def _pieces(html: str) -> Iterator[Piece]:
    """What is never closed (a comment, a program) goes to the end of the page, as in a browser."""
    place = 0
    while (start := html.find("<", place)) >= 0:
        yield "data", html[place:start], ""
        if html.startswith("<!--", start):
            end = html.find("-->", start + 4)
            if end < 0:
                return
            place = end + 3
        elif found := _TAG.match(html, start) or _BROKEN_TAG.match(html, start):
            place, tag = found.end(), found[2].lower()
            if found[1]:
                yield "close", tag, ""
            elif tag in _UNREAD:
                ending = _UNREAD[tag].search(html, place)
                if ending is None:
                    return
                place = ending.end()
            else:
                yield "open", tag, _named(found[3])
        elif found := _DECLARATION.match(html, start):
            place = found.end()
        else:
            yield "data", "<", ""
            place = start + 1
    yield "data", html[place:], ""


def _named(attributes: str) -> str:
    return " ".join("".join(values) for values in _NAMING.findall(attributes[:_LONGEST_ATTRIBUTES]))


class _Reader:
    """Writes the lines of a page as a person would read them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        # A line is joined once it ends: a page of a hundred thousand pieces without a line takes no longer.
        self._line: list[str] = []
        self._stack: list[tuple[str, bool]] = []
        self._is_open: Counter[str] = Counter()
        self._quoted = 0

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def open(self, tag: str, named: str) -> None:
        if _BEGINS_QUOTING.search(named):
            self._new_line()
            self._lines.append("-----Message d’origine-----")
        quotes = tag == "blockquote" or bool(_IS_QUOTED.search(named))
        if tag not in _VOID:
            self._stack.append((tag, quotes))
            self._is_open[tag] += 1
            self._quoted += quotes
        if tag == "br" or tag in _BLOCKS or quotes:
            self._new_line()
        if tag == "li":
            self._line.append("- ")

    def close(self, tag: str) -> None:
        if not self._is_open[tag]:
            return
        name = ""
        while name != tag:
            name, quotes = self._stack.pop()
            self._is_open[name] -= 1
            self._quoted -= quotes
        if tag in _BLOCKS or tag == "blockquote":
            self._new_line()
        if tag == "p":
            self._lines.append("")

    def read(self, data: str) -> None:
        words = re.sub(r"\s+", " ", data)
        if not self._line:
            words = words.lstrip()
            if words and self._quoted:
                self._line.append("> ")
        if words:
            self._line.append(words)

    def _new_line(self) -> None:
        if self._line:
            self._end_line()

    def _end_line(self) -> None:
        self._lines.append("".join(self._line).rstrip())
        self._line = []

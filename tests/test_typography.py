"""Is what people read well typeset? No-break spaces before : ; ! ? » and after «, in the code and in the templates."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parent.parent
ROOMS = ("accounts", "config", "outbox", "partners", "quality", "referrals", "schedules", "structures", "territories")
NOT_READ = {"migrations", "tests", "bench"}
PLAIN = re.compile(r"(?<![\s\d:]) [:;!?»](?=$|[\s<.,)…])|« ")
"""A plain space where a line must not be broken. Before a figure (« 12 : 30 ») nothing is said."""
OF_A_TEMPLATE = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<style.*?</style>|<!--.*?-->", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
NOT_PROSE = re.compile(r"\(\?[:!=]|^https?:|^ ;,$")
"""Patterns, addresses, and a set of signs."""


def strings_of(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every text of a module with its line, a formatted one whole, but what only programmers read."""
    unread = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            unread |= {id(part) for part in node.values}
            parts = (str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            unread.add(id(node.format_spec))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unread:
            yield node.lineno, node.value


def in_code(path: Path) -> list[str]:
    found = strings_of(ast.parse(path.read_text()))
    return [f"{path.relative_to(HOUSE)}:{line} {text}" for line, text in found if badly_set(text)]


def badly_set(text: str) -> bool:
    return PLAIN.search(text) is not None and NOT_PROSE.search(text) is None


def in_template(path: Path) -> list[str]:
    """Comments left out; what a tag writes stands for a word, but what a tag is given in quotes is read too."""
    text = OF_A_TEMPLATE.sub("", path.read_text())
    given = [quoted for tag in TAG.findall(text) for quoted in re.findall(r'"([^"]*)"', tag)]
    lines = TAG.sub("x", text).splitlines()
    return [f"{path.relative_to(HOUSE)} {line.strip()[:120]}" for line in [*lines, *given] if badly_set(line)]


def test_what_the_code_says_is_well_typeset() -> None:
    modules = [path for room in ROOMS for path in sorted((HOUSE / room).rglob("*.py")) if not NOT_READ & {*path.parts}]
    assert len(modules) > 300
    assert [said for path in modules for said in in_code(path)] == []


def test_what_the_templates_say_is_well_typeset() -> None:
    templates = [path for path in sorted((HOUSE / "templates").rglob("*")) if path.suffix in {".html", ".txt"}]
    assert len(templates) > 150
    assert [said for path in templates for said in in_template(path)] == []


def test_a_plain_space_is_seen_and_a_no_break_one_is_right() -> None:
    assert badly_set("Trois lettres : « apl ».")
    assert badly_set("Saisie par erreur ?")
    assert badly_set("dites «\u00a0oui »")
    assert not badly_set("Trois lettres\u00a0: «\u00a0apl\u00a0». Reçue à 12\u202f; close\u00a0!")
    assert not badly_set("python3 dev.py demo --port :8000")

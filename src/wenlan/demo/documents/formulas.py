r"""Formulas: a subset of TeX's notation to Office Math (ECMA-376 part 1, section 22.1).

Understood: `^` `_` `\frac` `\sqrt` `\sqrt[n]` `\binom` `\bar` `\vec` `\text` `\left( \right)` `\sum` `\prod` `\int`
with limits, function names, Greek letters and the common signs.
"""

import re
from xml.sax.saxutils import escape

NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[{}^_\[\]]|[0-9]+(?:\.[0-9]+)?|\s+|.", re.DOTALL)
_SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε", "theta": "θ",
    "lambda": "λ", "mu": "μ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "omega": "ω",
    "Omega": "Ω", "times": "×", "cdot": "·", "div": "÷", "pm": "±", "le": "≤", "ge": "≥", "ne": "≠",
    "approx": "≈", "to": "→", "infty": "∞", "in": "∈", "cup": "∪", "cap": "∩", "subset": "⊆", "angle": "∠",
    "circ": "∘", "cdots": "⋯", "ldots": "…", "Rightarrow": "⇒", "Leftrightarrow": "⇔", "quad": "\u2003",
    "varnothing": "∅", "perp": "⊥", "parallel": "∥", "complement": "∁", "prime": "′", "{": "{", "}": "}",
    ",": "\u2009", "%": "%", "sum": "∑", "prod": "∏", "int": "∫",
}  # fmt: skip
_NAMES = frozenset({"sin", "cos", "tan", "log", "ln", "lg", "lim", "exp", "max", "min"})
_NARY = frozenset({"sum", "prod", "int"})
_OPENERS = {"(": ")", "[": "]", "|": "|", "{": "}"}


def omml(formula: str, *, properties: str = "") -> str:
    """Return the formula as an `m:oMath` element in XML text (prefixes `m` and `w` must be declared around it).

    `properties` are run properties of WordprocessingML, such as a colour, that every run of it gets.

    Raises ValueError for a brace or command that is not understood.
    """
    reader = _Reader(_TOKEN.findall(formula.strip()))
    body = reader.sequence(until=None)
    return f"<m:oMath>{body}</m:oMath>".replace("</w:rPr>", f"{properties}</w:rPr>")


def _run(text: str, *, upright: bool = False, words: bool = False) -> str:
    """Return a run; `words` are plain text within a formula, not names to be set as mathematics."""
    properties = '<m:rPr><m:sty m:val="p"/></m:rPr>' if upright else ""
    properties = "<m:rPr><m:nor/></m:rPr>" if words else properties
    fonts = '<w:rPr><w:rFonts w:ascii="Cambria Math" w:hAnsi="Cambria Math"/></w:rPr>'
    return f'<m:r>{properties}{fonts}<m:t xml:space="preserve">{escape(text)}</m:t></m:r>'


class _Reader:
    """A recursive-descent reader over the tokens of one formula."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.position = 0

    def peek(self) -> str | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self) -> str:
        token = self.peek()
        if token is None:
            raise ValueError("the formula ends too early")
        self.position += 1
        return token

    def sequence(self, until: str | None) -> str:
        parts: list[str] = []
        while (mark := self.peek()) is not None and mark != until:
            if mark.isspace():
                self.take()
            else:
                parts.append(self.scripted())
        if until is not None:
            self.take()
        return "".join(parts)

    def group(self) -> str:
        while (self.peek() or "").isspace():
            self.take()
        if self.peek() == "{":
            self.take()
            return self.sequence(until="}")
        return self.atom()

    def scripted(self) -> str:
        nary = self.peek() in {f"\\{name}" for name in _NARY}
        base = self.take() if nary else self.atom()
        scripts = {"_": "", "^": ""}
        while (self.peek() or "") in scripts:
            mark = self.take()
            scripts[mark] = self.group()
        if nary:
            return self._nary(base[1:], scripts["_"], scripts["^"])
        if base.startswith("<limit>"):
            lower = (
                f"<m:limLow><m:e>{_run('lim', upright=True)}</m:e><m:lim>{scripts['_']}</m:lim></m:limLow>"
            )
            return lower if scripts["_"] else _run("lim", upright=True)
        return _with_scripts(base, scripts["_"], scripts["^"])

    def _nary(self, name: str, lower: str, upper: str) -> str:
        place = "subSup" if name == "int" else "undOvr"
        hidden = ("" if lower else '<m:subHide m:val="1"/>') + ("" if upper else '<m:supHide m:val="1"/>')
        properties = (
            f'<m:naryPr><m:chr m:val="{_SIGNS[name]}"/><m:limLoc m:val="{place}"/>{hidden}</m:naryPr>'
        )
        while (self.peek() or "").isspace():
            self.take()
        operand = self.scripted() if self.peek() not in (None, "}") else ""
        return (
            f"<m:nary>{properties}<m:sub>{lower}</m:sub><m:sup>{upper}</m:sup><m:e>{operand}</m:e></m:nary>"
        )

    def atom(self) -> str:
        mark = self.take()
        if mark == "{":
            return self.sequence(until="}")
        if mark.startswith("\\"):
            return self.command(mark[1:])
        if mark in "}^_":
            raise ValueError(f"unexpected {mark!r}")
        upright = not mark.isascii() or not mark.isalpha()
        return _run({"-": "−", "*": "×"}.get(mark, mark), upright=upright and mark.isalpha())

    def command(self, name: str) -> str:
        if name == "lim":
            return "<limit>"
        if name in _NAMES:
            return _run(name, upright=True)
        if name in _SIGNS:
            return _run(_SIGNS[name])
        if name == "frac":
            return f"<m:f><m:num>{self.group()}</m:num><m:den>{self.group()}</m:den></m:f>"
        if name == "binom":
            inner = f'<m:f><m:fPr><m:type m:val="noBar"/></m:fPr><m:num>{self.group()}</m:num><m:den>{self.group()}</m:den></m:f>'
            return _delimited("(", ")", inner)
        if name == "sqrt":
            return self.root()
        if name in {"bar", "vec"}:
            sign = "\u0304" if name == "bar" else "\u20d7"
            return f'<m:acc><m:accPr><m:chr m:val="{sign}"/></m:accPr><m:e>{self.group()}</m:e></m:acc>'
        if name == "text":
            return _run(self.words(), words=True)
        if name == "left":
            return self.fenced()
        raise ValueError(f"unknown command \\{name}")

    def root(self) -> str:
        degree = ""
        if self.peek() == "[":
            self.take()
            degree = self.sequence(until="]")
        hidden = "" if degree else '<m:radPr><m:degHide m:val="1"/></m:radPr>'
        return f"<m:rad>{hidden}<m:deg>{degree}</m:deg><m:e>{self.group()}</m:e></m:rad>"

    def words(self) -> str:
        if self.take() != "{":
            raise ValueError("\\text needs braces")
        letters: list[str] = []
        while (mark := self.take()) != "}":
            letters.append(mark)
        return "".join(letters)

    def fenced(self) -> str:
        opener = self.take().removeprefix("\\")
        inner = self.sequence(until="\\right")
        closer = self.take().removeprefix("\\")
        if opener not in _OPENERS:
            raise ValueError(f"unknown fence {opener!r}")
        return _delimited(opener, "" if closer == "." else closer, inner)


def _delimited(opener: str, closer: str, inner: str) -> str:
    properties = f'<m:dPr><m:begChr m:val="{opener}"/><m:endChr m:val="{closer}"/></m:dPr>'
    return f"<m:d>{properties}<m:e>{inner}</m:e></m:d>"


def _with_scripts(base: str, lower: str, upper: str) -> str:
    if lower and upper:
        return f"<m:sSubSup><m:e>{base}</m:e><m:sub>{lower}</m:sub><m:sup>{upper}</m:sup></m:sSubSup>"
    if lower:
        return f"<m:sSub><m:e>{base}</m:e><m:sub>{lower}</m:sub></m:sSub>"
    if upper:
        return f"<m:sSup><m:e>{base}</m:e><m:sup>{upper}</m:sup></m:sSup>"
    return base

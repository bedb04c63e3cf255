"""Writes mutants into the text of Swift files, for mutate.py."""

from __future__ import annotations

import re
from dataclasses import dataclass

SWITCH = """\
import Glibc

/// Which part of the module is broken.
enum Mutant {
    private static let active = getenv("STAUTH_MUTANT").flatMap { Int(String(cString: $0)) } ?? -1

    static func flips(_ number: Int, _ holds: Bool) -> Bool { number == active ? !holds : holds }
    static func holds(_ number: Int, _ holds: Bool) -> Bool { number == active ? true : holds }
    static func adds<Number: BinaryInteger>(_ number: Int, _ value: Number) -> Number {
        number == active ? value + 1 : value
    }
    static func skips(_ number: Int) -> Bool { number == active }
}
"""


@dataclass(frozen=True)
class Mutant:
    number: int
    place: str
    what: str
    text: str

    def row(self) -> str:
        return f"{self.place}: {self.what}: {self.text}"


def clauses(text: str) -> list[str]:
    """The parts of a condition between its commas, but not between those in parentheses, brackets, braces, strings."""
    parts, depth, in_string = [""], 0, False
    for previous, character in zip(" " + text, text, strict=False):
        in_string ^= character == '"' and previous != "\\"
        depth += 0 if in_string else {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if character == "," and depth == 0 and not in_string:
            parts.append("")
        else:
            parts[-1] += character
    return parts


class Breaker:
    """Writes mutants into the text of files."""

    def __init__(self) -> None:
        self.mutants: list[Mutant] = []
        self.place = ("", "")
        self.is_inside = False  # a condition of several lines
        self.is_value = False  # of a closure

    def next(self, what: str, part: str = "") -> int:
        place, line = self.place
        self.mutants.append(Mutant(len(self.mutants), place, what, part or line))
        return self.mutants[-1].number

    def condition(self, clause: str) -> str:
        """A Bool that can be turned around, and can be made to hold."""
        text = clause.strip()
        if not text or re.match(r"(let|var|case|#|await)\b", text) or "try" in text:
            return clause
        space = clause[: len(clause) - len(clause.lstrip())]
        numbers = [self.next(what, text) for what in ("always holds", "turned around")]
        return f"{space}Mutant.holds({numbers[0]}, Mutant.flips({numbers[1]}, {text}))"

    def numbers(self, line: str) -> str:
        """Each number from 2 on in a constant."""
        return re.sub(
            r"(?<![\w.$#-])(\d[\d_]*)(?![\w.]|\.\d)",
            lambda match: (
                f"Mutant.adds({self.next('one more')}, {match[1]})" if int(match[1].replace("_", "")) > 1 else match[1]
            ),
            line,
        )

    def several_lines(self, line: str) -> str | None:
        """A line of a condition that has several, or None."""
        match = re.fullmatch(r"(\s*(?:guard|if) )(.+)(,)", line)
        if match is None and self.is_inside:
            if line.lstrip().startswith("//"):
                return line
            match = re.fullmatch(r"(\s+)(?=\S)((?!else\b|[{&|?:.]).+?)(,?)", line)
        self.is_inside = match is not None and all(
            match[2].count(a) == match[2].count(b) for a, b in ("()", "{}", "[]")
        )
        if match is None or not self.is_inside:
            return None
        return match[1] + ",".join(map(self.condition, clauses(match[2]))) + match[3]

    def line(self, line: str) -> str:
        if (broken := self.several_lines(line)) is not None:
            return broken
        match = re.fullmatch(r"(\s*guard )(.+)( else \{.*)", line)
        if match is None and line.count("{") == 1:  # another brace would be a closure in the condition
            match = re.fullmatch(r"(\s*(?:if|\} else if|while) )(.+?)( \{.*)", line)
        if match:
            return match[1] + ",".join(map(self.condition, clauses(match[2]))) + match[3]
        if not self.is_value and re.match(r"\s+try (?:\w+\.)*(?:validate|verify|require|check)\w*\(.*\)$", line):
            indentation = line[: len(line) - len(line.lstrip())]
            return f"{indentation}if !Mutant.skips({self.next('skipped')}) {{ {line.strip()} }}"
        match = re.fullmatch(r"(\s+return )([\w.]+)( \? .*)", line)
        if match:
            return match[1] + self.condition(match[2]) + match[3]
        match = re.fullmatch(r"(\s+return )([^{}?]*(?: == | != | < | <= | > | >= | && )[^{}?]*)", line)
        if match and "try" not in line and match[2].count("(") == match[2].count(")"):
            return match[1] + self.condition(match[2])
        if re.match(r"\s*(package |private |fileprivate )?static let \w+(: \w+)? = [\d_ *+]+$", line):
            return self.numbers(line)
        return line

    def text(self, text: str, name: str) -> str:
        lines = text.split("\n")
        for index, line in enumerate(lines):
            self.place = (f"{name}:{index + 1}", line.strip())
            lines[index] = self.line(line)
            self.is_value = line.endswith(" in")
        return "\n".join(lines)

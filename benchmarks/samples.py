"""Runs programs in turn, collects their output, and computes medians and ratios."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# A figure is a sum of measured ones, such as the difference of two: pairs of a factor and a name.
Sum = tuple[tuple[int, str], ...]


def one(name: str) -> Sum:
    return ((1, name),)


def difference(name: str, less: str) -> Sum:
    return ((1, name), (-1, less))


@dataclass(frozen=True)
class Program:
    command: tuple[str, ...]
    turns: int = 1
    iterations: int = 1
    more: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, inputs: str) -> list[dict[str, Any]]:
        """One process: a figure for each line that it prints."""
        command = [*self.command, inputs, str(self.turns), str(self.iterations), *self.more]
        process = subprocess.run(
            command, env=os.environ | self.environment, capture_output=True, text=True, timeout=300, check=False
        )
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(command)} failed with {process.returncode}:\n{process.stderr}")
        return [json.loads(line) for line in process.stdout.splitlines()]


METRICS: dict[str, Callable[[dict[str, Any]], float]] = {
    "cpu": lambda line: line["seconds"] / line["iterations"],
    "wall": lambda line: line["wall"] / line["iterations"],
    "rate": lambda line: line["iterations"] / line["wall"],
    "allocations": lambda line: line["allocations"] / line["iterations"],
    "value": lambda line: line["value"],
}


class Samples:
    """The lines of several programs, by the name of the figure. A turn's place is its program, round and number."""

    def __init__(self) -> None:
        self.lines: dict[str, dict[tuple[int, int, int], dict[str, Any]]] = {}

    def add(self, program: int, turn_of_programs: int, lines: list[dict[str, Any]]) -> None:
        for line in lines:
            turns = self.lines.setdefault(line["name"], {})
            number = sum(place[:2] == (program, turn_of_programs) for place in turns)
            turns[program, turn_of_programs, number] = line

    def by_turn(self, figure: Sum, metric: str) -> dict[tuple[int, int, int], float]:
        """The figure in each turn in which all of its parts were measured."""
        parts = [(factor, self.lines[name]) for factor, name in figure]
        shared = set.intersection(*(set(lines) for _, lines in parts))
        read = METRICS[metric]
        return {place: sum(factor * read(lines[place]) for factor, lines in parts) for place in sorted(shared)}

    def median(self, figure: Sum, metric: str) -> float:
        return statistics.median(self.by_turn(figure, metric).values())

    def best(self, figure: Sum, metric: str) -> float:
        """The value that a tenth of the turns did not exceed."""
        return statistics.quantiles(self.by_turn(figure, metric).values(), n=10, method="inclusive")[0]

    def ratio(self, figure: Sum, other: Sum, metric: str) -> float:
        """The median of the ratios of turns of the same process, otherwise of the medians of processes side by side."""
        upper, lower = self.by_turn(figure, metric), self.by_turn(other, metric)
        shared = upper.keys() & lower.keys()
        if shared:
            return statistics.median(upper[place] / lower[place] for place in shared)
        above, below = _by_round(upper), _by_round(lower)
        return statistics.median(above[turn] / below[turn] for turn in above.keys() & below.keys())


def _by_round(turns: dict[tuple[int, int, int], float]) -> dict[int, float]:
    rounds: dict[int, list[float]] = {}
    for (_, turn_of_programs, _), value in turns.items():
        rounds.setdefault(turn_of_programs, []).append(value)
    return {turn: statistics.median(values) for turn, values in rounds.items()}


def interleave(programs: list[Program], rounds: int, inputs: str) -> Samples:
    """All programs one after the other, and that `rounds` times."""
    samples = Samples()
    for number in range(rounds):
        for place, program in enumerate(programs):
            samples.add(place, number, program.run(inputs))
    return samples

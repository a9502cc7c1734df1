"""Drawings: landscapes, experiments, planets, and diagrams for lessons."""

import math
import random
from collections.abc import Sequence

from wenlan.demo.documents.pictures.canvas import GREY, INK, PALE, PALETTE, Canvas, Point


def landscape(
    sky: tuple[str, str],
    ridges: Sequence[str],
    *,
    water: str | None = None,
    sun: str = "#F2D9A0",
    seed: int = 1,
) -> bytes:
    """Draw mountain ridges one before the other, with a sun and perhaps a lake."""
    canvas = Canvas(1200, 560)
    canvas.gradient(*sky)
    canvas.circle((890, 150), 58, sun)
    chance = random.Random(seed)
    for number, colour in enumerate(ridges):
        base = 250 + number * (210 / len(ridges))
        waves = [
            (chance.uniform(0.6, 1.6) * (1 + number * 0.5), chance.uniform(0, 6.3), chance.uniform(24, 60))
            for _ in range(4)
        ]
        top = [
            (
                x,
                base
                - sum(high * math.sin(x / 1200 * 6.28 * often + shift) for often, shift, high in waves) / 1.6,
            )
            for x in range(0, 1210, 10)
        ]
        canvas.polygon([*top, (1200, 560), (0, 560)], colour)
    if water:
        canvas.polygon([(0, 455), (1200, 455), (1200, 560), (0, 560)], water)
        for _ in range(34):
            x, y, length = chance.uniform(0, 1150), chance.uniform(468, 552), chance.uniform(25, 120)
            canvas.line([(x, y), (x + length, y)], "#FFFFFF" if chance.random() < 0.4 else ridges[-1], 1.4)
        canvas.polygon([(300, 500), (420, 500), (396, 520), (324, 520)], "#4A3B32")
        canvas.line([(360, 500), (360, 430)], "#4A3B32", 3)
        canvas.polygon([(364, 434), (364, 492), (410, 492)], "#F6F1E4")
    return canvas.png(192)


def lever(
    left_arm: float, right_arm: float, left_load: str, right_load: str, words: tuple[str, str, str]
) -> bytes:
    """Draw a level lever; arms are lengths in the same unit, `words` name the fulcrum and the two arms."""
    canvas = Canvas(1000, 520, "#FBFAF6")
    scale = 800 / (left_arm + right_arm)
    pivot = (100 + left_arm * scale, 300)
    canvas.box((90, 290), (910, 306), "#B08A5B", radius=6)
    canvas.polygon([(pivot[0], 306), (pivot[0] - 44, 390), (pivot[0] + 44, 390)], PALETTE[6])
    canvas.text((pivot[0], 415), words[0], 20)
    for x, load, colour in ((100.0, left_load, PALETTE[0]), (900.0, right_load, PALETTE[1])):
        canvas.arrow((x, 306), (x, 440), colour, 5)
        canvas.text((x, 468), load, 22, colour)
    for start, end, word in ((100.0, pivot[0], words[1]), (pivot[0], 900.0, words[2])):
        canvas.arrow(((start + end) / 2, 230), (start + 4, 230), GREY, 2)
        canvas.arrow(((start + end) / 2, 230), (end - 4, 230), GREY, 2)
        canvas.text(((start + end) / 2, 200), word, 21)
        canvas.line([(start, 215), (start, 290)], PALE, 1.5)
        canvas.line([(end, 215), (end, 290)], PALE, 1.5)
    return canvas.png()


def buoyancy(depths: Sequence[float], names: Sequence[str], labels: tuple[str, str]) -> bytes:
    """Draw blocks in water, each sunk by a share of its height, with the two forces on it."""
    canvas = Canvas(1000, 540, "#FBFAF6")
    canvas.box((60, 190), (940, 500), "#CFE3EA", "#7FA6B5", 8)
    room = 880 / len(depths)
    for number, (depth, name) in enumerate(zip(depths, names, strict=True)):
        x, side = 60 + room * (number + 0.5), 110
        top = 190 - side * (1 - min(depth, 1)) + max(depth - 1, 0) * 190
        canvas.box((x - side / 2, top), (x + side / 2, top + side), PALETTE[number + 1], radius=6)
        canvas.text((x, top + side / 2), name, 20, "#FFFFFF")
        canvas.arrow((x - 22, top + side / 2 + 20), (x - 22, top + side + 62), PALETTE[6], 4)
        canvas.arrow((x + 22, top + side / 2 - 20), (x + 22, top - 62), PALETTE[0], 4)
        canvas.text((x - 46, top + side + 40), labels[0], 18, PALETTE[6])
        canvas.text((x + 48, top - 40), labels[1], 18, PALETTE[0])
    return canvas.png()


def sorting_bars(values: Sequence[int], marked: Sequence[int] = (), done: Sequence[int] = ()) -> bytes:
    """Draw numbers as bars; places in `marked` are being looked at, those in `done` are in order."""
    canvas = Canvas(900, 520, "#FBFAF6")
    room = 820 / len(values)
    for place, value in enumerate(values):
        colour = PALETTE[1] if place in marked else PALETTE[0] if place in done else "#B9C7C2"
        left, top = 40 + room * place, 440 - value / max(values) * 360
        canvas.box((left + 5, top), (left + room - 5, 440), colour, radius=5)
        canvas.text((left + room / 2, 468), str(value), 22)
        canvas.text((left + room / 2, 498), str(place), 15, GREY)
    return canvas.png()


_PLANETS = (
    ("#9C948A", 9), ("#D9B77E", 15), ("#5B8FB9", 16), ("#C4694A", 11),
    ("#CDA77B", 42), ("#DCC48E", 35), ("#9CCBD1", 24), ("#5C7FBF", 23),
)  # fmt: skip


def _stars(canvas: Canvas, count: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        at = (chance.uniform(0, canvas.width), chance.uniform(0, canvas.height))
        canvas.circle(at, chance.choice((0.8, 1.0, 1.5)), chance.choice(("#FFFFFF", "#AFC0D8", "#E9DDBF")))


def solar_system(names: Sequence[str]) -> bytes:
    """Draw the sun and its eight planets in a row, nearest first; sizes are only suggested."""
    canvas = Canvas(1300, 520, "#101B2B")
    _stars(canvas, 170, 7)
    canvas.circle((-60, 260), 180, "#F4C15D")
    canvas.circle((-60, 260), 200, None, "#6E5A34", 3)
    x = 165.0
    for (colour, radius), name in zip(_PLANETS, names, strict=True):
        x += radius + 26
        canvas.circle((x, 260), radius, colour)
        if radius == 35:
            canvas.ellipse((x, 260), 62, 13, None, "#E8D9AE", 4)
            x += 14
        if radius == 42:
            for offset in (-16, 2, 18):
                half = (42**2 - offset**2) ** 0.5
                canvas.line([(x - half, 260 + offset), (x + half, 260 + offset)], "#A97F57", 4)
        canvas.text((x, 345), name, 22, "#E8ECF2")
        x += radius + 30
    return canvas.png(160)


def planet(number: int, *, ring: bool = False, bands: bool = False) -> bytes:
    """Draw one planet large, lit from the left; 0 is Mercury."""
    canvas = Canvas(760, 560, "#101B2B")
    _stars(canvas, 130, number + 3)
    colour, centre = _PLANETS[number][0], (380.0, 280.0)
    rings = ((330, 62, "#D9C99A", 12), (292, 50, "#A8986E", 7)) if ring else ()
    for across, down, shade, width in rings:
        canvas.arc(centre, across, down, (180, 360), shade, width)
    canvas.circle(centre, 178, colour)
    chance = random.Random(number)
    for _ in range(9 if bands else 0):
        offset = chance.uniform(-150, 150)
        half = (176**2 - offset**2) ** 0.5
        canvas.line(
            [(380 - half, 280 + offset), (380 + half, 280 + offset)],
            _shade(colour, chance.uniform(0.8, 1.12)),
            11,
        )
    for _ in range(0 if bands else 15):
        angle, away = chance.uniform(0, 6.28), chance.uniform(0, 140)
        size = chance.uniform(8, 26)
        canvas.circle(
            (380 + away * math.cos(angle), 280 + away * math.sin(angle)),
            size,
            _shade(colour, chance.uniform(0.84, 1.1)),
        )
    shadow = [
        (380 + 178 * math.sin(t / 60 * math.pi), 280 - 178 * math.cos(t / 60 * math.pi)) for t in range(61)
    ]
    inner = [
        (380 + 120 * math.sin(t / 60 * math.pi), 280 - 178 * math.cos(t / 60 * math.pi))
        for t in range(60, -1, -1)
    ]
    canvas.polygon(shadow + inner, _shade(colour, 0.55))
    for across, down, shade, width in rings:
        canvas.arc(centre, across, down, (0, 180), shade, width)
    return canvas.png(160)


def _shade(colour: str, factor: float) -> str:
    return "#" + "".join(f"{min(255, int(int(colour[at : at + 2], 16) * factor)):02X}" for at in (1, 3, 5))


def star_map(
    title: str, lines: Sequence[Sequence[int]], stars: Sequence[tuple[float, float, float]]
) -> bytes:
    """Draw a constellation; each star is (x, y, magnitude) with x and y from 0 to 1."""
    canvas = Canvas(1000, 600, "#101B2B")
    _stars(canvas, 240, 11)
    places: list[Point] = [(80 + x * 840, 60 + y * 470) for x, y, _ in stars]
    for line in lines:
        canvas.line([places[number] for number in line], "#5E7899", 2)
    for place, (_, _, magnitude) in zip(places, stars, strict=True):
        canvas.circle(place, max(2.5, 9 - 2 * magnitude), "#FFF6DC")
    canvas.text((500, 570), title, 20, "#C9D3E0")
    return canvas.png(96)


def number_line(parts: int, marked: int, labels: Sequence[str]) -> bytes:
    """Draw 0 to 1 cut into equal parts, with one place marked."""
    canvas = Canvas(1000, 240)
    canvas.arrow((60, 120), (960, 120), INK, 3)
    for number in range(parts + 1):
        x = 100 + 780 * number / parts
        canvas.line([(x, 104), (x, 136)], INK, 3)
        canvas.text((x, 168), labels[number], 24, PALETTE[1] if number == marked else INK)
    x = 100 + 780 * marked / parts
    canvas.line([(100, 120), (x, 120)], PALETTE[0], 8)
    canvas.circle((x, 120), 11, PALETTE[1])
    return canvas.png(64)


def flow(steps: Sequence[str], *, colours: Sequence[str] = PALETTE) -> bytes:
    """Draw boxes joined by arrows, from left to right."""
    room = 1160 / len(steps)
    canvas = Canvas(1200, 220)
    for number, step in enumerate(steps):
        left = 20 + room * number
        canvas.box((left + 8, 60), (left + room - 34, 160), colours[number % len(colours)], radius=14)
        for row, words in enumerate(step.split("/")):
            y = 110 + (row - step.count("/") / 2) * 34
            canvas.text((left + room / 2 - 13, y), words, 22, "#FFFFFF")
        if number < len(steps) - 1:
            canvas.arrow((left + room - 30, 110), (left + room + 4, 110), GREY, 3)
    return canvas.png(64)


def states_of_water(names: Sequence[str], changes: Sequence[str]) -> bytes:
    """Draw particles of ice, water and steam with the names of the four changes between them."""
    canvas = Canvas(1200, 460, "#FBFAF6")
    chance = random.Random(5)
    for number, name in enumerate(names):
        left = 60 + number * 400
        canvas.box((left, 90), (left + 280, 340), "#FFFFFF", PALETTE[3], 12, 2.5)
        canvas.text((left + 140, 385), name, 26)
        for place in range(30 if number == 0 else 26 if number == 1 else 8):
            at: Point
            if number == 0:
                at = (left + 35 + place % 6 * 42, 135 + place // 6 * 42)
            elif number == 1:
                at = (
                    left + 30 + place % 7 * 36 + chance.uniform(-7, 7),
                    190 + place // 7 * 38 + chance.uniform(-8, 8),
                )
            else:
                at = (left + chance.uniform(25, 255), chance.uniform(115, 315))
            canvas.circle(at, 13, PALETTE[3])
    for number in (0, 1):
        x = 350 + number * 400
        canvas.arrow((x, 190), (x + 100, 190), PALETTE[1], 4)
        canvas.text((x + 50, 160), changes[number], 20, PALETTE[1])
        canvas.arrow((x + 100, 260), (x, 260), PALETTE[0], 4)
        canvas.text((x + 50, 292), changes[number + 2], 20, PALETTE[0])
    return canvas.png(64)


def posture(angles: Sequence[int], loads: Sequence[str]) -> bytes:
    """Draw heads bent forward by the given degrees, with the load on the neck under each."""
    canvas = Canvas(1100, 400, "#FBFAF6")
    room = 1100 / len(angles)
    for number, (angle, load) in enumerate(zip(angles, loads, strict=True)):
        x, turn = room * (number + 0.38), math.radians(angle)
        shoulder = (x, 200.0)
        head = (x + 92 * math.sin(turn), 200 - 92 * math.cos(turn))
        canvas.line([(x, 292), shoulder], PALETTE[0], 44)
        canvas.circle(shoulder, 30, PALETTE[0])
        canvas.line([shoulder, head], "#D9B89A", 26)
        canvas.circle(head, 42, "#E6C7A8")
        canvas.line([shoulder, (x, 40)], GREY, 1.2)
        canvas.text((x + 14, 326), f"{angle}°", 30)
        canvas.text((x + 14, 368), load, 26, PALETTE[1])
    return canvas.png(96)


def moon_phases(names: Sequence[str]) -> bytes:
    """Draw eight phases of the moon, from new moon on, as seen from the northern hemisphere."""
    canvas = Canvas(1200, 260, "#101B2B")
    for number, name in enumerate(names):
        x, y, radius = 80 + number * 148.5, 110.0, 52.0
        canvas.circle((x, y), radius, "#2B3950")
        lit = (1 - math.cos(number / 8 * 2 * math.pi)) / 2
        side = 1 if number <= 4 else -1
        edge = [
            (x + side * radius * math.sin(t / 40 * math.pi), y - radius * math.cos(t / 40 * math.pi))
            for t in range(41)
        ]
        inner = [
            (
                x + side * radius * (1 - 2 * lit) * math.sin(t / 40 * math.pi),
                y - radius * math.cos(t / 40 * math.pi),
            )
            for t in range(40, -1, -1)
        ]
        if number:
            canvas.polygon(edge + inner, "#F2E8CB")
        canvas.text((x, 205), name, 20, "#DDE4EE")
    return canvas.png(96)

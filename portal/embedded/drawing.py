"""Draws calm, flat interiors: a wall, a window, a table or desk, chairs, a lamp, a plant; pure, the same for the same
subject.

Everything is drawn at twice its size and made smaller at the end, which smooths the edges. Coordinates are pixels of
the finished picture.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PIL import Image, ImageDraw

from portal.embedded.palettes import PALETTES

WIDTH, HEIGHT = 1200, 800
# Part of a drawing's identity: raise it when a drawing comes out differently for the same subject.
VERSION = 1
_SCALE = 2
_FLOOR_TOP = 590
_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is drawn: `seed` chooses colours and furniture, `seats` the size of the table."""

    seed: int
    is_office: bool
    seats: int


def draw(subject: Subject) -> Image.Image:
    """The picture, 1200 by 800."""
    return _Scene(subject).image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)


class _Scene:
    def __init__(self, subject: Subject) -> None:
        self.chance = random.Random(f"room {subject.seed}")  # noqa: S311  a picture, no secret
        self.colours = self.chance.choice(PALETTES)
        self.image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), self.colours.wall)
        self.canvas = ImageDraw.Draw(self.image)
        self.is_mirrored = self.chance.random() < 0.5
        self._wall()
        self._window()
        if subject.is_office:
            self._shelf()
            self._desk()
        else:
            self._screen()
            self._lamps()
            self._table(max(2, min(subject.seats or 6, 14)))
        self._plant()

    # Shapes. A mirrored room is drawn from right to left by the same code.

    def _xs(self, left: float, right: float) -> tuple[float, float]:
        return (WIDTH - right, WIDTH - left) if self.is_mirrored else (left, right)

    def box(self, left: float, top: float, right: float, bottom: float, colour: str, *, radius: float = 0) -> None:
        left, right = self._xs(left, right)
        corners = [value * _SCALE for value in (left, top, right, bottom)]
        self.canvas.rounded_rectangle(corners, radius * _SCALE, fill=colour)

    def oval(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        left, right = self._xs(left, right)
        self.canvas.ellipse([value * _SCALE for value in (left, top, right, bottom)], fill=colour)

    def shape(self, points: Sequence[_Point], colour: str) -> None:
        self.canvas.polygon([(self._xs(x, x)[0] * _SCALE, y * _SCALE) for x, y in points], fill=colour)

    def stroke(self, points: Sequence[_Point], colour: str, width: float) -> None:
        line = [(self._xs(x, x)[0] * _SCALE, y * _SCALE) for x, y in points]
        self.canvas.line(line, fill=colour, width=round(width * _SCALE), joint="curve")

    # The room.

    def _wall(self) -> None:
        colours = self.colours
        style = self.chance.choice(("plain", "panel", "band", "slats"))
        if style == "panel":
            self.box(640, 0, WIDTH, _FLOOR_TOP, colours.panel)
        elif style == "band":
            self.box(0, 400, WIDTH, _FLOOR_TOP, colours.panel)
        elif style == "slats":
            for slat in range(700, WIDTH, 26):
                self.box(slat, 0, slat + 13, _FLOOR_TOP, colours.panel)
        self.box(0, _FLOOR_TOP, WIDTH, HEIGHT, colours.floor)
        self.box(0, _FLOOR_TOP - 14, WIDTH, _FLOOR_TOP, _mixed(colours.panel, "#ffffff", 0.35))
        if self.chance.random() < 0.6:
            for line in range(1, 4):
                y = _FLOOR_TOP + line * line * 16
                self.box(0, y, WIDTH, y + 2, _mixed(colours.floor, "#000000", 0.06))
        self.oval(170, 668, 1030, 786, colours.rug)

    def _window(self) -> None:
        colours = self.colours
        style = self.chance.choice(("grid", "wide", "arch", "pair"))
        frame = _mixed(colours.wall, "#ffffff", 0.72)
        boxes = {
            "grid": [(96, 96, 436, 470)],
            "wide": [(70, 120, 480, 430)],
            "arch": [(120, 70, 420, 480)],
            "pair": [(80, 90, 255, 470), (290, 90, 465, 470)],
        }[style]
        for left, top, right, bottom in boxes:
            self.box(left - 14, top - 14, right + 14, bottom + 14, frame, radius=150 if style == "arch" else 4)
            self._view(left, top, right, bottom, radius=140 if style == "arch" else 0, has_sun=left == boxes[0][0])
            middle = (left + right) / 2
            if style in ("grid", "arch"):
                self.box(middle - 5, top, middle + 5, bottom, frame)
            if style in ("grid", "pair"):
                self.box(left, top + 120, right, top + 130, frame)
            if style == "wide":
                for third in (1, 2):
                    x = left + (right - left) * third / 3
                    self.box(x - 5, top, x + 5, bottom, frame)
            self.box(left - 30, bottom + 12, right + 30, bottom + 30, _mixed(frame, "#000000", 0.06), radius=3)

    def _view(self, left: float, top: float, right: float, bottom: float, *, radius: float, has_sun: bool) -> None:
        """What is seen outside: sky, a low sun, and roofs or hills; drawn apart and put in through the window's own
        form.
        """
        colours = self.colours
        width, height = int((right - left) * _SCALE), int((bottom - top) * _SCALE)
        outside = Image.new("RGB", (width, height), colours.sky)
        pen = ImageDraw.Draw(outside)
        pen.rectangle((0, height * 0.45, width, height), fill=colours.sky_low)
        sun = width * self.chance.uniform(0.15, 0.7)
        size = 72 * _SCALE
        if has_sun:
            pen.ellipse((sun, height * 0.2, sun + size, height * 0.2 + size), fill=colours.light)
        if self.chance.random() < 0.6:
            x = 0.0
            while x < width:
                house = int(self.chance.uniform(45, 95) * _SCALE)
                roof = height * self.chance.uniform(0.45, 0.75)
                shade = _mixed(colours.hill, colours.sky_low, self.chance.uniform(0, 0.45))
                pen.rectangle((x, roof, x + house, height), fill=shade)
                x += house
        else:
            for depth in (0.55, 0.0):
                crest = height * (0.86 - depth * 0.28)
                shift = self.chance.uniform(-0.2, 0.5) * width
                hill = _mixed(colours.hill, colours.sky_low, depth)
                pen.ellipse((shift - width, crest - height * 0.15, shift + width * 1.1, height * 2), fill=hill)
        form = Image.new("L", (width, height), 0)
        ImageDraw.Draw(form).rounded_rectangle((0, 0, width, height), radius * _SCALE, fill=255)
        x, _ = self._xs(left, right)
        self.image.paste(outside, (int(x * _SCALE), int(top * _SCALE)), form)

    # Furniture.

    def _lamps(self) -> None:
        colours = self.colours
        count = self.chance.choice((1, 2))
        style = self.chance.choice(("cone", "ball", "disc"))
        for number in range(count):
            x = 600 + (number - (count - 1) / 2) * 110
            bottom = 236 if style != "disc" else 214
            self.box(x - 2, 0, x + 2, bottom - 50, colours.metal)
            if style == "cone":
                self.shape(
                    [(x - 20, bottom - 58), (x + 20, bottom - 58), (x + 46, bottom), (x - 46, bottom)],
                    colours.seat_dark,
                )
                self.oval(x - 22, bottom - 8, x + 22, bottom + 14, colours.light)
            elif style == "ball":
                self.oval(x - 42, bottom - 70, x + 42, bottom + 14, _mixed(colours.light, "#ffffff", 0.35))
            else:
                self.box(x - 48, bottom - 52, x + 48, bottom - 36, colours.wood, radius=8)
                self.box(x - 38, bottom - 36, x + 38, bottom - 29, colours.light, radius=3)

    def _screen(self) -> None:
        colours = self.colours
        style = self.chance.choice(("screen", "board", "print"))
        if style == "screen":
            self.box(752, 232, 1090, 428, colours.metal, radius=10)
            self.box(764, 244, 1078, 416, _mixed(colours.seat, "#ffffff", 0.25), radius=3)
            for bar, length in enumerate((90, 150, 120, 190)):
                self.box(
                    800 + bar * 62,
                    390 - length * 0.6,
                    834 + bar * 62,
                    390,
                    _mixed(colours.seat, "#ffffff", 0.7),
                    radius=3,
                )
        elif style == "board":
            self.box(724, 226, 1106, 446, colours.wood_dark, radius=6)
            self.box(736, 238, 1094, 434, "#fbfaf7", radius=2)
            self.stroke([(770, 280), (850, 300), (930, 270), (1000, 292)], colours.seat, 5)
            for line, length in enumerate((210, 160, 240)):
                self.box(
                    770,
                    334 + line * 28,
                    770 + length,
                    341 + line * 28,
                    _mixed(colours.metal, "#ffffff", 0.65),
                    radius=3,
                )
        else:
            for left, top, right, bottom in ((772, 200, 912, 396), (946, 200, 1086, 396)):
                self.box(left, top, right, bottom, colours.wood_dark, radius=3)
                self.box(left + 9, top + 9, right - 9, bottom - 9, _mixed(colours.wall, "#ffffff", 0.75))
                size = self.chance.uniform(56, 84)
                middle, height = (left + right) / 2, top + self.chance.uniform(76, 120)
                self.oval(
                    middle - size / 2,
                    height - size / 2,
                    middle + size / 2,
                    height + size / 2,
                    self.chance.choice((colours.seat, colours.leaf, colours.light)),
                )
                self.box(
                    left + 9,
                    bottom - 60,
                    right - 9,
                    bottom - 9,
                    self.chance.choice((colours.hill, colours.seat_dark, colours.leaf_dark)),
                )

    def _table(self, seats: int) -> None:
        """A table in front view, wider for more people: chairs behind it, then the table, then chairs before it."""
        colours = self.colours
        behind = min((seats + 1) // 2, 7)
        half = min(150 + behind * 52, 460)
        back_chairs = [600 + (place - (behind - 1) / 2) * (2 * half - 110) / max(behind, 1) for place in range(behind)]
        style = self.chance.choice(("round", "square", "shell"))
        for x in back_chairs:
            self._chair_back(x, 478, style, _mixed(colours.seat, colours.wall, 0.18))
        top = 566
        for leg in (-1, 1):
            x = 600 + leg * (half - 58)
            self.shape(
                [(x - 12, top + 20), (x + 12, top + 20), (x + leg * 26 + 9, 734), (x + leg * 26 - 9, 734)],
                colours.wood_dark,
            )
        self.box(600 - half, top, 600 + half, top + 26, colours.wood, radius=12)
        self.box(600 - half, top + 17, 600 + half, top + 26, colours.wood_dark, radius=6)
        self._things_on(600 - half + 70, 600 + half - 70, top)
        for x in self._front_chairs(back_chairs):
            self._chair_back(x, 610, style, colours.seat)
            self.box(x - 5, 700, x + 5, 752, colours.metal)
            self.box(x - 44, 748, x + 44, 757, colours.metal, radius=4)

    @staticmethod
    def _front_chairs(behind: list[float]) -> list[float]:
        """Between those behind, so that the table stays in sight."""
        between = [(left + right) / 2 for left, right in pairwise(behind)]
        return between[::2] if len(between) > 3 else between[:1] + between[2:]

    def _chair_back(self, x: float, top: float, style: str, colour: str) -> None:
        dark = _mixed(colour, "#000000", 0.16)
        if style == "round":
            self.oval(x - 46, top, x + 46, top + 100, colour)
            self.box(x - 50, top + 70, x + 50, top + 96, dark, radius=12)
        elif style == "square":
            self.box(x - 44, top + 4, x + 44, top + 78, colour, radius=14)
            self.box(x - 50, top + 72, x + 50, top + 96, dark, radius=10)
        else:
            self.shape([(x - 34, top + 6), (x + 34, top + 6), (x + 52, top + 84), (x - 52, top + 84)], colour)
            self.oval(x - 35, top - 6, x + 35, top + 20, colour)
            self.box(x - 52, top + 76, x + 52, top + 96, dark, radius=10)

    def _things_on(self, left: float, right: float, top: float) -> None:
        colours = self.colours
        for _ in range(self.chance.choice((2, 3))):
            x = self.chance.uniform(left, right)
            thing = self.chance.choice(("laptop", "cup", "papers", "carafe"))
            if thing == "laptop":
                self.box(x - 42, top - 56, x + 42, top - 4, _mixed(colours.metal, "#ffffff", 0.2), radius=5)
                self.box(x - 50, top - 6, x + 50, top, _mixed(colours.metal, "#ffffff", 0.5), radius=3)
            elif thing == "cup":
                self.box(x - 11, top - 22, x + 11, top, "#fbfaf7", radius=4)
            elif thing == "papers":
                self.box(x - 34, top - 7, x + 34, top, "#fbfaf7", radius=1)
                self.box(x - 30, top - 12, x + 38, top - 7, _mixed(colours.light, "#ffffff", 0.5), radius=1)
            else:
                self.shape(
                    [(x - 9, top - 48), (x + 9, top - 48), (x + 17, top), (x - 17, top)],
                    _mixed(colours.sky, "#ffffff", 0.3),
                )

    def _shelf(self) -> None:
        colours = self.colours
        for level in range(self.chance.choice((2, 3))):
            y = 226 + level * 96
            self.box(736, y, 1104, y + 13, colours.wood, radius=3)
            x = 752.0
            while x < 1060:
                kind = self.chance.random()
                if kind < 0.6:
                    height, width = self.chance.uniform(44, 66), self.chance.uniform(12, 22)
                    colour = self.chance.choice(
                        (colours.seat, colours.seat_dark, colours.hill, colours.leaf_dark, "#f4efe6")
                    )
                    self.box(x, y - height, x + width, y, colour, radius=2)
                    x += width + 3
                elif kind < 0.75:
                    self.box(x + 8, y - 26, x + 44, y, colours.rug, radius=6)
                    self.oval(x + 2, y - 62, x + 50, y - 20, colours.leaf)
                    x += 62
                else:
                    x += self.chance.uniform(24, 60)

    def _desk(self) -> None:
        colours = self.colours
        top = 560
        self.box(376, top, 1056, top + 22, colours.wood, radius=7)
        self.box(376, top + 15, 1056, top + 22, colours.wood_dark, radius=4)
        for x in (404.0, 1018.0):
            self.box(x - 8, top + 22, x + 8, 742, colours.metal, radius=2)
        self.box(836, top + 22, 1004, 704, _mixed(colours.wood, "#ffffff", 0.18), radius=4)
        for drawer in range(3):
            self.box(900, top + 52 + drawer * 44, 940, top + 58 + drawer * 44, colours.wood_dark, radius=3)
        for x in self.chance.choice(((600.0,), (520.0, 730.0), (640.0,))):
            self.box(x - 96, top - 142, x + 96, top - 28, colours.metal, radius=8)
            self.box(x - 87, top - 133, x + 87, top - 42, _mixed(colours.seat, "#ffffff", 0.45), radius=2)
            self.box(x - 8, top - 30, x + 8, top - 2, colours.metal)
            self.box(x - 40, top - 7, x + 40, top, colours.metal, radius=3)
        self._desk_lamp(930, top)
        x = self.chance.uniform(560, 680)
        self.box(x - 62, 588, x + 62, 706, colours.seat, radius=26)
        self.box(x - 70, 690, x + 70, 716, colours.seat_dark, radius=12)
        self.box(x - 6, 716, x + 6, 756, colours.metal)
        self.box(x - 58, 752, x + 58, 762, colours.metal, radius=5)

    def _desk_lamp(self, x: float, top: float) -> None:
        colours = self.colours
        self.box(x - 34, top - 8, x + 34, top, colours.metal, radius=4)
        self.stroke([(x, top - 6), (x + 26, top - 84), (x - 34, top - 150)], colours.metal, 6)
        self.shape(
            [(x - 52, top - 160), (x - 20, top - 168), (x - 18, top - 118), (x - 86, top - 122)], colours.seat_dark
        )
        self.oval(x - 64, top - 128, x - 36, top - 112, colours.light)

    def _plant(self) -> None:
        colours = self.colours
        x = self.chance.choice((118, 1098))
        style = self.chance.choice(("tall", "bush", "palm"))
        base = 652
        if style == "tall":
            self.stroke([(x, base), (x - 4, 400)], colours.wood_dark, 7)
            for step in range(5):
                y = 420 + step * 42
                for side in (-1, 1):
                    self._leaf(
                        (x, y + 26),
                        (x + side * (88 - step * 6), y - 18),
                        colours.leaf if side < 0 else colours.leaf_dark,
                    )
            self._leaf((x, 440), (x + 8, 340), colours.leaf)
        elif style == "bush":
            for offset, y, size in ((-46, 520, 96), (44, 508, 104), (0, 450, 120), (-16, 560, 100), (30, 566, 84)):
                colour = colours.leaf if size > 98 else colours.leaf_dark
                self.oval(x + offset - size / 2, y - size / 2, x + offset + size / 2, y + size / 2, colour)
        else:
            for reach, rise in ((-122, 470), (-84, 402), (-30, 362), (34, 366), (90, 410), (124, 476)):
                self._leaf((x, base - 12), (x + reach, rise), colours.leaf if reach % 4 else colours.leaf_dark)
        pot = self.chance.choice((colours.seat_dark, colours.wood, "#f4efe6"))
        self.shape([(x - 56, base - 30), (x + 56, base - 30), (x + 40, base + 74), (x - 40, base + 74)], pot)
        self.box(x - 62, base - 40, x + 62, base - 20, _mixed(pot, "#000000", 0.1), radius=6)

    def _leaf(self, stem: _Point, tip: _Point, colour: str) -> None:
        """Two shallow curves from stem to tip, as a polygon."""
        (x0, y0), (x1, y1) = stem, tip
        bulge = 0.24
        normal = (-(y1 - y0) * bulge, (x1 - x0) * bulge)
        there = [(step / 12, 4 * step / 12 * (1 - step / 12)) for step in range(13)]
        upper = [(x0 + (x1 - x0) * t + normal[0] * b, y0 + (y1 - y0) * t + normal[1] * b) for t, b in there]
        lower = [
            (x0 + (x1 - x0) * t - normal[0] * b * 0.35, y0 + (y1 - y0) * t - normal[1] * b * 0.35)
            for t, b in reversed(there)
        ]
        self.shape([*upper, *lower], colour)


def _mixed(colour: str, other: str, share: float) -> str:
    """A colour between two; `share` of the other one."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(one * (1 - share) + two * share):02x}" for one, two in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)

"""The colours of the drawn rooms: few, muted, and made for each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one room; each name says what is painted with it."""

    wall: str
    panel: str
    floor: str
    rug: str
    wood: str
    wood_dark: str
    seat: str
    seat_dark: str
    leaf: str
    leaf_dark: str
    metal: str
    sky: str
    sky_low: str
    hill: str
    light: str


PALETTES = (
    Palette(
        "#e9e2d6",
        "#ddd3c3",
        "#c7b299",
        "#b8a086",
        "#a9774f",
        "#8b5e3c",
        "#3f6c73",
        "#2f535a",
        "#5f8a5b",
        "#466b45",
        "#3b3a3a",
        "#cfe3ea",
        "#eaf1ee",
        "#a9c3bd",
        "#f7e6b4",
    ),
    Palette(
        "#d9e3e1",
        "#c8d6d4",
        "#b7a58f",
        "#a3917c",
        "#c08d5e",
        "#9c6e45",
        "#c96f4a",
        "#a65738",
        "#5b8766",
        "#41684b",
        "#2f3c40",
        "#d6e8f2",
        "#f3efe2",
        "#9fb9c4",
        "#fbe7b0",
    ),
    Palette(
        "#efe6e1",
        "#e3d5ce",
        "#cdb8aa",
        "#bea497",
        "#94654a",
        "#774f38",
        "#6c7fa3",
        "#536484",
        "#6f9163",
        "#52704a",
        "#40383a",
        "#dce7f3",
        "#f8ece0",
        "#b4bfd3",
        "#fde9bd",
    ),
    Palette(
        "#dfe3da",
        "#cfd6c9",
        "#bfae95",
        "#ab997f",
        "#b3855a",
        "#916843",
        "#7d5a68",
        "#624551",
        "#4f7d6a",
        "#395f50",
        "#363b38",
        "#d3e6e4",
        "#f1f0dd",
        "#a3bfae",
        "#f9e8b6",
    ),
    Palette(
        "#dcdfe8",
        "#cacfdc",
        "#b9aba0",
        "#a5968b",
        "#a87b57",
        "#885f40",
        "#d19a3f",
        "#ad7c2d",
        "#648c6a",
        "#48694e",
        "#31353f",
        "#cfdff0",
        "#efeef0",
        "#a7b4cb",
        "#fbe3a8",
    ),
    Palette(
        "#e6dfd3",
        "#2f4f50",
        "#c2ad93",
        "#af9a80",
        "#bd8a58",
        "#976a3f",
        "#b4563f",
        "#8f4230",
        "#6a9468",
        "#4c704d",
        "#33302d",
        "#d5e5ea",
        "#f4ecdc",
        "#a8bdb6",
        "#f8e2a6",
    ),
)

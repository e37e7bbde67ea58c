"""Numbers read off a parsed face: sizes, shapes and colours of its regions.

Everything works at 128 px, so that sharp portraits and the small CelebA files are measured alike.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

SIZE = 128
BACKGROUND, MOUTH, BROWS, EYES, HAIR, NOSE, SKIN, EARS, BELOW = range(9)
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = np.array([0.9505, 1.0, 1.089])

HAIR_PLACES = (
    *((0, -0.75, 0.5, 0.2), (0, -0.5, 0.5, 0.12), (-0.6, -0.4, 0.2, 0.2), (0.6, -0.4, 0.2, 0.2)),
    *((-1.2, 1, 0.4, 0.5), (1.2, 1, 0.4, 0.5), (0, -1.1, 0.5, 0.15), (0, 1.9, 1.5, 0.2)),
)
"""Boxes (middle, half width and height, in eye distances from the eyes) where hair can be."""


def to_lab(rgb: np.ndarray) -> np.ndarray:
    """sRGB (..., 3) in 0..1 -> CIE L*a*b* under D65."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    t = linear @ _TO_XYZ.T / _WHITE
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], -1)


def _mean(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    return np.tensordot(weight, values, axes=((0, 1), (0, 1))) / (weight.sum() + 1e-3)


def _quantiles(values: np.ndarray, weight: np.ndarray) -> list[float]:
    inside = values[weight > 0.7]
    if len(inside) < 8:
        inside = np.array([np.average(values, weights=weight + 1e-6)])
    return [float(q) for q in np.quantile(inside, (0.1, 0.5, 0.9))]


class Ruler:
    """Measures one face: `lab` (128, 128, 3), `p` (9, 128, 128)."""

    def __init__(self, lab: np.ndarray, p: np.ndarray) -> None:
        self.lab, self.p = lab, p
        self.y, self.x = np.mgrid[0:SIZE, 0:SIZE] + 0.5
        gy, gx = np.gradient(ndimage.gaussian_filter(lab[..., 0], 0.7))
        self.gx, self.gy = gx, gy
        self.edge = np.hypot(gx, gy)
        left, right = self._half(EYES, 0), self._half(EYES, 1)
        self.eyes = [self._centre(left, (46, 60)), self._centre(right, (82, 60))]
        self.mouth = self._centre(p[MOUTH], (64, 92))
        self.unit = max(self.eyes[1][0] - self.eyes[0][0], 20.0)
        self.values: dict[str, float] = {}

    def _half(self, region: int, side: int) -> np.ndarray:
        middle = SIZE / 2
        return self.p[region] * ((self.x >= middle) if side else (self.x < middle))

    def _centre(self, weight: np.ndarray, default: tuple[float, float]) -> np.ndarray:
        total = weight.sum()
        if total < 2:
            return np.array(default, float)
        return np.array([(weight * self.x).sum() / total, (weight * self.y).sum() / total])

    def put(self, name: str, *values: float) -> None:
        for k, value in enumerate(values):
            self.values[f"{name}.{k}"] = float(value)

    def box(self, cx: float, cy: float, wide: float, high: float) -> np.ndarray:
        """Skin inside a box; place and size in eye distances from the middle of the eyes."""
        middle = (self.eyes[0] + self.eyes[1]) / 2
        x, y = (self.x - middle[0]) / self.unit, (self.y - middle[1]) / self.unit
        return ((np.abs(x - cx) < wide) & (np.abs(y - cy) < high)).astype(float)

    def colours(self) -> None:
        """Mean colours of the regions, and hair and lips against the skin."""
        skin = _mean(self.lab, self.p[SKIN] ** 2)
        self.put("skin", *skin, np.hypot(skin[1], skin[2]))
        for name, region in (
            ("mouth", MOUTH),
            ("brows", BROWS),
            ("hair", HAIR),
            ("eyes", EYES),
            ("below", BELOW),
        ):
            colour = _mean(self.lab, self.p[region] ** 2)
            self.put(name + ".colour", *colour, *(colour - skin), np.hypot(colour[1], colour[2]))
            self.put(name + ".light", *_quantiles(self.lab[..., 0], self.p[region]))
        hue = np.arctan2(self.lab[..., 2], self.lab[..., 1] + 1e-6)
        chroma = np.hypot(self.lab[..., 1], self.lab[..., 2])
        self.put("hair.chroma", *_quantiles(chroma, self.p[HAIR]), *_quantiles(hue, self.p[HAIR])[1:2])
        self.put("mouth.red", *_quantiles(self.lab[..., 1] - skin[1], self.p[MOUTH]))
        self.put("mouth.chroma", *_quantiles(chroma, self.p[MOUTH]))

    def areas(self) -> None:
        """Log areas, and where the hair is."""
        for region in range(9):
            self.put(f"area.{region}", np.log(self.p[region].sum() / self.unit**2 + 0.01))
        hair = self.p[HAIR]
        for k, (cx, cy, wide, high) in enumerate(HAIR_PLACES):
            box = self.box(cx, cy, wide, high)
            self.put(f"hair.place.{k}", (hair * box).sum() / (box.sum() + 1))
            self.put(f"back.place.{k}", (self.p[BACKGROUND] * box).sum() / (box.sum() + 1))

    def hair_texture(self) -> None:
        """How strongly and in which direction the hair's brightness changes."""
        weight = ndimage.gaussian_filter(self.p[HAIR], 1.0) ** 4 + 1e-6
        total = weight.sum()
        xx, yy = (self.gx**2 * weight).sum() / total, (self.gy**2 * weight).sum() / total
        xy = (self.gx * self.gy * weight).sum() / total
        strength = np.sqrt(xx + yy) + 1e-3
        coarse = ndimage.gaussian_filter(self.lab[..., 0], 3.0)
        spread = np.sqrt((weight * (coarse - (weight * coarse).sum() / total) ** 2).sum() / total)
        # Local direction against the mean one: straight hair runs one way.
        sxx, syy, sxy = (ndimage.gaussian_filter(a, 2.5) for a in (self.gx**2, self.gy**2, self.gx * self.gy))
        coherent = np.hypot(sxx - syy, 2 * sxy) / (sxx + syy + 1e-3)
        outline = ndimage.gaussian_filter(self.p[HAIR], 1.5)
        bend = np.abs(ndimage.laplace(outline)) * (self.edge > 0)
        self.put(
            "hair.texture",
            *(np.log(strength), (xx - yy) / strength**2, xy / strength**2, np.log(spread + 0.1)),
            *((coherent * weight).sum() / total, np.log(bend.sum() / self.unit)),
        )

    def brows_and_eyes(self) -> None:
        """Thickness, width, height and arch of each brow; opening of each eye; their distance."""
        skin = _mean(self.lab, self.p[SKIN] ** 2)[0]
        for side in (0, 1):
            for name, region in (("brow", BROWS), ("eye", EYES)):
                weight = self._half(region, side)
                columns = weight.sum(0)
                width = (columns > 0.6).sum() / self.unit
                thick = np.sort(columns)[-12:].mean() / self.unit
                centre = self._centre(weight, (64, 50))
                self.put(f"{name}.{side}", width, thick, thick / (width + 0.1), columns.sum() / self.unit**2)
                if region == BROWS:
                    light = _mean(self.lab, weight**2)[0]
                    down = (self.eyes[side][1] - centre[1]) / self.unit
                    self.put(f"brow.more.{side}", down, skin - light, (skin - light) * columns.sum())
                    self._arch(weight, columns, side)

    def _arch(self, weight: np.ndarray, columns: np.ndarray, side: int) -> None:
        inside = np.flatnonzero(columns > 0.5)
        if len(inside) < 6:
            self.put(f"brow.arch.{side}", 0, 0)
            return
        line = (weight * self.y).sum(0)[inside] / columns[inside]
        x = np.linspace(-1, 1, len(inside))
        bend, slope, _ = np.polyfit(x, line, 2)
        self.put(f"brow.arch.{side}", bend / self.unit, (slope if side == 0 else -slope) / self.unit)

    def nose_and_mouth(self) -> None:
        """Width and height of nose and mouth, lifted corners, and what lies between the lips."""
        for name, region in (("nose", NOSE), ("mouth", MOUTH)):
            weight = self.p[region]
            across, down = weight.max(0), weight.max(1)
            self.put(f"{name}.size", across.sum() / self.unit, down.sum() / self.unit)
            self.put(f"{name}.shape", down.sum() / (across.sum() + 1))
        weight = self.p[MOUTH]
        columns = weight.sum(0)
        inside = np.flatnonzero(columns > 0.5)
        if len(inside) >= 8:
            line = (weight * self.y).sum(0)[inside] / columns[inside]
            k = max(2, len(inside) // 6)
            lift = line[len(line) // 3 : -len(line) // 3].mean() - (line[:k].mean() + line[-k:].mean()) / 2
            top = self.y[np.argmax(weight[:, inside] > 0.5, axis=0), 0]
            self.put("mouth.lift", lift / self.unit, np.polyfit(np.linspace(-1, 1, len(inside)), top, 2)[0])
        else:
            self.put("mouth.lift", 0, 0)
        inner = ndimage.gaussian_filter(weight, 1.5) ** 3
        light = self.lab[..., 0]
        inner_light = _quantiles(light, inner / (inner.max() + 1e-3))
        self.put("mouth.inner", *inner_light, inner_light[2] - inner_light[0])
        x, y = int(self.mouth[0]), int(self.mouth[1])
        column = self.lab[max(y - 9, 0) : y + 10, max(x - 5, 0) : x + 6]
        profile = np.resize(column.mean(1), (19, 3))
        self.put(
            "mouth.profile", *profile[::2, 0], *profile[::2, 1], np.ptp(profile[:, 0]), np.ptp(profile[:, 1])
        )

    def patches(self) -> None:
        """Colour and roughness of places on the skin against the cheeks: beard, rouge, wrinkles, glasses."""
        cheek = self.box(-0.55, 0.6, 0.15, 0.15) + self.box(0.55, 0.6, 0.15, 0.15)
        base = _mean(self.lab, cheek)
        self.put("cheek", *base, _mean(self.edge[..., None], cheek)[0])
        places = {
            "forehead": (0, -0.6, 0.35, 0.12),
            "chin": (0, 1.55, 0.2, 0.1),
            "lip": (0, 0.83, 0.2, 0.05),
            "jaw.0": (-0.5, 1.25, 0.15, 0.15),
            "jaw.1": (0.5, 1.25, 0.15, 0.15),
            "sideburn.0": (-0.95, 0.5, 0.08, 0.2),
            "sideburn.1": (0.95, 0.5, 0.08, 0.2),
            "bag.0": (-0.5, 0.25, 0.18, 0.06),
            "bag.1": (0.5, 0.25, 0.18, 0.06),
            "bridge": (0, 0.05, 0.12, 0.08),
            "lid.0": (-0.5, -0.12, 0.2, 0.05),
            "lid.1": (0.5, -0.12, 0.2, 0.05),
            "fold.0": (-0.4, 0.85, 0.1, 0.15),
            "fold.1": (0.4, 0.85, 0.1, 0.15),
            "neck": (0, 2.1, 0.3, 0.15),
        }
        for name, place in places.items():
            box = self.box(*place)
            self.put(name, *(_mean(self.lab, box) - base), _mean(self.edge[..., None], box)[0])

    def everything(self) -> dict[str, float]:
        self.colours()
        self.areas()
        self.hair_texture()
        self.brows_and_eyes()
        self.nose_and_mouth()
        self.patches()
        return self.values


def measure(images: np.ndarray, probabilities: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Names and values (N, F) of (N, 128, 128, 3) uint8 pictures with (N, 9, 128, 128) masks in 0..1."""
    rows = [
        Ruler(to_lab(image / 255.0), p.astype(np.float64)).everything()
        for image, p in zip(images, probabilities, strict=True)
    ]
    names = sorted(rows[0])
    values = np.array([[row[n] for n in names] for row in rows])
    return names, np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)

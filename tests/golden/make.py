"""Remakes the golden data: `python -m tests.golden.make [runs | composites | command_line | projects]...`

Only for a change of results that is meant; README.md says what each part is.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import numpy as np
from PIL import Image

import engine

from . import cases, command_line, opened, runs


def make_runs() -> None:
    """Real runs with the built-in pack; minutes."""
    runs.DATA.mkdir(exist_ok=True)
    pack = engine.load_pack("starter", device="cpu")
    known, codes = {}, {}
    for name, seed in runs.FACES.items():
        pixels = engine.random_face(pack, seed)
        runs.save_picture(runs.DATA / f"{name}.webp", pixels)
        face = engine.take_whole(engine.Photo(pixels, "RGB"))
        masks, session = engine.parse(face, pack), engine.FaceSession(face, pack)
        for run in (run for run in runs.ASKED if run.startswith(f"{name}-")):
            steps = engine.run(runs.request(run, face, masks), pack, session=session)
            result = [step.result for step in steps][-1]
            assert result is not None and result.latent_before is not None
            made = {run: result}
            for cut, (whole, region) in runs.CUT_OUT.items():
                if whole == run:
                    made[cut] = cut_out(result, masks, region)
            for stored, values in made.items():
                runs.save_picture(runs.DATA / f"{stored}.webp", runs.sheet(values))
                known[stored] = runs.record(values)
                print(stored, known[stored]["recognised"], values.warnings, flush=True)
                codes[f"{stored}.before"] = values.latent_before.astype(np.float16)
                codes[f"{stored}.after"] = values.latent.astype(np.float16)
    (runs.DATA / "runs.json").write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")
    np.savez_compressed(runs.DATA / "codes.npz", **codes)


def cut_out(result: engine.EditResult, masks: engine.RegionMasks, region: str) -> engine.EditResult:
    """A run of the whole face as if only a region had been edited."""
    side = len(result.generated)
    found = Image.fromarray(runs.as_bytes(masks[region])).resize((side, side), Image.Resampling.BOX)
    return replace(result, everywhere=False, masks={"dynamic": runs.as_shares(np.asarray(found))})


PARTS = {
    "runs": make_runs,
    "composites": cases.write,
    "command_line": command_line.write,
    "projects": opened.write,
}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()

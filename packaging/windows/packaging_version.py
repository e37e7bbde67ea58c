"""The version resource of the Windows executable, for build_installer.spec."""

from __future__ import annotations

from typing import Any


def resource(version: str) -> Any:
    """PyInstaller's description of what the file's properties show."""
    from PyInstaller.utils.win32 import versioninfo as v

    numbers = (*(int(part) for part in version.split(".")[:3]), 0)
    texts = {
        "CompanyName": "MaskFaceGAN Editor",
        "FileDescription": "MaskFaceGAN Editor",
        "FileVersion": version,
        "ProductName": "MaskFaceGAN Editor",
        "ProductVersion": version,
        "OriginalFilename": "maskfacegan-gui.exe",
    }
    strings = v.StringTable("040904B0", [v.StringStruct(key, text) for key, text in texts.items()])
    return v.VSVersionInfo(
        ffi=v.FixedFileInfo(filevers=numbers, prodvers=numbers),
        kids=[
            v.StringFileInfo([strings]),
            v.VarFileInfo([v.VarStruct("Translation", [1033, 1200])]),
        ],
    )

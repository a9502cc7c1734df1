"""What lies outside of a job, and files that are changed to reach for it."""

from __future__ import annotations

import hashlib
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.outside import has_canary_colour
from wenlan.conversion.engine import Limits, Result, Status, convert

CANARY = "canary-0815-of-the-machine"
LIMITS = Limits(deadline_seconds=60)


@dataclass
class World:
    """What lies outside of a job: files nobody may read or write, and a server nobody may ask."""

    folder: Path
    port: int
    heard: list[bytes]
    work: Path

    @property
    def addresses(self) -> list[str]:
        """Where a file could try to reach, in every spelling."""
        secret = self.folder / "secret.txt"
        return [
            f"http://127.0.0.1:{self.port}/x.png",
            f"http://localhost:{self.port}/x.txt",
            secret.as_uri(),
            str(secret),
            (self.folder / "secret.png").as_uri(),
            "../outside/secret.txt",
            "file:///etc/passwd",
        ]

    def convert(self, path: Path) -> Result:
        """Convert the file, and see that nothing else happened."""
        before, out = state_of(self.folder), self.work / f"out-{path.name}"
        result = convert(path, name=path.name, out=out, limits=LIMITS)
        assert result.status is not Status.FAILED, (path.name, result)
        assert result.seconds < LIMITS.deadline_seconds + 10
        assert self.heard == []
        assert state_of(self.folder) == before
        for written in out.rglob("*"):
            assert not written.is_symlink()
            assert not written.is_file() or CANARY.encode() not in written.read_bytes(), written
        if result.status is Status.OK:
            text = (out / "text.json").read_text(encoding="utf-8")
            assert CANARY not in text
            assert "root:" not in text
            for page in (out / "pages").glob("*.webp"):
                assert not has_canary_colour(page), path.name
        return result


def state_of(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file below a folder: its mode and a hash of its bytes."""
    return {
        str(path.relative_to(folder)): (
            stat.S_IMODE(path.lstat().st_mode),
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


def changed(source: Path, target: Path, *replaced: tuple[str, bytes, bytes], **added: bytes) -> Path:
    """A copy of a zip: in the member named first the second is replaced by the third; `added` by name."""
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in archive.infolist():
            content = archive.read(info)
            for member, old, new in replaced:
                if info.filename == member:
                    assert old in content, (member, old)
                    content = content.replace(old, new, 1)
            copy.writestr(info.filename, content)
        for name, content in added.items():
            copy.writestr(name, content)
    return target

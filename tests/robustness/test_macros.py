"""Macros: reported, and never run."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests import open_office
from tests.conversion.engine.samples import Sample
from wenlan.conversion.engine import Status

from .world import World, changed

pytestmark = pytest.mark.engine


def with_macro(source: Path, target: Path, folder: Path) -> Path:
    """The document with a macro that runs when it is opened and writes a file wherever it may."""
    library = "http://openoffice.org/2000/library"
    tried = "".join(
        f'On Error Resume Next\nOpen "{place}/macro-ran" For Output As #{n}\nPrint #{n}, "ran"\nClose #{n}\n'
        for n, place in enumerate((folder, "/job", "."), start=1)
    )
    listener = (
        b"<office:scripts><office:event-listeners><script:event-listener"
        b' xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
        b' script:language="ooo:script" script:event-name="dom:load" xlink:type="simple"'
        b' xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document"/>'
        b"</office:event-listeners></office:scripts>"
    )
    with zipfile.ZipFile(source) as archive:
        scripts = b"<office:scripts/>" if b"<office:scripts/>" in archive.read("content.xml") else b""
    marker = scripts or b"<office:font-face-decls"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="Basic/{name}" manifest:media-type="text/xml"/>'
        for name in ("script-lc.xml", "Standard/script-lb.xml", "Standard/Module1.xml")
    )
    return changed(
        source,
        target,
        ("content.xml", marker, listener + (b"" if scripts else marker)),
        ("META-INF/manifest.xml", b"</manifest:manifest>", f"{entries}</manifest:manifest>".encode()),
        **{
            "Basic/script-lc.xml": f'<library:libraries xmlns:library="{library}"'
            ' xmlns:xlink="http://www.w3.org/1999/xlink"><library:library library:name="Standard"'
            ' library:link="false"/></library:libraries>'.encode(),
            "Basic/Standard/script-lb.xml": f'<library:library xmlns:library="{library}" library:name="Standard"'
            ' library:readonly="false" library:passwordprotected="false"><library:element'
            ' library:name="Module1"/></library:library>'.encode(),
            "Basic/Standard/Module1.xml": '<script:module xmlns:script="http://openoffice.org/2000/script"'
            f' script:name="Module1" script:language="StarBasic">Sub Main\n{tried.replace(chr(34), "&quot;")}'
            'ThisComponent.Text.String = &quot;the macro ran&quot;\nEnd Sub</script:module>'.encode(),
        },
    )  # fmt: skip


def test_a_macro_is_reported_and_never_run(good: dict[str, Sample], world: World) -> None:
    for ending in ("odt", "ods", "odp"):
        path = with_macro(good[ending].path, world.work / f"macro.{ending}", world.folder)
        result = world.convert(path)
        assert (result.status, result.report["macros"]) == (Status.OK, True)
        text = json.loads((world.work / f"out-macro.{ending}" / "text.json").read_text(encoding="utf-8"))
        assert "the macro ran" not in str(text)
        assert "第二页" in str(text)


@pytest.mark.parametrize("ending", ["odt", "ods", "odp"])
def test_it_is_the_profile_that_keeps_a_macro_from_running(
    ending: str, good: dict[str, Sample], tmp_path: Path
) -> None:
    """The same file, opened by the same LibreOffice outside of the sandbox, with other settings and with ours."""
    marker = tmp_path / "ran" / "macro-ran"
    marker.parent.mkdir()
    path = with_macro(good[ending].path, tmp_path / f"macro.{ending}", marker.parent)

    with open_office.opened(path, open_office.profile_with(open_office.TRUSTING, tmp_path / "trusting")):
        if not open_office.until(marker.exists):
            pytest.skip("this LibreOffice runs no Basic")
    marker.unlink()

    with open_office.opened(path, open_office.profile_with(open_office.OURS, tmp_path / "ours")):
        assert not marker.exists()
    assert not marker.exists()

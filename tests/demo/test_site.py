"""A demo that cannot work says so at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from wenlan.demo.site import Site, SiteFailed, free_port


def test_nobody_waits_for_previews_where_nothing_can_be_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        Site(data=tmp_path / "data", port=free_port()) as site,
        pytest.raises(SiteFailed, match=r"bubblewrap is not installed\n→ apt-get install bubblewrap"),
    ):
        site.start()
    assert not (tmp_path / "data" / "logs").exists()

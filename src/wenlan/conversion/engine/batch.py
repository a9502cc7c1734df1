"""Several conversions side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from .model import Limits, Result
from .pipeline import convert


def folder_names(files: Iterable[Path]) -> list[str]:
    """A folder name for each file: its own name with its ending; ` (2)` and so on when taken, case aside.

    A path that ends in no name (`.`, `..`, `/`) gets one, so that nothing is ever written outside the folder meant.
    """
    taken: set[str] = set()
    names = []
    for file in files:
        own = file.name if file.name not in {"", ".."} else "unnamed"
        name, count = own, 1
        while name.casefold() in taken:
            count += 1
            name = f"{own} ({count})"
        taken.add(name.casefold())
        names.append(name)
    return names


def convert_files(
    files: Iterable[Path],
    *,
    out: Path,
    jobs: int = 1,
    on_result: Callable[[Path, Path, Result], None],
    limits: Limits | None = None,
) -> None:
    """Convert files, `jobs` at a time, each into a folder of `out` called as the file.

    `on_result(file, folder, result)` is called in this thread, as each file ends; when it raises, what has not begun
    is dropped, what runs is finished, and the exception is raised again.
    """
    paths = list(files)
    work = zip(paths, folder_names(paths), strict=True)
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        running: dict[Future[Result], tuple[Path, Path]] = {}
        for path, name in work:
            folder = out / name
            future = pool.submit(convert, path, name=path.name, out=folder, limits=limits)
            running[future] = (path, folder)
        try:
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    path, folder = running.pop(future)
                    on_result(path, folder, future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise

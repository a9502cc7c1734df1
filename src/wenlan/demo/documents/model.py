"""What a demo document is, who wrote it and where it stands."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wenlan.demo.documents.office import convert

Writer = Callable[[Path], None]


@dataclass(frozen=True)
class Category:
    """A top category of the library."""

    slug: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Author:
    """A demo person who uploads documents."""

    email: str
    display_name: str
    bio_zh: str
    bio_en: str


@dataclass(frozen=True)
class DemoDocument:
    """One document of the demo library; `price_minor` is 分, `preview_pages` None means that all pages are shown.

    `compose` writes the file itself, or, when `through` is given, a file of that format from which
    LibreOffice makes the final one.
    """

    key: str
    file_name: str
    title: str
    description: str
    category: str
    tags: tuple[str, ...]
    language: Literal["zh-hans", "en"]
    price_minor: int
    preview_pages: int | None
    author: int
    compose: Writer
    through: str | None = None

    @property
    def format(self) -> str:
        """The file's ending without the dot."""
        return self.file_name.rpartition(".")[2]

    def write(self, path: Path) -> None:
        """Write this one document. Raises LibreOfficeFailed when it needs LibreOffice and that fails."""
        if self.through is None:
            self.compose(path)
            return
        with tempfile.TemporaryDirectory(prefix="wenlan-demo-") as folder:
            source = Path(folder) / f"{self.key}.{self.through}"
            self.compose(source)
            (written,) = convert([source], self.format, Path(folder))
            path.write_bytes(written.read_bytes())


CATEGORIES: tuple[Category, ...] = (
    Category("official-writing", "公文写作", "Official Writing"),
    Category("education", "教育教学", "Education"),
    Category("computing", "计算机技术", "Computing"),
    Category("business", "经济管理", "Business & Economics"),
    Category("health", "医药健康", "Health & Medicine"),
    Category("law", "法律合同", "Law & Contracts"),
    Category("living", "生活旅行", "Life & Travel"),
    Category("science", "自然科学", "Natural Science"),
)

AUTHORS: tuple[Author, ...] = (
    Author("alice@example.com", "Alice Lin", "自由撰稿人，写旅行、饮食与合同范本。", "A freelance writer on travel, food and plain contracts."),
    Author("songjian@example.com", "宋简", "中学数学与科学教师，喜欢把难的东西讲清楚。", "Teaches mathematics and science at a secondary school."),
    Author("chenzhixing@example.com", "陈知行", "在机关与企业做过二十年文字和财务工作。", "Twenty years of writing and accounts in public service."),
    Author("maya@example.com", "Maya Turner", "软件工程师，业余观星。", "A software engineer who watches the stars at night."),
)  # fmt: skip

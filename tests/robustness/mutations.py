"""Ways to spoil a good file, each decided by a seed alone."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterator

CUT_EVERY = 1024
_TAG = re.compile(rb"<[^<>]{1,400}>")
_NUMBER = re.compile(rb'(?<=")-?[0-9]+(?:\.[0-9]+)?(?=[a-z%]{0,2}")')
_EXTREMES = (
    b"0",
    b"-1",
    b"1",
    b"2147483647",
    b"-2147483648",
    b"4294967295",
    b"99999999999999999999",
    b"1e308",
)
_MARKUP = (".xml", ".rels", ".xhtml", ".opf")


def cuts(content: bytes) -> Iterator[bytes]:
    """The file, ended after each kilobyte it has."""
    for end in range(CUT_EVERY, len(content), CUT_EVERY):
        yield content[:end]
    if len(content) <= CUT_EVERY:
        yield content[: len(content) // 2]


def mutation(content: bytes, seed: str) -> bytes:
    """One spoilt copy: bytes, blocks, members of a zip or tags of XML changed. The same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 (to be the same each time is what is wanted)
    is_zip = content.startswith(b"PK")
    ways = [_flipped, _swapped, _member_changed, _markup_changed] if is_zip else [_flipped, _swapped]
    if content.lstrip(b"\xef\xbb\xbf").startswith((b"<", b"{\\rtf")):
        ways.append(_text_changed)
    return chance.choice(ways)(content, chance)


def _flipped(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 2, 8, 40))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _swapped(content: bytes, chance: random.Random) -> bytes:
    """Two blocks change places, or one is written over the other, left out, or repeated."""
    size = min(chance.choice((16, 64, 512, 4096)), max(1, len(content) // 3))
    first, second = sorted(chance.randrange(max(1, len(content) - size)) for _ in range(2))
    one, other = content[first : first + size], content[second : second + size]
    match chance.randrange(4):
        case 0 if second >= first + size:
            return content[:first] + other + content[first + size : second] + one + content[second + size :]
        case 1:
            return content[:first] + content[first + size :]
        case 2:
            return content[:first] + one * chance.choice((2, 50)) + content[first + size :]
    return content[:second] + one + content[second + size :]


def _member_changed(content: bytes, chance: random.Random) -> bytes:
    """A member with other bytes and a checksum that fits them: who only checks the sums sees a good zip."""
    return _rezipped(content, chance, ("",), chance.choice((_flipped, _swapped)))


def _markup_changed(content: bytes, chance: random.Random) -> bytes:
    return _rezipped(content, chance, _MARKUP, _text_changed)


def _rezipped(content: bytes, chance: random.Random, endings: tuple[str, ...], change: object) -> bytes:
    assert callable(change)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(target, "w") as copy:
        members = archive.infolist()
        chosen = chance.choice(
            [item for item in members if item.filename.endswith(endings) and item.file_size]
        )
        for member in members:
            found = archive.read(member)
            kind = zipfile.ZIP_STORED if member.filename == "mimetype" else zipfile.ZIP_DEFLATED
            copy.writestr(
                member.filename, change(found, chance) if member is chosen else found, compress_type=kind
            )
    return target.getvalue()


def _text_changed(content: bytes, chance: random.Random) -> bytes:
    """Tags left out, doubled, moved or nested, or a number that becomes an extreme one."""
    numbers, tags = list(_NUMBER.finditer(content)), list(_TAG.finditer(content))
    way = chance.randrange(5)
    if (way == 0 or not tags) and numbers:
        found = chance.choice(numbers)
        return content[: found.start()] + chance.choice(_EXTREMES) + content[found.end() :]
    if not tags:
        return _flipped(content, chance)
    tag = chance.choice(tags)
    before, after = content[: tag.start()], content[tag.end() :]
    match way:
        case 1:
            return before + after
        case 2:
            return before + tag[0] * chance.choice((2, 3, 2000)) + after
        case 3:
            return before + chance.choice(tags)[0] + after
    other = chance.choice(tags)
    return content[: other.start()] + tag[0] + content[other.start() :]

"""Names that speak for the house: nobody but the house may be called so."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from django.conf import settings

#: A name is reserved when it is made of these words, of the name of the site, and of
_OFFICES = """
    管理员 管理員 超级管理员 超級管理員 版主 站长 站長 审核员 審核員 审核 審核 工作人员 工作人員
    客服 官方 本站 系统 系統 系统消息 系統消息
    admin administrator moderator operator reviewer webmaster staff root support helpdesk official system
"""
#: what goes with them. Alone these are nobody's.
_COMPANIONS = """
    团队 團隊 小组 小組 中心 部 部门 部門 平台 网站 網站 账号 帳號 助手 小助手
    team desk service the site account
"""

#: What looks like a Latin letter, after the confusables of Unicode (UTS #39); `i` and `l` count as one.
_ALIKE = {
    **str.maketrans("авгекмнпорстухѕіјһԁ", "abrekmhnopctyxsljhd"),
    **str.maketrans("αβεηικνορτυχω", "abenlkvoptuxw"),
    **str.maketrans("013457iı", "oleastll"),
}


def is_reserved(name: str) -> bool:
    """Whether `name` reads as that of the site or of an office in it, however it is dressed up."""
    plain = _plain(name)
    words, likenesses = _patterns(settings.SITE_NAME)
    return bool(words.fullmatch(plain) or likenesses.fullmatch(_likeness(plain)))


def _plain(name: str) -> str:
    """Letters and digits alone, without case, width and accents."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in decomposed if character.isalnum())


def _likeness(plain: str) -> str:
    return plain.translate(_ALIKE).replace("rn", "m").replace("vv", "w")


@lru_cache(maxsize=4)
def _patterns(site_name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    strong = [_plain(word) for word in [*_OFFICES.split(), *site_name.split(), "文澜", "文瀾", "Wenlan"]]
    weak = [_plain(word) for word in _COMPANIONS.split()]
    return _pattern(strong, weak), _pattern([*map(_likeness, strong)], [*map(_likeness, weak)])


def _pattern(strong: list[str], weak: list[str]) -> re.Pattern[str]:
    """Matches what holds one of the strong words and beside it only strong and weak ones and digits."""
    company = "|".join(re.escape(word) for word in [*strong, *weak] if word)
    office = "|".join(re.escape(word) for word in strong if word)
    return re.compile(rf"(?:{company}|\d)*(?:{office})(?:{company}|\d)*")

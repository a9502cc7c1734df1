"""Entrance animations of slides: the `p:timing` tree of ECMA-376 part 1, section 19.5."""

from dataclasses import dataclass
from typing import Any

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls

_EFFECTS = {"appear": (1, 0, ""), "fade": (10, 0, "fade"), "wipe": (22, 8, "wipe(left)")}


@dataclass(frozen=True)
class Entrance:
    """One click: the shape, or one of its paragraphs, comes in, and with it the shape that belongs to it."""

    shape_id: int
    effect: str = "fade"
    paragraph: int | None = None
    companion_id: int | None = None


def animate(slide: Any, entrances: list[Entrance]) -> None:
    """Let the entrances happen one click after the other. A slide is animated once."""
    if not entrances:
        return
    numbers = iter(range(3, 100_000))
    clicks = "".join(_click(entrance, numbers) for entrance in entrances)
    builds = "".join(
        f'<p:bldP spid="{shape}" grpId="0" build="p"/>'
        for shape in dict.fromkeys(entry.shape_id for entry in entrances if entry.paragraph is not None)
    )
    timing = (
        f'<p:timing {nsdecls("p")}><p:tnLst><p:par><p:cTn id="1" dur="indefinite" restart="never" nodeType="tmRoot">'
        '<p:childTnLst><p:seq concurrent="1" nextAc="seek"><p:cTn id="2" dur="indefinite" nodeType="mainSeq">'
        f"<p:childTnLst>{clicks}</p:childTnLst></p:cTn>"
        '<p:prevCondLst><p:cond evt="onPrev" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond></p:prevCondLst>'
        '<p:nextCondLst><p:cond evt="onNext" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond></p:nextCondLst>'
        f"</p:seq></p:childTnLst></p:cTn></p:par></p:tnLst>{f'<p:bldLst>{builds}</p:bldLst>' if builds else ''}</p:timing>"
    )
    slide._element.append(parse_xml(timing))  # noqa: SLF001 - python-pptx has no interface for animations


def fade_between_slides(slide: Any) -> None:
    """Let the slide come in with a fade. Called before `animate`: the schema wants this order."""
    slide._element.append(  # noqa: SLF001 - python-pptx has no interface for transitions
        parse_xml(f'<p:transition {nsdecls("p")} spd="med"><p:fade/></p:transition>')
    )


def _click(entrance: Entrance, numbers: Any) -> str:
    outer, middle = next(numbers), next(numbers)
    effects = _effect(entrance, "clickEffect", numbers)
    if entrance.companion_id is not None:
        effects += _effect(Entrance(entrance.companion_id, entrance.effect), "withEffect", numbers)
    return (
        f'<p:par><p:cTn id="{outer}" fill="hold"><p:stCondLst><p:cond delay="indefinite"/></p:stCondLst><p:childTnLst>'
        f'<p:par><p:cTn id="{middle}" fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>'
        f"{effects}</p:childTnLst></p:cTn></p:par></p:childTnLst></p:cTn></p:par>"
    )


def _effect(entrance: Entrance, node_type: str, numbers: Any) -> str:
    preset, subtype, filter_name = _EFFECTS[entrance.effect]
    inner, group = "", ""
    if entrance.paragraph is not None:
        group = ' grpId="0"'
        inner = f'<p:txEl><p:pRg st="{entrance.paragraph}" end="{entrance.paragraph}"/></p:txEl>'
    target = f'<p:tgtEl><p:spTgt spid="{entrance.shape_id}">{inner}</p:spTgt></p:tgtEl>'
    effect, shown = next(numbers), next(numbers)
    motion = ""
    if filter_name:
        motion = (
            f'<p:animEffect transition="in" filter="{filter_name}"><p:cBhvr><p:cTn id="{next(numbers)}" dur="500"/>'
            f"{target}</p:cBhvr></p:animEffect>"
        )
    return (
        f'<p:par><p:cTn id="{effect}" presetID="{preset}" presetClass="entr" presetSubtype="{subtype}" fill="hold"'
        f'{group} nodeType="{node_type}"><p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>'
        f'<p:set><p:cBhvr><p:cTn id="{shown}" dur="1" fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst></p:cTn>'
        f"{target}<p:attrNameLst><p:attrName>style.visibility</p:attrName></p:attrNameLst></p:cBhvr>"
        '<p:to><p:strVal val="visible"/></p:to></p:set>'
        f"{motion}</p:childTnLst></p:cTn></p:par>"
    )

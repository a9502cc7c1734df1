"""The English documents of the demo library."""

from dataclasses import replace

from wenlan.demo.documents import figures, workbooks
from wenlan.demo.documents.makers import ENGLISH, deck, plain, word
from wenlan.demo.documents.model import DemoDocument
from wenlan.demo.documents.pptx_tools import DeckLook
from wenlan.demo.documents.texts import (
    business,
    computing,
    education,
    filters,
    health,
    law,
    living,
    presenting,
    science,
)

_ALICE, _SONG, _CHEN, _MAYA = range(4)

ENGLISH_DOCUMENTS: tuple[DemoDocument, ...] = (
    DemoDocument(
        "fractions", "Teaching Fractions with a Number Line.docx", "Teaching Fractions with a Number Line",
        "Four lessons with paper strips, the misconceptions they uncover, and a short assessment.",
        "education", ("fractions", "lesson plan", "primary school"), "en", 490, 2, _SONG,
        word(
            education.FRACTIONS, title="Teaching Fractions with a Number Line", subtitle="Four lessons for pupils of nine to eleven",
            author=_SONG, look=replace(ENGLISH, header="Teaching Fractions with a Number Line"), pictures=figures.FRACTIONS,
        ),
    ),
    DemoDocument(
        "command-line", "The Command Line in Twenty Small Steps.txt", "The Command Line in Twenty Small Steps",
        "Notes for people who open a terminal once a month and would like to stop being afraid of it.",
        "computing", ("command line", "Linux", "tutorial"), "en", 0, None, _MAYA, plain(computing.COMMAND_LINE),
    ),
    DemoDocument(
        "bloom-filters", "Bloom Filters, Measured.pdf", "Bloom Filters, Measured",
        "A two-column paper: derivation, measurements made by the program that wrote it, uses and traps.",
        "computing", ("Bloom filter", "data structures", "paper"), "en", 590, 2, _MAYA,
        word(
            filters.paper, title="Bloom Filters, Measured", subtitle="Maya Turner", author=_MAYA,
            look=replace(
                ENGLISH, columns=2, latin_font="Times New Roman", heading_latin_font="Times New Roman", body_size=10,
                line_spacing=1.08, margin_cm=2.0, accent="333333", heading_colour="111111",
            ),
            pictures=filters.PAPER_FIGURES,
        ),
        through="docx",
    ),
    DemoDocument(
        "supply-demand", "Supply and Demand in One Lesson.ppt", "Supply and Demand in One Lesson",
        "Twelve slides from a coffee kiosk to taxes and price ceilings, with exercises.",
        "business", ("economics", "supply and demand", "slides"), "en", 490, 4, _CHEN,
        deck(
            business.MARKET, title="Supply and Demand", subtitle="One lesson, one picture, two lines", author=_CHEN,
            look=DeckLook(accent="6B4C3B", second="2F7A78", tint="F1EAE4"), pictures=figures.MARKET,
        ),
        through="pptx",
    ),
    DemoDocument(
        "presenting", "Presenting Data Clearly.pptx", "Presenting Data Clearly",
        "How to choose a chart, keep axes honest and say one thing well. Animated by click.",
        "business", ("presentation", "charts", "communication"), "en", 0, None, _MAYA,
        deck(
            presenting.PRESENTING, title="Presenting Data Clearly", subtitle="One sentence, one chart, one decision", author=_MAYA,
            look=DeckLook(accent="4A4E69", second="C0713E", tint="ECECF2"), pictures=figures.PRESENTING,
        ),
    ),
    DemoDocument(
        "break-even", "Break-even and Cash Flow Planner.xls", "Break-even and Cash Flow Planner",
        "A workbook for a small studio: assumptions, break-even point, twelve months of cash and a chart.",
        "business", ("break-even", "cash flow", "template"), "en", 690, 1, _MAYA, workbooks.write_break_even, through="xlsx",
    ),
    DemoDocument(
        "first-aid", "First Aid at Home.doc", "First Aid at Home: A Short Guide",
        "What you see, what you do and what you must not do, from choking to stroke, with a list for the box.",
        "health", ("first aid", "home", "safety"), "en", 0, None, _ALICE,
        word(
            health.FIRST_AID, title="First Aid at Home", subtitle="A short guide for people without training", author=_ALICE,
            look=replace(ENGLISH, accent="A33B2E", heading_colour="A33B2E", header="First Aid at Home"),
        ),
        through="docx",
    ),
    DemoDocument(
        "consulting", "Consulting Services Agreement (Template).docx", "Consulting Services Agreement (Template)",
        "A balanced agreement in plain English: changes, acceptance, rights, data, warranty and liability.",
        "law", ("contract", "consulting", "template"), "en", 990, 2, _ALICE,
        word(
            law.CONSULTING, title="Consulting Services Agreement", subtitle="Template in plain English", author=_ALICE,
            look=replace(ENGLISH, accent="444444", heading_colour="222222", header="Consulting Services Agreement"),
        ),
    ),
    DemoDocument(
        "packing", "One Bag for One Week.docx", "One Bag for One Week: A Packing List",
        "One page, under eight kilograms: what to take, how many, and why no more.",
        "living", ("travel", "packing list"), "en", 0, None, _ALICE,
        word(
            living.PACKING, title="One Bag for One Week", author=_ALICE,
            look=replace(ENGLISH, accent="3F6A63", heading_colour="3F6A63", body_size=10.5),
        ),
    ),
    DemoDocument(
        "night-sky", "Measuring the Night Sky.docx", "Measuring the Night Sky without a Telescope",
        "Five measurements with hand, string and clock: angles, latitude, the star day, brightness, a satellite.",
        "science", ("astronomy", "measurement", "experiments"), "en", 390, 2, _MAYA,
        word(
            science.NIGHT_SKY, title="Measuring the Night Sky", subtitle="Five measurements without a telescope", author=_MAYA,
            look=replace(ENGLISH, accent="27415F", heading_colour="27415F", header="Measuring the Night Sky"), pictures=figures.NIGHT,
        ),
    ),
)  # fmt: skip

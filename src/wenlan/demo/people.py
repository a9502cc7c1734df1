"""The people of the demo, one for each role."""

from __future__ import annotations

from dataclasses import dataclass

from wenlan.demo.documents import AUTHORS


@dataclass(frozen=True)
class Person:
    role: str
    email: str
    name: str
    is_author: bool = False
    is_reviewer: bool = False
    is_operator: bool = False


READER = Person("reader", "bob@example.com", "Bob")
REVIEWER = Person("reviewer", "carol@example.com", "Carol", is_reviewer=True)
OPERATOR = Person("operator", "dave@example.com", "Dave", is_operator=True)
WRITERS = tuple(Person("author", author.email, author.display_name, is_author=True) for author in AUTHORS)


def create(password: str) -> None:
    """Store everybody who is not there yet, e-mail confirmed."""
    from wenlan.accounts.models import User
    from wenlan.accounts.services import person_create

    for person in (*WRITERS, READER, REVIEWER, OPERATOR):
        if not User.objects.filter(email=person.email).exists():
            person_create(
                email=person.email,
                password=password,
                display_name=person.name,
                is_author=person.is_author,
                is_reviewer=person.is_reviewer,
                is_operator=person.is_operator,
            )


def welcome(address: str, password: str) -> str:
    """What a newcomer needs to look around."""
    rows = [
        f"  {person.role:<9} {person.email:<24} {password}"
        for person in (WRITERS[0], READER, REVIEWER, OPERATOR)
    ]
    return "\n".join(
        [
            "",
            f"Wenlan is at {address}",
            "",
            *rows,
            "",
            f"Sent mail is at {address}/dev/mail/, the operator's tables at {address}/admin/.",
            "Ctrl-C stops it; the next start keeps everything.",
        ]
    )

"""Numbers and polynomials in the notation of formulas."""

from fractions import Fraction

Number = int | Fraction


def number(value: Number) -> str:
    """Return a whole number or fraction as a formula."""
    exact = Fraction(value)
    if exact.denominator == 1:
        return str(exact.numerator)
    sign = "-" if exact < 0 else ""
    return f"{sign}\\frac{{{abs(exact.numerator)}}}{{{exact.denominator}}}"


def signed(value: Number) -> str:
    """Return a number in brackets when it is negative, to follow another sign."""
    return number(value) if value >= 0 else f"\\left({number(value)}\\right)"


def polynomial(coefficients: list[Number], variable: str = "x") -> str:
    """Return a polynomial, highest power first, leaving out what is zero."""
    shown = ""
    degree = len(coefficients) - 1
    for place, coefficient in enumerate(coefficients):
        power = degree - place
        if coefficient == 0:
            continue
        size = abs(Fraction(coefficient))
        letter = "" if power == 0 else variable if power == 1 else f"{variable}^{{{power}}}"
        factor = "" if size == 1 and power else number(size)
        sign = ("-" if coefficient < 0 else "+") if shown else ("-" if coefficient < 0 else "")
        shown += f"{sign}{factor}{letter}"
    return shown or "0"

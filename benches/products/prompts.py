"""Prompts made from recipes, the same ones as core/tests/parity/prompts.rs makes.

A recipe is a list of segments [id, length in characters]. Two segments with different ids begin with different characters,
so prompts part exactly where their recipes do, for a tree of characters and for one of tokens alike. In `words` a segment
is made of ordinary-looking words instead, and prompts part where their words happen to.
"""

FIRST = 0x4E00
CONSONANTS = "bdfgklmnprstvwzj"
VOWELS = "aeiou"


def unique(segment: int, length: int) -> str:
    """One character that no other segment begins with, then letters that depend on the segment."""
    letters = (chr(97 + (segment * 7 + at * 3) % 26) for at in range(1, length))
    return chr(FIRST + segment) + "".join(letters) if length else ""


def words(segment: int, length: int) -> str:
    """Words of one to three syllables, cut at the length."""
    state, text = (segment * 2654435761 + 1) % 2**31, []
    count = 0

    def draw(below: int) -> int:
        nonlocal state
        state = (state * 1103515245 + 12345) % 2**31
        return (state >> 8) % below

    while count < length:
        for _ in range(1 + draw(3)):
            text.append(CONSONANTS[draw(16)] + VOWELS[draw(5)])
            count += 2
        text.append(" ")
        count += 1
    return "".join(text)[:length]


MAKERS = {"unique": unique, "words": words}


def text(maker: str, recipe: list[list[int]]) -> str:
    """The prompt of a recipe."""
    return "".join(MAKERS[maker](segment, length) for segment, length in recipe)

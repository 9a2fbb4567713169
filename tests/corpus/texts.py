"""Texts that go wrong where offsets, blanks or repetitions are handled carelessly."""

from hypothesis import strategies as st

FRAGMENTS = (
    "The dialogue ended in London. ",
    "The dialogue ended in London. ",  # twice: a search for the words would find the wrong one
    "Mr. Lammy met Mr. Blinken on 11 Sept. 2024. Why? ",
    "It cost $3.5 bn. vs. 2.1 bn. before",
    "See https://example.org/a.b?c=1.5&d=E.F for more. ",
    "cafe\u0301 n\u0303 A\u030a",
    "👩‍👩‍👧 🇬🇧 😀. ",
    "انتهى الحوار في لندن. ",
    "中文句子。第二句！",
    "zero\u200bwidth\ufeff \u2060",
    "x" * 130,
    "\t",
    "  ",
    "\xa0\u3000",
    "\u2028",
    "\x0c",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "\r\n\r\n\r\n",
    "\n# Heading\n",
    "\n## What now? Next.\n\n",
    "\nSetext\n======\n",
    "\n- item one. Item two\n",
    "\n  * nested\n",
    "\n1. first\n2. second\n",
    "\n> quoted. Twice\n> over\n",
    "\n| a | b |\n|---|:-:|\n| c. D | e |\n",
    "\ncell | cell\n",
    "\n---\n",
    "No. 5 of Sec. 4.1. ",
    '"We stand together." he said. ',
    "...",
    "§ 4",
    "***",
    "#",
    "|",
    ">",
    "-",
)

# Text as a reader gives it holds no NUL.
_ANY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
MIXED = st.lists(st.sampled_from(FRAGMENTS) | _ANY, max_size=25).map("".join)

"""SQLite's integers in a row of bytes: seven bits a byte, the highest first, all bytes but the last marked."""

from __future__ import annotations

from collections.abc import Iterable

BITS, GOES_ON = 7, 0x80


def unpacked(data: bytes) -> list[int]:
    """The numbers in these bytes."""
    numbers, number = [], 0
    for byte in data:
        number = number << BITS | byte & (GOES_ON - 1)
        if byte < GOES_ON:
            numbers.append(number)
            number = 0
    return numbers


def packed(numbers: Iterable[int]) -> bytes:
    """These numbers as bytes; each is 0 or more."""
    data = bytearray()
    for number in numbers:
        digits = [number & (GOES_ON - 1)]
        while number := number >> BITS:
            digits.append(number & (GOES_ON - 1) | GOES_ON)
        data += bytes(reversed(digits))
    return bytes(data)

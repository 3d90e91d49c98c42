"""Secrets and numbers as codes that people can read out, type and check: Crockford's base 32 with its check symbol.

Letters that look like digits are read as those digits, case does not matter, hyphens and spaces are ignored. The last
symbol is the value modulo 37: it finds every single wrong symbol and every swap of two neighbours.
Source: Douglas Crockford, "Base 32".
"""

_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS = _SYMBOLS + "*~$=U"
_VALUES = {symbol: value for value, symbol in enumerate(_CHECKS)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_BITS = 5
_GROUP = 4
_PAIRS = tuple(one + other for one in _SYMBOLS for other in _SYMBOLS)
_PAIR_BITS = 2 * _BITS
_PAIR_MASK = (1 << _PAIR_BITS) - 1


class CodeError(ValueError):
    """The text is no code of the wanted size, or was mistyped. The message never holds the text."""


def encode(data: bytes) -> str:
    """The bytes as a code, in groups of four: ten bytes become `XXXX-XXXX-XXXX-XXXX-X`."""
    number, length = int.from_bytes(data, "big"), _length(len(data))
    # Two symbols at a time: receipts are made some ten thousand times a second.
    shifts = range((length - 1) // 2 * _PAIR_BITS, -1, -_PAIR_BITS)
    symbols = "".join([_PAIRS[number >> shift & _PAIR_MASK] for shift in shifts])[-length:]
    text = symbols + _CHECKS[number % len(_CHECKS)]
    return "-".join([text[at : at + _GROUP] for at in range(0, len(text), _GROUP)])


def decode(text: str, size: int) -> bytes:
    """The bytes of a code as somebody typed it.

    Args:
        text: the code, with or without hyphens, in any case.
        size: how many bytes it must hold.

    Raises:
        CodeError: another length, a symbol that there is not, or a check symbol that does not fit.
    """
    # ASCII first: other alphabets have letters whose capitals are ours.
    if not text.isascii():
        raise CodeError("a symbol that no code has")
    symbols = text.upper().translate(_READ_AS)
    if len(symbols) != _length(size) + 1:
        raise CodeError(f"a code of {size} bytes has {_length(size) + 1} symbols")
    number = 0
    for symbol in symbols[:-1]:
        value = _VALUES.get(symbol, len(_CHECKS))
        if value >= len(_SYMBOLS):
            raise CodeError("a symbol that no code has")
        number = number << _BITS | value
    if number >> (8 * size):
        raise CodeError("the code is out of range")
    if _VALUES.get(symbols[-1]) != number % len(_CHECKS):
        raise CodeError("the check symbol does not fit")
    return number.to_bytes(size, "big")


def _length(size: int) -> int:
    return -(-size * 8 // _BITS)

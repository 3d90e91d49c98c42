"""Codes that people copy; the same for receipts, corrections and families without a card."""

from shared.domain.codes import CodeError, decode, encode

__all__ = ["CodeError", "decode", "encode"]

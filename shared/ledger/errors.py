"""Why a worker stops.

    LedgerError
        Fenced            somebody else owns the partition
        Sealed            another generation counts now
        OutcomeUnknown    a write may or may not have happened
        LogMismatch       the input is not the one that the ledger was written from
        LedgerMismatch    the ledger does not continue its own chain
        TooLarge          one record makes an entry or a block that is over the limit
        NotABlock         an inner topic holds something that no stage of this system wrote
        TooManySetAside   so much in a row cannot be processed that the fault is not the records'

None of them is handled inside a worker: it exits, a supervisor starts it again, and it looks.
"""


class LedgerError(Exception):
    """Names its partition, and what to do."""


class Fenced(LedgerError):
    def __init__(self, partition: int, number: int) -> None:
        super().__init__(
            f"partition={partition} entry={number} was written by another worker: it owns the partition now, "
            "this one leaves"
        )


class Sealed(LedgerError):
    def __init__(self, partition: int, successor: str) -> None:
        super().__init__(
            f"partition={partition} was sealed: generation {successor} counts now, and this one no more. Workers leave; "
            f"one that starts without CACAH_GENERATION counts for {successor}"
        )


class OutcomeUnknown(LedgerError):
    pass


class LogMismatch(LedgerError):
    pass


class LedgerMismatch(LedgerError):
    pass


class TooLarge(LedgerError):
    pass


class NotABlock(LedgerError):
    pass


class TooManySetAside(LedgerError):
    pass

"""Whether somebody has the receipt of a form, in either of its shapes."""

from collections.abc import Sequence

from services.intake.ports import Position
from shared.contracts.codes import CodeError
from shared.contracts.receipt import ReceiptError, ReceiptVerifier
from shared.contracts.receipt_code import ReceiptCodes


class ReceiptProof:
    """
    Args:
        codes: of the log's topic.
        public_keys: with which receipts were ever signed.
        topic_id: sixteen bytes; receipts of another log prove nothing here.
    """

    def __init__(self, codes: ReceiptCodes, public_keys: Sequence[bytes], topic_id: bytes) -> None:
        self._codes = codes
        self._verifier = ReceiptVerifier(public_keys)
        self._topic_id = topic_id

    def position(self, submission: bytes, receipt: str) -> Position | None:
        """Where the form is; None where the receipt proves nothing.

        A code is bound to the submission by itself. A token is not: who asks must also find `submission` there.
        """
        try:
            said = self._verifier.verify(receipt).statement
        except ReceiptError:
            return self._coded(submission, receipt)
        return Position(said.partition, said.offset) if said.topic_id == self._topic_id else None

    def _coded(self, submission: bytes, receipt: str) -> Position | None:
        try:
            found = self._codes.decode(receipt, submission)
        except CodeError:
            return None
        return None if found is None else Position(found.partition, found.offset)

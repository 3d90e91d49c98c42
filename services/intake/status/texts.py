"""What a status means, for people."""

from collections.abc import Mapping
from typing import Final

from services.intake.status.model import Status
from shared.domain.words import Words

MEANINGS: Final[Mapping[Status, Words]] = {
    Status.ACCEPTED: Words(
        "Formulir sudah tersimpan dan akan segera diperiksa.", "The form is kept and will soon be looked at."
    ),
    Status.VALIDATED: Words(
        "Formulir sudah diperiksa dan akan segera dihitung.", "The form was looked at and will soon be counted."
    ),
    Status.COUNTED: Words("Keluarga ini sudah dihitung.", "This family is counted."),
    Status.NEEDS_CORRECTION: Words(
        "Formulir ini belum dihitung. Perbaiki jawaban yang disebut, lalu kirim lagi dengan kode perbaikan.",
        "This form is not counted. Mend the answers that are named and send it again with the correction code.",
    ),
    Status.SUPERSEDED: Words(
        "Formulir yang lebih baru sudah menggantikan formulir ini.", "A newer form has replaced this one."
    ),
    Status.WITHDRAWN: Words(
        "Formulir ini sudah ditarik dan tidak dihitung.", "This form was taken back and is not counted."
    ),
    Status.UNDER_REVIEW: Words(
        "Formulir ini dihitung sementara petugas memeriksanya. Tidak ada yang perlu dilakukan.",
        "People are looking at this form; it counts meanwhile. There is nothing to do.",
    ),
}

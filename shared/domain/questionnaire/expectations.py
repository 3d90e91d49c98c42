"""What is expected in a field, in words: the remedy for an answer of the wrong shape."""

from shared.domain.questionnaire.model import Field, Kind
from shared.domain.words import Words

_BY_KIND = {
    Kind.UUID: Words("Tulis UUID dengan huruf kecil.", "Write a UUID in lower case."),
    Kind.REGION: Words(
        "Tulis kode desa atau kelurahan, seperti 35.09.12.2003.", "Write the code of a village, like 35.09.12.2003."
    ),
    Kind.MONTH: Words("Tulis tahun dan bulan, seperti 2015-07.", "Write year and month, like 2015-07."),
    Kind.DATE: Words(
        "Tulis tanggal yang ada di kalender, seperti 1980-02-01.", "Write a date of the calendar, like 1980-02-01."
    ),
    Kind.YES_NO: Words("Isi true untuk ya atau false untuk tidak.", "Write true for yes or false for no."),
    Kind.RECORD: Words("Isi satu objek JSON sesuai skema.", "Write one JSON object as in the schema."),
}


def expected(field: Field) -> Words:
    if field.kind is Kind.CODE:
        lists = [", ".join(f"{code} ({label})" for code, label in field.choices(name)) for name in ("id", "en")]
        return Words(f"Pilih satu kode: {lists[0]}.", f"Choose one code: {lists[1]}.")
    if field.kind is Kind.INTEGER:
        if field.low == field.high:
            return Words(f"Isi {field.low}.", f"Write {field.low}.")
        return Words(
            f"Tulis bilangan bulat {field.low} sampai {field.high}.",
            f"Write a whole number from {field.low} to {field.high}.",
        )
    if field.kind is Kind.TEXT:
        return Words(
            f"Tulis teks sepanjang {field.low} sampai {field.high} huruf.",
            f"Write a text of {field.low} to {field.high} characters.",
        )
    if field.kind is Kind.RECORDS:
        return Words(
            f"Isi daftar dengan {field.low} sampai {field.high} objek JSON.",
            f"Write a list of {field.low} to {field.high} JSON objects.",
        )
    return _BY_KIND[field.kind]

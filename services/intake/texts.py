"""What intake itself says, in both languages. Texts of the census rules are beside the rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.domain.words import Words

Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A kind of answer that is no acceptance."""

    status: int
    title: Words
    remedy: Words


_LATER = Words(
    "Kirim lagi setelah waktu di Retry-After, dengan id yang sama.",
    "Send it again after the time in Retry-After, with the same id.",
)
_MEND = Words("Perbaiki jawaban yang disebut, lalu kirim lagi.", "Mend the answers that are named and send it again.")

ANSWERS: Mapping[str, Answer] = {
    "form-refused": Answer(422, Words("Formulir belum dapat diterima", "The form cannot be accepted yet"), _MEND),
    "shape": Answer(422, Words("Susunan formulir tidak sesuai", "The form is not laid out as it should be"), _MEND),
    "correction-code": Answer(
        422,
        Words("Kode perbaikan tidak cocok", "The correction code does not fit"),
        Words(
            "Salin kode dari bukti pengisian, atau kirim tanpa kode sebagai formulir baru.",
            "Copy the code from the receipt, or send the form as a new one without a code.",
        ),
    ),
    "not-json": Answer(
        400,
        Words("Isi tidak terbaca sebagai JSON", "The body cannot be read as JSON"),
        Words("Kirim satu objek JSON dalam UTF-8.", "Send one JSON object in UTF-8."),
    ),
    "bad-encoding": Answer(
        400,
        Words("Isi terkompresi rusak atau terpotong", "The compressed body is damaged or cut off"),
        Words("Kompres ulang dengan gzip lalu kirim lagi.", "Compress it again with gzip and send it again."),
    ),
    "draft-empty": Answer(
        422,
        Words("Draf kosong", "The draft is empty"),
        Words("Kirim isi draf, atau hapus dengan DELETE.", "Send the draft's bytes, or delete it with DELETE."),
    ),
    "draft-name": Answer(
        400,
        Words("Nama draf tidak sesuai", "The draft's name does not fit"),
        Words("Pakai 32 sampai 64 angka heksadesimal.", "Use 32 to 64 hexadecimal digits."),
    ),
    "bad-query": Answer(
        400,
        Words("Nilai di alamat tidak dikenal", "A value in the address is not known"),
        Words("Lihat nilai yang ada di /openapi.json.", "See the values that there are in /openapi.json."),
    ),
    "id-reused": Answer(
        409,
        Words("Id ini sudah dipakai untuk jawaban lain", "This id was used for other answers already"),
        Words(
            "Kirim jawaban yang berubah sebagai perbaikan dengan id baru.",
            "Send changed answers as a revision, with a new id.",
        ),
    ),
    "idempotency-key": Answer(
        400,
        Words("Idempotency-Key tidak sesuai", "The Idempotency-Key does not fit"),
        Words(
            "Pakai satu UUID, yang sama dengan id di formulir bila ada.",
            "Use one UUID, the same as the form's id where it has one.",
        ),
    ),
    "key-missing": Answer(
        401,
        Words("Perlu kunci mitra", "A partner's key is needed"),
        Words(
            "Kirim kunci di header Authorization: Bearer. Kunci dibuat oleh pengelola sensus.",
            "Send the key in the header Authorization: Bearer. Keys are made by those who run the census.",
        ),
    ),
    "key-unknown": Answer(
        401,
        Words("Kunci tidak berlaku", "The key is not valid"),
        Words(
            "Periksa apakah kunci tersalin utuh. Bila sudah diganti atau dicabut, mintalah yang baru.",
            "See whether the key was copied whole. Where it was replaced or revoked, ask for a new one.",
        ),
    ),
    "receipt-missing": Answer(
        401,
        Words("Perlu bukti pengisian", "The receipt is needed"),
        Words(
            "Kirim kode bukti pengisian di header Authorization: Bearer.",
            "Send the code of the receipt in the header Authorization: Bearer.",
        ),
    ),
    "submission-unknown": Answer(
        404,
        Words("Tidak ada formulir dengan id dan bukti ini", "There is no form with this id and receipt"),
        Words("Periksa apakah id dan kode tersalin utuh.", "See whether the id and the code were copied whole."),
    ),
    "census-not-open": Answer(
        403,
        Words("Sensus belum dibuka", "The census has not begun"),
        Words(
            "Kirim formulir mulai waktu di opens_at. Jawaban yang sudah diisi tidak hilang.",
            "Send the form from the time in opens_at on. Nothing that was filled in is lost.",
        ),
    ),
    "census-closed": Answer(
        403,
        Words("Sensus sudah ditutup", "The census has ended"),
        Words(
            "Formulir tidak diterima lagi. Hubungi petugas sensus bila keluarga Anda belum tercatat.",
            "No more forms are taken. Ask those who run the census if your family was not counted.",
        ),
    ),
    "census-final": Answer(
        403,
        Words("Sensus sudah ditutup untuk selamanya", "The census was closed for good"),
        Words(
            "Hasil akhirnya sudah ditandatangani: tidak ada formulir, daftar, keputusan atau jadwal baru yang diterima.",
            "Its final totals are signed: no form, list, decision or new calendar is taken any more.",
        ),
    ),
    "scope-missing": Answer(
        403,
        Words("Kunci ini tidak berwenang untuk tindakan ini", "This key is not meant for this action"),
        Words(
            "Pakai kunci dengan wewenang yang sesuai, atau minta wewenang ini kepada pengelola sensus.",
            "Use a key with the right scope, or ask those who run the census for it.",
        ),
    ),
    "agency-not-yours": Answer(
        403,
        Words("Kunci ini bukan untuk instansi itu", "This key is not for that agency"),
        Words(
            "Pakai kunci instansi itu, atau minta operator menambahkannya.",
            "Use the agency's own key, or ask an operator to add the agency to yours.",
        ),
    ),
    "conflict-changed": Answer(
        409,
        Words("Klaimnya sudah berubah", "The claims have changed"),
        Words("Baca kembali lalu putuskan.", "Read it again, then decide."),
    ),
    "receipt-malformed": Answer(
        422,
        Words("Ini bukan bukti pengisian yang utuh", "This is not a receipt, or not all of it"),
        Words("Salin kembali bukti pengisian seluruhnya.", "Copy the whole receipt again."),
    ),
    "receipt-unknown-key": Answer(
        422,
        Words("Bukti pengisian ini bukan dari layanan ini", "This receipt is not of this service"),
        Words("Periksa di layanan yang menerbitkannya.", "Check it with the service that issued it."),
    ),
    "receipt-forged": Answer(
        422,
        Words("Bukti pengisian ini tidak asli", "This receipt is not genuine"),
        Words(
            "Ada bagian yang berubah. Salin kembali bukti aslinya.",
            "Some of it was changed. Copy it again from the original.",
        ),
    ),
    "not-found": Answer(
        404,
        Words("Tidak ditemukan", "Not found"),
        Words("Lihat alamat yang ada di /openapi.json.", "See the addresses that there are in /openapi.json."),
    ),
    "method-not-allowed": Answer(
        405,
        Words("Metode tidak diizinkan di alamat ini", "The method is not allowed at this address"),
        Words("Lihat header Allow.", "See the Allow header."),
    ),
    "too-large": Answer(
        413,
        Words("Formulir lebih besar dari 256 KiB", "The form is larger than 256 KiB"),
        Words("Kirim satu keluarga per formulir.", "Send one family per form."),
    ),
    "media-type": Answer(
        415,
        Words("Jenis isi tidak dikenal", "The content type is not known"),
        Words(
            "Pakai application/json, application/x-ndjson untuk :batch, application/octet-stream untuk draf.",
            "Use application/json, application/x-ndjson for :batch, application/octet-stream for drafts.",
        ),
    ),
    "content-encoding": Answer(
        415,
        Words("Kompresi isi tidak dikenal", "The content encoding is not known"),
        Words("Kirim tanpa kompresi atau dengan gzip.", "Send it uncompressed or with gzip."),
    ),
    "internal": Answer(
        500,
        Words("Terjadi kesalahan pada layanan", "The service made a mistake"),
        Words("Kirim lagi dengan id yang sama.", "Send it again with the same id."),
    ),
    "compression-bomb": Answer(
        413,
        Words("Isi terkompresi mengembang terlalu besar", "The compressed body becomes too large"),
        Words("Kirim formulir yang sebenarnya, tanpa isian pengisi.", "Send real forms, without filling."),
    ),
    "too-many": Answer(
        429,
        Words("Terlalu banyak kiriman dari pengirim ini", "Too much was sent by this sender"),
        Words(
            "Kirim lagi setelah waktu di Retry-After. Untuk mengirim banyak formulir, mintalah kunci mitra.",
            "Send it again after the time in Retry-After. To send many forms, ask for a partner's key.",
        ),
    ),
    "overloaded": Answer(503, Words("Sedang penuh", "Too busy"), _LATER),
    "unavailable": Answer(503, Words("Layanan sedang terganggu", "The service is disturbed"), _LATER),
    "outcome-unknown": Answer(
        504,
        Words("Belum pasti diterima", "It is not certain that the form was accepted"),
        Words(
            "Kirim lagi formulir yang sama dengan id yang sama: tidak akan dihitung dua kali.",
            "Send the same form with the same id again: it will not be counted twice.",
        ),
    ),
}

FAULTS: Mapping[str, tuple[Words, Words]] = {
    "shape-missing": (
        Words("Jawaban ini wajib ada.", "This answer is required."),
        Words("Tambahkan jawaban ini.", "Add this answer."),
    ),
    "shape-unknown": (
        Words("Ada nama isian yang tidak dikenal di sini.", "There is a field here whose name is not known."),
        Words("Cocokkan nama isian dengan skema.", "Compare the names of the fields with the schema."),
    ),
    "roster-line": (
        Words("Baris ini bukan anggota daftar.", "This line is no member of a roster."),
        Words(
            'Tulis {"nik": "...", "kind": "asn"} di setiap baris.', 'Write {"nik": "...", "kind": "asn"} on each line.'
        ),
    ),
    "roster-nik": (
        Words("NIK tidak terdiri atas 16 angka.", "The NIK does not have 16 digits."),
        Words("Salin NIK dari KTP atau KK.", "Copy the NIK from the identity or family card."),
    ),
    "decision-action": (
        Words("Tindakan ini tidak berlaku untuk jenis konflik ini.", "This action is not for this kind of conflict."),
        Words(
            "Pakai count atau dismiss untuk orang, withdraw atau dismiss untuk keluarga, selain itu dismiss.",
            "Use count or dismiss for a person, withdraw or dismiss for a household, else dismiss.",
        ),
    ),
    "calendar-census-day": (
        Words("Hari sensus berbeda dari yang dipakai layanan.", "The census day is not the one that the service uses."),
        Words(
            "Pakai hari di CACAH_CENSUS_DAY; umur dihitung pada hari itu.",
            "Use the day in CACAH_CENSUS_DAY; ages are counted on it.",
        ),
    ),
    "decision-claimant": (
        Words("Klaim ini tidak ada dalam konflik.", "The conflict has no such claim."),
        Words("Salin claimant dari daftar klaim.", "Copy the claimant from the list of claims."),
    ),
    "quarantine-shredded": (
        Words("Kunci hari rekaman ini sudah dimusnahkan.", "The key of this record's day was shredded."),
        Words(
            "Tidak ada yang dapat membukanya lagi; abaikan rekaman ini dengan discard.",
            "Nobody can open it any more; discard this one.",
        ),
    ),
    "quarantine-inner": (
        Words("Rekaman ini bukan dari log kiriman.", "This record is not one of the submission log."),
        Words(
            "Blok yang hilang diambil dari buku besar; abaikan rekaman ini dengan discard.",
            "Missing blocks come from the ledger upstream; discard this one.",
        ),
    ),
    "shape-type": (
        Words("Jenis nilainya tidak sesuai.", "The value is of another type."),
        Words("Lihat jenisnya di skema.", "See its type in the schema."),
    ),
    "shape-value": (
        Words("Nilainya di luar yang diizinkan.", "The value is not one of those allowed."),
        Words("Lihat pilihan dan batasnya di skema.", "See its choices and limits in the schema."),
    ),
    "id-reused": (ANSWERS["id-reused"].title, ANSWERS["id-reused"].remedy),
    "too-many-versions": (
        Words("Terlalu banyak perbaikan formulir ini.", "There are too many revisions of this form."),
        Words("Hubungi petugas sensus.", "Ask those who run the census."),
    ),
    "too-many-lineages": (
        Words("Terlalu banyak formulir untuk kartu ini.", "There are too many forms for this card."),
        Words("Hubungi petugas sensus.", "Ask those who run the census."),
    ),
    "record-unreadable": (
        Words("Formulir ini tidak dapat dibaca kembali.", "This form cannot be read again."),
        Words("Kirim formulir lagi dengan id baru.", "Send the form again with a new id."),
    ),
    "correction-code": (ANSWERS["correction-code"].title, ANSWERS["correction-code"].remedy),
}

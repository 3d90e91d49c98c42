"""What the portal itself says, in both languages. What it asks is the questionnaire's, what is wrong is the rules'."""

from collections.abc import Mapping
from typing import Final

from services.portal.texts_of_operators import OPERATORS
from shared.domain.words import Words

_FORM: Final[Mapping[str, Words]] = {
    "service": Words("Sensus Penduduk", "Population census"),
    "skip": Words("Langsung ke isi", "Skip to the content"),
    "language": Words("Bahasa", "Language"),
    "error-prefix": Words("Kesalahan", "Error"),
    "back": Words("Kembali", "Back"),
    "continue": Words("Lanjutkan", "Continue"),
    "save-later": Words("Simpan, lanjutkan nanti", "Save and continue later"),
    "optional": Words("boleh kosong", "optional"),
    "problem-title": Words("Ada yang perlu diperbaiki", "There is a problem"),
    "notice-title": Words("Mohon diperiksa", "Please check"),
    "notice-go-on": Words(
        "Jika jawabannya memang benar, tekan Lanjutkan sekali lagi.",
        "If the answers are right, press Continue once more.",
    ),
    "day": Words("Tanggal", "Day"),
    "month": Words("Bulan", "Month"),
    "year": Words("Tahun", "Year"),
    "closes": Words(
        "Formulir ini ditutup bila tidak dipakai sampai {time} WIB. Simpan jika ingin melanjutkan nanti.",
        "This form closes if it is not used until {time} WIB. Save it to continue later.",
    ),
    "footer-privacy": Words(
        "Jawaban Anda dirahasiakan undang-undang (UU 16/1997, UU 27/2022).",
        "Your answers are kept secret by law (UU 16/1997, UU 27/2022).",
    ),
    # start
    "start-title": Words("Isi formulir sensus keluarga Anda", "Fill in your family's census form"),
    "start-lead": Words(
        "Satu formulir untuk satu keluarga. Anda dapat menyimpannya dan melanjutkan nanti.",
        "One form for one family. You can save it and continue later.",
    ),
    "start-need": Words("Yang perlu disiapkan", "What you need"),
    "start-need-card": Words("Kartu Keluarga (No KK)", "Your family card (No KK)"),
    "start-need-nik": Words("NIK setiap anggota keluarga", "The NIK of everybody in the family"),
    "start-need-birth": Words("Tanggal lahir dan ijazah terakhir mereka", "Their dates of birth and last certificates"),
    "start-need-none": Words(
        "Tidak punya kartu atau NIK? Anda tetap dapat mengisi.",
        "No card or NIK? You can fill in the form all the same.",
    ),
    "start-time": Words("Berapa lama", "How long it takes"),
    "start-time-text": Words("Sekitar lima menit untuk keluarga kecil.", "About five minutes for a small family."),
    "start-privacy": Words("Kerahasiaan", "Privacy"),
    "start-privacy-text": Words(
        "Jawaban Anda disegel sebelum disimpan dan hanya dipakai untuk statistik. Sebelum dikirim, jawaban hanya ada "
        "di peramban Anda, tersegel, dan dihapus setelah satu jam tidak dipakai.",
        "Your answers are sealed before they are stored, and used for statistics alone. Until you send them they are "
        "in your browser only, sealed, and are removed after an hour without use.",
    ),
    "start-now": Words("Mulai mengisi", "Start now"),
    "start-resume": Words("Lanjutkan formulir yang disimpan", "Continue a saved form"),
    "start-status": Words("Lihat keadaan formulir yang sudah dikirim", "See what became of a form you sent"),
    "start-correct": Words("Perbaiki formulir yang sudah dikirim", "Correct a form that was sent"),
    "start-open": Words(
        "Formulir di peramban ini belum selesai.", "There is a form in this browser that is not finished."
    ),
    "start-open-go": Words("Lanjutkan mengisi", "Go on with it"),
    "start-open-new": Words("Mulai formulir baru", "Start a new form"),
    # household and address
    "no-card": Words("Keluarga kami belum punya Kartu Keluarga", "Our family has no family card yet"),
    "no-card-hint": Words(
        "Formulir akan membuatkan kode rumah tangga untuk Anda.", "The form will make a household code for you."
    ),
    "household-code": Words("Kode rumah tangga Anda", "Your household code"),
    "household-code-hint": Words(
        "Pengganti nomor kartu. Kode ini juga tercetak pada bukti pengisian.",
        "It stands for the card number. It is on your receipt too.",
    ),
    "address-family": Words("Di mana keluarga tinggal sekarang?", "Where does the family live now?"),
    "address-own": Words("Di mana {name} tinggal?", "Where does {name} live?"),
    "address-change": Words("Pilih ulang", "Choose again"),
    "province": Words("Provinsi", "Province"),
    "regency": Words("Kabupaten atau kota", "Regency or city"),
    "district": Words("Kecamatan", "District"),
    "village": Words("Desa atau kelurahan", "Village"),
    "choose": Words("Pilih", "Choose"),
    "choose-missing": Words("Belum ada yang dipilih.", "Nothing is chosen yet."),
    "choose-remedy": Words("Pilih satu dari daftar.", "Choose one from the list."),
    # people
    "person-new": Words("Orang berikutnya", "The next person"),
    "person-first": Words("Mulai dari kepala keluarga", "Begin with the head of the family"),
    "elsewhere": Words("Tinggal di alamat keluarga?", "Lives at the family's address?"),
    "elsewhere-hint": Words(
        "Pilih Tidak untuk yang tinggal di tempat lain, misalnya di kos.",
        "Choose No for somebody who lives in another place, in lodgings for example.",
    ),
    "yes": Words("Ya", "Yes"),
    "no": Words("Tidak", "No"),
    "people-title": Words("Anggota keluarga", "People in the family"),
    "people-count": Words("{count} orang sudah diisi.", "{count} people so far."),
    "people-none": Words("Belum ada orang yang diisi.", "Nobody has been filled in yet."),
    "people-add": Words("Tambah orang", "Add a person"),
    "people-all": Words("Sudah semua, lanjutkan", "That is everybody, continue"),
    "people-hint": Words(
        "Bayi, orang tua dan yang sedang tinggal di tempat lain juga dihitung.",
        "Babies, grandparents and those who live elsewhere for now count too.",
    ),
    "change": Words("Ubah", "Change"),
    "remove": Words("Hapus", "Remove"),
    "remove-title": Words("Hapus {name} dari formulir?", "Remove {name} from the form?"),
    "remove-yes": Words("Ya, hapus", "Yes, remove"),
    "remove-no": Words("Tidak, kembali", "No, go back"),
    # check and send
    "check-title": Words("Periksa jawaban Anda", "Check your answers"),
    "check-unfinished": Words("Ada bagian yang belum diisi.", "Some parts are not filled in yet."),
    "check-unfinished-go": Words("Isi bagian berikutnya", "Go to the next part"),
    "check-warnings": Words(
        "Ada jawaban yang jarang terjadi. Jika memang benar, kirim saja: formulir tetap dihitung.",
        "Some answers are unusual. If they are right, send the form anyway: it is counted all the same.",
    ),
    "check-away": Words(
        "Pemeriksaan akhir sedang tidak dapat dilakukan. Anda tetap dapat mengirim.",
        "The last check cannot be made just now. You can send the form all the same.",
    ),
    "check-person": Words("Periksa", "Check"),
    "not-answered": Words("Tidak diisi", "Not answered"),
    "send": Words("Kirim", "Send"),
    "send-anyway": Words("Kirim saja", "Send anyway"),
    "send-promise": Words(
        "Dengan menekan Kirim, Anda menyatakan jawaban ini benar menurut pengetahuan Anda.",
        "By sending the form you say that the answers are right as far as you know.",
    ),
    "send-fix": Words("Perbaiki yang disebut di atas, lalu kirim.", "Mend what is named above, then send."),
    "uncertain-title": Words("Belum pasti diterima", "It is not certain that the form was accepted"),
    "uncertain-text": Words(
        "Sambungan terputus saat formulir dikirim. Kirim sekali lagi: formulir yang sama tidak akan dihitung dua kali.",
        "The connection broke while the form was on its way. Send it once more: the same form is not counted twice.",
    ),
    "away-title": Words("Layanan sedang penuh", "The service is busy"),
    "away-text": Words(
        "Jawaban Anda masih ada. Tunggu sebentar, lalu kirim lagi.",
        "Your answers are still here. Wait a moment, then send again.",
    ),
    "send-again": Words("Kirim lagi", "Send again"),
    # receipt
    "receipt-title": Words("Formulir Anda sudah diterima", "Your form has been accepted"),
    "receipt-safe": Words(
        "Formulir sudah tersimpan dengan aman. Simpan bukti ini.", "The form is stored safely. Keep this receipt."
    ),
    "receipt-code": Words("Kode bukti pengisian", "Receipt code"),
    "receipt-number": Words("Nomor formulir", "Form number"),
    "receipt-at": Words("Diterima", "Received"),
    "receipt-people": Words("Orang dalam formulir", "People in the form"),
    "receipt-correction": Words("Kode perbaikan", "Correction code"),
    "receipt-lineage": Words("Silsilah formulir", "Lineage of the form"),
    "receipt-correction-hint": Words(
        "Dengan kode perbaikan dan silsilah, Anda dapat memperbaiki formulir. Jangan berikan kepada orang lain.",
        "With the correction code and the lineage you can correct the form. Give them to nobody.",
    ),
    "receipt-warnings": Words(
        "{count} jawaban jarang terjadi; formulir tetap dihitung.",
        "{count} answers are unusual; the form is counted all the same.",
    ),
    "receipt-file": Words("Simpan sebagai berkas", "Save as a file"),
    "receipt-print": Words(
        "Cetak dengan perintah Cetak pada peramban Anda (Ctrl+P).",
        "Print it with your browser's print command (Ctrl+P).",
    ),
    "receipt-qr": Words("Bukti sebagai kode QR", "The receipt as a QR code"),
    "receipt-status": Words("Lihat keadaan formulir", "See what became of the form"),
    "receipt-done": Words("Selesai, hapus dari peramban ini", "Done, remove from this browser"),
    # status
    "status-title": Words("Keadaan formulir", "What became of your form"),
    "status-code": Words("Kode bukti pengisian", "Receipt code"),
    "status-code-hint": Words(
        "Dimulai dengan CCH-, tertulis pada bukti.", "It begins with CCH- and is on your receipt."
    ),
    "status-number-hint": Words("Tertulis pada bukti pengisian.", "It is on your receipt."),
    "status-look": Words("Lihat", "Look"),
    "status-again": Words("Lihat lagi", "Look again"),
    "status-unknown": Words(
        "Tidak ada formulir dengan kode dan nomor ini.", "There is no form with this code and number."
    ),
    "status-unknown-remedy": Words("Salin keduanya dari bukti pengisian.", "Copy both from your receipt."),
    "status-away": Words(
        "Keadaan formulir sedang tidak dapat dibaca. Coba lagi sebentar lagi; bukti Anda tetap berlaku.",
        "The state of the form cannot be read just now. Try again shortly; your receipt remains good.",
    ),
    "status-accepted": Words("Diterima, menunggu dihitung", "Accepted, waiting to be counted"),
    "status-validated": Words("Diperiksa, menunggu dihitung", "Checked, waiting to be counted"),
    "status-counted": Words("Sudah dihitung", "Counted"),
    "status-needs-correction": Words("Perlu diperbaiki", "Needs a correction"),
    "status-superseded": Words("Diganti oleh formulir yang lebih baru", "Replaced by a newer form"),
    "status-under-review": Words("Sedang ditinjau", "Under review"),
    "status-withdrawn": Words("Ditarik kembali", "Withdrawn"),
    # saving
    "save-title": Words("Simpan formulir", "Save the form"),
    "save-text": Words(
        "Pilih PIN 6 sampai 12 angka. Anda akan mendapat kode. Keduanya diperlukan untuk melanjutkan: "
        "tanpa PIN, kami pun tidak dapat membuka formulir Anda.",
        "Choose a PIN of 6 to 12 digits. You will get a code. You need both to continue: "
        "without the PIN not even we can open your form.",
    ),
    "pin": Words("PIN", "PIN"),
    "pin-hint": Words("6 sampai 12 angka.", "6 to 12 digits."),
    "pin-wrong": Words("PIN harus 6 sampai 12 angka.", "The PIN must have 6 to 12 digits."),
    "pin-remedy": Words("Isi 6 sampai 12 angka.", "Write 6 to 12 digits."),
    "save-do": Words("Simpan", "Save"),
    "saved-title": Words("Formulir tersimpan", "The form is saved"),
    "saved-code": Words("Kode Anda", "Your code"),
    "saved-text": Words(
        "Catat kode ini dan ingat PIN Anda. Formulir disimpan {days} hari.",
        "Write this code down and remember your PIN. The form is kept for {days} days.",
    ),
    "saved-go-on": Words("Lanjutkan mengisi sekarang", "Go on filling in now"),
    "saved-leave": Words("Selesai, hapus dari peramban ini", "Leave, remove from this browser"),
    "save-away": Words(
        "Formulir sedang tidak dapat disimpan. Jawaban Anda masih ada di peramban ini; coba lagi sebentar lagi.",
        "The form cannot be saved just now. Your answers are still in this browser; try again shortly.",
    ),
    "resume-title": Words("Lanjutkan formulir yang disimpan", "Continue a saved form"),
    "resume-code": Words("Kode", "Code"),
    "resume-code-hint": Words("Dimulai dengan DRF-.", "It begins with DRF-."),
    "resume-do": Words("Buka formulir", "Open the form"),
    "resume-wrong": Words("Kode dan PIN tidak cocok.", "Code and PIN do not fit."),
    "resume-wrong-remedy": Words(
        "Periksa keduanya. Setelah {days} hari, formulir yang disimpan dihapus.",
        "Check both. After {days} days a saved form is removed.",
    ),
    # correction
    "correct-title": Words("Perbaiki formulir yang sudah dikirim", "Correct a form that was sent"),
    "correct-text": Words(
        "Isi formulir sekali lagi dengan jawaban yang benar. Formulir yang baru menggantikan yang lama.",
        "Fill the form in once more with the right answers. The new form replaces the old one.",
    ),
    "correct-do": Words("Mulai memperbaiki", "Start correcting"),
    "correct-lineage-hint": Words("Tertulis pada bukti pengisian.", "It is on your receipt."),
    "correct-wrong": Words("Silsilah ini tidak lengkap.", "This lineage is not complete."),
    "correct-code-wrong": Words("Kode perbaikan ini tidak lengkap.", "This correction code is not complete."),
    "correct-code-hint": Words("Tertulis pada bukti pengisian.", "It is on your receipt."),
    "correct-wrong-remedy": Words("Salin dari bukti pengisian.", "Copy it from your receipt."),
    # errors
    "closed-title": Words("Formulir sudah ditutup", "The form is closed"),
    "closed-text": Words(
        "Formulir tidak dipakai selama satu jam, atau peramban ini tidak menerima kuki. Demi keamanan, jawabannya "
        "dihapus dari peramban ini.",
        "The form was not used for an hour, or this browser takes no cookies. For safety the answers were removed "
        "from this browser.",
    ),
    "missing-title": Words("Halaman tidak ada", "There is no such page"),
    "missing-text": Words("Periksa alamatnya, atau mulai dari awal.", "Check the address, or begin at the start."),
    "stale-title": Words("Halaman ini sudah usang", "This page is out of date"),
    "stale-text": Words(
        "Kembali ke formulir dan coba lagi. Jawaban Anda masih ada.",
        "Go back to the form and try again. Your answers are still there.",
    ),
    "large-title": Words("Formulir terlalu besar", "The form is too large"),
    "large-text": Words(
        "Jawaban terakhir tidak tersimpan. Persingkat nama atau alamat, atau kirim keluarga ini lewat petugas.",
        "The last answers were not kept. Shorten names or addresses, or let an officer send this family.",
    ),
    "broken-title": Words("Terjadi kesalahan", "Something went wrong"),
    "broken-text": Words(
        "Jawaban Anda masih ada di peramban. Coba lagi sebentar lagi.",
        "Your answers are still in your browser. Try again shortly.",
    ),
    "to-start": Words("Ke halaman awal", "To the start"),
    "to-form": Words("Kembali ke formulir", "Back to the form"),
}

TEXTS: Final[Mapping[str, Words]] = {**_FORM, **OPERATORS}


def text(key: str, language: str, **values: object) -> str:
    """Raises KeyError for a key that there is not: no page shows a name where a text should be."""
    return TEXTS[key].in_language(language).format(**values)

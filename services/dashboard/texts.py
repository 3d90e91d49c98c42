"""The words of the pages, in both languages."""

from collections.abc import Callable
from functools import partial
from typing import Final

from shared.domain.regions import Level
from shared.web.languages import Language

Words = Callable[..., str]
"""`words(key, **values)` in one language."""

TEXTS: Final[dict[str, dict[Language, str]]] = {
    "skip": {"id": "Langsung ke isi", "en": "Skip to content"},
    "language": {"id": "Bahasa", "en": "Language"},
    "pages": {"id": "Halaman", "en": "Pages"},
    "live": {"id": "Sensus langsung", "en": "Live count"},
    "agencies": {"id": "Instansi", "en": "Agencies"},
    "interface": {"id": "API", "en": "API"},
    "where": {"id": "Letak wilayah", "en": "Where this region is"},
    "title": {"id": "{region}: sensus langsung", "en": "{region}: the census, live"},
    "counted_people": {"id": "orang tercacah", "en": "people counted"},
    "in": {"id": "dalam", "en": "in"},
    "families": {"id": "keluarga", "en": "families"},
    "few": {"id": "kurang dari 10 keluarga", "en": "fewer than 10 families"},
    "few_short": {"id": "< 10", "en": "< 10"},
    "share_of": {
        "id": "dari {number} penduduk yang diketahui ({source}, {day})",
        "en": "of a known population of {number} ({source}, {day})",
    },
    "no_target": {
        "id": "Jumlah penduduk wilayah ini tidak diketahui, jadi tidak ada persentase.",
        "en": "No known population for this region, so no share is given.",
    },
    "rate": {"id": "orang per menit", "en": "people a minute"},
    "this_week": {"id": "sejak minggu lalu", "en": "since last week"},
    "fresh": {
        "id": "Terhitung sampai {time}, tertinggal {behind} dtk",
        "en": "Counted up to {time}, {behind} s behind",
    },
    "fresh_unknown": {"id": "Angka per {time}", "en": "Figures of {time}"},
    "nothing_yet": {
        "id": "Belum ada angka yang dapat ditampilkan: kurang dari sepuluh keluarga, atau belum ada yang mengisi.",
        "en": "Nothing can be shown yet: fewer than ten families have answered, or nobody has.",
    },
    "final": {
        "id": "Angka akhir: sensus ditutup pada {time}. Angka ini tidak berubah lagi.",
        "en": "Final figures: the census was closed on {time}. They do not change any more.",
    },
    "final_signed": {"id": "Dokumen bertanda tangan", "en": "The signed document"},
    "stale": {
        "id": "Angka di halaman ini berhenti bergerak pada {time}. Formulir tetap diterima; penghitungan menyusul.",
        "en": "The figures on this page have stood still since {time}. Forms are still accepted; the count will catch up.",
    },
    "pause": {"id": "Jeda", "en": "Pause"},
    "resume": {"id": "Lanjutkan", "en": "Resume"},
    "connection_lost": {
        "id": "Sambungan terputus; mencoba lagi.",
        "en": "Connection lost; trying again.",
    },
    "map": {"id": "Peta", "en": "Map"},
    "map_of": {
        "id": "{region}: satu kotak tiap wilayah, diatur menurut letaknya",
        "en": "{region}: one square per region, arranged as the land lies",
    },
    "map_in_order": {
        "id": "{region}: satu kotak tiap wilayah, menurut urutan kode (bukan letak)",
        "en": "{region}: one square per region, in order of codes (not of place)",
    },
    "legend": {"id": "Keterangan warna", "en": "What the colours mean"},
    "share": {"id": "Persentase tercacah", "en": "Share counted"},
    "people": {"id": "Orang tercacah", "en": "People counted"},
    "measure": {"id": "Warnai peta menurut", "en": "Colour the map by"},
    "marker": {"id": "{region}: {value}", "en": "{region}: {value}"},
    "hatch_few": {"id": "kurang dari 10 keluarga", "en": "fewer than 10 families"},
    "hatch_no_target": {"id": "jumlah penduduk tidak diketahui", "en": "population not known"},
    "ranking": {"id": "Peringkat", "en": "Ranking"},
    "search": {"id": "Cari nama atau kode", "en": "Search by name or code"},
    "search_do": {"id": "Cari", "en": "Search"},
    "search_clear": {"id": "Hapus", "en": "Clear"},
    "none_found": {"id": "Tidak ada yang cocok dengan “{search}”.", "en": "Nothing matches “{search}”."},
    "rank": {"id": "No.", "en": "Rank"},
    "rank_place": {"id": "peringkat", "en": "rank"},
    "name": {"id": "Wilayah", "en": "Region"},
    "persons": {"id": "Orang", "en": "People"},
    "households": {"id": "Keluarga", "en": "Families"},
    "share_column": {"id": "Persen", "en": "Share"},
    "clean_column": {"id": "Clean", "en": "Clean"},
    "week_column": {"id": "7 hari", "en": "7 days"},
    "trend": {"id": "14 hari", "en": "14 days"},
    "rank_up": {"id": "naik {places}", "en": "up {places}"},
    "rank_down": {"id": "turun {places}", "en": "down {places}"},
    "rank_same": {"id": "tetap", "en": "unchanged"},
    "sort_by": {"id": "urutkan", "en": "sort"},
    "table_of": {"id": "{region}: {level}", "en": "{region}: {level}"},
    "days": {"id": "Hari demi hari", "en": "Day by day"},
    "days_text": {
        "id": "Batang: orang yang ditambahkan tiap hari, terbanyak {most}. Garis: jumlah sampai hari itu.",
        "en": "Bars: people added each day, {most} at most. Line: everybody up to that day.",
    },
    "day": {"id": "Hari", "en": "Day"},
    "added": {"id": "Tambahan", "en": "Added"},
    "total": {"id": "Jumlah", "en": "In all"},
    "target": {"id": "Penduduk diketahui", "en": "Known population"},
    "as_table": {"id": "Sebagai tabel", "en": "As a table"},
    "ages": {"id": "Umur dan jenis kelamin", "en": "Ages and sexes"},
    "age": {"id": "Umur", "en": "Age"},
    "male": {"id": "Laki-laki", "en": "Male"},
    "female": {"id": "Perempuan", "en": "Female"},
    "quality": {"id": "Respon dan clean", "en": "Answered and clean"},
    "quality_text": {
        "id": "Respon: keluarga yang mengisi. Clean: tanpa kejanggalan (nilai A). B sampai D: makin banyak yang "
        "perlu dilihat lagi.",
        "en": "Answered: families that sent a form. Clean: a form without anomaly (grade A). B to D: more and more to "
        "look at again.",
    },
    "grade": {"id": "Nilai {grade}", "en": "Grade {grade}"},
    "clean": {"id": "clean", "en": "clean"},
    "withheld": {
        "id": "Belum ditampilkan: ada kelompok yang kurang dari sepuluh.",
        "en": "Not shown yet: a group in it is smaller than ten.",
    },
    "too_fine": {
        "id": "Tidak ditampilkan untuk wilayah sekecil ini.",
        "en": "Not shown for regions as small as this.",
    },
    "privacy": {"id": "Mengapa angka bergerak bertahap", "en": "Why the figures move in steps"},
    "privacy_text": {
        "id": "Angka suatu wilayah bergerak hanya bila sekurangnya sepuluh keluarga bertambah sejak angka "
        "terakhirnya, sehingga dua kali membaca tidak mengungkap satu keluarga pun. Angka di bawah sepuluh tidak "
        "ditampilkan, dan bila selisihnya dapat mengungkapkannya, angka wilayah tetangga pun menunggu.",
        "en": "A region's figures move only once at least ten families have joined since they last did, so that "
        "reading twice tells nothing of one family. Figures under ten are not shown, and where subtracting would "
        "give one away, a neighbour's figure waits as well.",
    },
    "data": {"id": "Data", "en": "Data"},
    "data_text": {
        "id": "Sama persis dengan yang tampil di halaman ini:",
        "en": "Exactly what this page shows:",
    },
    "embed_link": {"id": "versi sematan", "en": "embeddable version"},
    "dark": {"id": "gelap", "en": "dark"},
    "light": {"id": "terang", "en": "light"},
    "theme": {"id": "Tampilan", "en": "Appearance"},
    "full_page": {"id": "Halaman lengkap", "en": "Full page"},
    "colophon": {
        "id": "Cacah menghitung dari catatan yang dapat dihitung ulang oleh siapa pun. Kode wilayah: ODbL.",
        "en": "Cacah counts from a log that anybody can recount. Region codes: ODbL.",
    },
    "not_found": {"id": "Wilayah itu tidak ada", "en": "There is no such region"},
    "not_found_text": {
        "id": "Periksa kodenya, atau mulai dari Indonesia.",
        "en": "Check its code, or start from Indonesia.",
    },
    "agency": {"id": "Instansi", "en": "Agency"},
    "agencies_title": {"id": "Instansi: {region}", "en": "Agencies: {region}"},
    "agencies_text": {
        "id": "Berapa pegawai tiap instansi yang sudah tercacah. Hanya jumlah: siapa, tidak diketahui siapa pun.",
        "en": "How many of each agency's staff have been counted. Numbers only: who they are, nobody can see.",
    },
    "agencies_shown": {"id": "instansi tampil", "en": "agencies shown"},
    "agencies_hidden": {
        "id": "{number} instansi belum ditampilkan: anggotanya kurang dari sepuluh.",
        "en": "{number} agencies are not shown: they have fewer than ten members.",
    },
    "agencies_privacy": {
        "id": "Angka instansi tampil mulai sepuluh anggota, bergerak sekali sehari, dan menunggu selama yang berubah "
        "pada daftar anggotanya kurang dari sepuluh. Angka yang terlalu kecil digabung; bila kurang dari sepuluh yang sudah "
        "atau belum mengisi, hanya itu yang disebut.",
        "en": "An agency is shown from ten members on, moves once a day, and waits while fewer than ten names of its "
        "list have changed. What would be too small is added up; where fewer than ten have answered, or have not, only "
        "that is said.",
    },
    "no_agencies": {"id": "Belum ada instansi yang dapat ditampilkan.", "en": "No agency can be shown yet."},
    "search_agency": {"id": "Cari instansi atau wilayah", "en": "Search by agency or region"},
    "as_of_day": {"id": "Per tanggal", "en": "As of"},
    "expected": {"id": "Sasaran", "en": "Expected"},
    "expected_of": {"id": "pegawai diharapkan", "en": "staff expected"},
    "members": {"id": "Anggota", "en": "Members"},
    "responded": {"id": "Mengisi", "en": "Answered"},
    "non_asn": {"id": "Non-ASN", "en": "Non-ASN"},
    "together": {"id": "Semua", "en": "Together"},
    "kinds": {"id": "ASN dan non-ASN", "en": "Civil servants (ASN) and others"},
    "not_shown": {"id": "belum tampil", "en": "not shown yet"},
    "of_members": {"id": "{responded} dari {expected} pegawai", "en": "{responded} of {expected} staff"},
    "of_staff": {"id": "dari {expected} pegawai", "en": "of {expected} staff"},
    "few_missing": {"id": "kurang dari 10 belum", "en": "fewer than 10 missing"},
    "few_answered": {"id": "kurang dari 10 sudah", "en": "fewer than 10 so far"},
    "agency_as_of": {"id": "Per {period}", "en": "As of {period}"},
    "report": {"id": "Laporan evaluasi", "en": "Evaluation report"},
    "report_title": {"id": "Laporan evaluasi {region}, {day}", "en": "Evaluation report: {region}, {day}"},
    "report_text": {
        "id": "Sasaran dan realisasi, siapa di depan, siapa tertinggal, dan apa yang berubah sejak {week}.",
        "en": "Target and realisation, who leads, who lags, and what changed since {week}.",
    },
    "report_people": {"id": "Penduduk", "en": "Population"},
    "report_staff": {"id": "Pegawai instansi", "en": "Staff of agencies"},
    "leaders": {"id": "Terdepan", "en": "Leading"},
    "laggards": {"id": "Tertinggal", "en": "Lagging"},
    "climbers": {"id": "Naik paling banyak dalam 7 hari", "en": "Gained most in 7 days"},
    "no_week": {"id": "Belum ada angka minggu lalu.", "en": "No figures of last week yet."},
    "points": {"id": "{points} poin", "en": "{points} points"},
    "all_regions": {"id": "Semua {below}", "en": "All {below}"},
    "week_ago": {"id": "seminggu lalu {share}", "en": "{share} a week ago"},
    "before_column": {"id": "Seminggu lalu", "en": "A week ago"},
    "gain_column": {"id": "Naik", "en": "Gained"},
    "all_agencies": {"id": "Semua instansi", "en": "All agencies"},
    "unknown": {"id": "tidak diketahui", "en": "not known"},
    "show": {"id": "Tampilkan", "en": "Show"},
    "print_hint": {"id": "Untuk PDF: cetak halaman ini.", "en": "For a PDF: print this page."},
    "own": {"id": "Instansi saya", "en": "My agency"},
    "own_text": {
        "id": "Masukkan kunci instansi Anda. Kunci tidak disimpan, dan halaman ini tidak pernah menampilkan nama.",
        "en": "Enter your agency's key. It is not kept, and this page never shows a name.",
    },
    "own_of": {"id": "Kunci milik {name}.", "en": "The key of {name}."},
    "key": {"id": "Kunci", "en": "Key"},
    "key_missing": {"id": "Kunci diperlukan.", "en": "A key is needed."},
    "key_unknown": {"id": "Kunci itu tidak berlaku.", "en": "That key is not valid."},
    "scope_missing": {"id": "Kunci itu bukan kunci instansi.", "en": "That key is not an agency's."},
    "on_list": {"id": "pada daftar sekarang", "en": "on the list now"},
    "shown_members": {"id": "anggota yang tampil", "en": "members shown"},
    "agency_page": {"id": "Halaman umum", "en": "Public page"},
    "why_shown": {"id": "Tampil; bergerak lagi pada periode berikut.", "en": "Shown; it moves again next period."},
    "why_few_members": {
        "id": "Belum tampil: anggotanya kurang dari sepuluh.",
        "en": "Not shown: fewer than ten members.",
    },
    "why_few_changes": {
        "id": "Menunggu: kurang dari sepuluh nama berubah, atau perubahan angkanya terlalu kecil.",
        "en": "Waiting: fewer than ten names changed, or the figures would change by too little.",
    },
    "why_small_cells": {
        "id": "Hanya anggota yang tampil: yang mengisi, atau yang belum, kurang dari sepuluh.",
        "en": "Only members are shown: fewer than ten have answered, or fewer than ten have not.",
    },
    "no_agency": {"id": "Tidak ada angka untuk instansi itu", "en": "Nothing is shown of such an agency"},
    "no_agency_text": {
        "id": "Instansi tampil mulai sepuluh anggota.",
        "en": "Agencies are shown from ten members on.",
    },
    "away": {"id": "Angka tidak dapat dibaca sekarang", "en": "The figures cannot be read now"},
    "away_text": {"id": "Coba lagi sebentar lagi.", "en": "Try again shortly."},
    "city": {"id": "sudut bulat: kota", "en": "round corners: a city"},
    "to_start": {"id": "Ke halaman awal", "en": "To the first page"},
}

_BELOW: Final[dict[Level, dict[Language, str]]] = {
    Level.NATION: {"id": "provinsi", "en": "provinces"},
    Level.PROVINCE: {"id": "kabupaten dan kota", "en": "regencies and cities"},
    Level.REGENCY: {"id": "kecamatan", "en": "districts"},
    Level.DISTRICT: {"id": "desa dan kelurahan", "en": "villages"},
    Level.VILLAGE: {"id": "", "en": ""},
}


def words_in(language: Language) -> Words:
    return partial(say, language)


def say(language: Language, key: str, **values: str) -> str:
    """Raises KeyError for a key that there is not, or a value that is missing."""
    return TEXTS[key][language].format(**values)


def below(level: Level, language: Language) -> str:
    """What the regions under one of this level are called."""
    return _BELOW[level][language]

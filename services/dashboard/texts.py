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
    "name": {"id": "Wilayah", "en": "Region"},
    "persons": {"id": "Orang", "en": "People"},
    "households": {"id": "Keluarga", "en": "Families"},
    "share_column": {"id": "Persen", "en": "Share"},
    "clean_column": {"id": "Bersih", "en": "Clean"},
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
    "privacy": {"id": "Mengapa angkanya melangkah", "en": "Why the figures move in steps"},
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

"""Names, streets and peoples: common words, none of them anybody's data."""

import re
from typing import Final

MEN: Final = (
    *("Agus", "Ahmad", "Andi", "Anton", "Arief", "Asep", "Bagus", "Bambang", "Bayu", "Budi", "Cahyo", "Dani"),
    *("Dedi", "Dimas", "Eko", "Fajar", "Fauzi", "Gilang", "Hadi", "Hendra", "Heri", "Imam", "Irfan", "Iwan"),
    *("Joko", "Kurnia", "Lukman", "Made", "Mulyono", "Nanang", "Nugroho", "Nyoman", "Oki", "Pandu", "Putra", "Rahmat"),
    *("Rendi", "Rizki", "Rudi", "Samsul", "Satria", "Slamet", "Subur", "Sugeng", "Sutrisno", "Taufik", "Teguh", "Toni"),
    *("Tri", "Umar", "Wahyu", "Wawan", "Widodo", "Yanto", "Yohanes", "Yosef", "Yudi", "Yusuf", "Zainal", "Zulkifli"),
)
WOMEN: Final = (
    *("Aisyah", "Ani", "Anisa", "Ayu", "Bunga", "Citra", "Dewi", "Diah", "Dian", "Dina", "Eka", "Elok"),
    *("Endang", "Erna", "Fatimah", "Fitri", "Gita", "Hasna", "Ida", "Indah", "Intan", "Ira", "Kartika", "Kadek"),
    *("Kirana", "Komang", "Laila", "Lestari", "Lina", "Maria", "Marlina", "Maya", "Mega", "Melati", "Murni", "Nadia"),
    *("Nining", "Novi", "Nur", "Nurul", "Oktavia", "Puji", "Putri", "Rahayu", "Ratna", "Retno", "Rina", "Rini"),
    *("Sari", "Siti", "Sri", "Sulastri", "Sumiati", "Susi", "Tuti", "Umi", "Wati", "Wulan", "Yanti", "Yuli"),
)
SECOND_NAMES: Final = (
    *(
        "Abdullah",
        "Adiputra",
        "Anggraini",
        "Aprilia",
        "Astuti",
        "Basuki",
        "Cahyani",
        "Darmawan",
        "Efendi",
        "Firmansyah",
    ),
    *("Fitriani", "Gunawan", "Hakim", "Handayani", "Hartono", "Hasanah", "Hidayat", "Ismail", "Iskandar", "Kurniawan"),
    *("Kusuma", "Lubis", "Mahendra", "Maharani", "Marpaung", "Maulana", "Nasution", "Ningsih", "Nugraha", "Oktaviani"),
    *(
        "Pamungkas",
        "Permata",
        "Prasetyo",
        "Pratama",
        "Purnama",
        "Purwanto",
        "Rachman",
        "Ramadhan",
        "Saputra",
        "Santoso",
    ),
    *(
        "Setiawan",
        "Setyowati",
        "Siregar",
        "Sitompul",
        "Subekti",
        "Sudirman",
        "Suharto",
        "Sulaiman",
        "Suryadi",
        "Susanto",
    ),
    *("Susilo", "Syahputra", "Tanjung", "Utami", "Utomo", "Wardani", "Wibowo", "Widyastuti", "Wijaya", "Yulianti"),
)
STREETS: Final = (
    *("Anggrek", "Beringin", "Cempaka", "Cendana", "Dahlia", "Delima", "Diponegoro", "Flamboyan", "Gajah Mada"),
    *("Hayam Wuruk", "Jambu", "Kamboja", "Kartini", "Kenanga", "Kenari", "Mangga", "Mawar", "Melati", "Merdeka"),
    *("Merpati", "Nangka", "Nusa Indah", "Pahlawan", "Pemuda", "Rajawali", "Sawo", "Seroja", "Sudirman", "Teratai"),
)
COUNTRIES: Final = ("Malaysia", "Singapura", "Tiongkok", "India", "Belanda", "Jepang")

_PEOPLES: Final = """
11 Aceh, Gayo           12 Batak, Jawa          13 Minangkabau, Batak   14 Melayu, Jawa
15 Melayu Jambi, Jawa   16 Palembang, Jawa      17 Rejang, Jawa         18 Jawa, Lampung
19 Bangka, Jawa         21 Melayu, Jawa         31 Jawa, Betawi         32 Sunda, Jawa
33 Jawa, Sunda          34 Jawa, Sunda          35 Jawa, Madura         36 Banten, Sunda
51 Bali, Jawa           52 Sasak, Bima          53 Atoni, Manggarai     61 Dayak, Melayu
62 Dayak, Banjar        63 Banjar, Jawa         64 Jawa, Bugis          65 Bugis, Jawa
71 Minahasa, Gorontalo  72 Kaili, Bugis         73 Bugis, Makassar      74 Buton, Bugis
75 Gorontalo, Jawa      76 Mandar, Toraja       81 Ambon, Buton         82 Ternate, Tobelo
91 Biak, Jawa           92 Arfak, Jawa          93 Marind, Jawa         94 Mee, Jawa
95 Dani, Lani           96 Moi, Jawa
"""
PEOPLES: Final = {
    province: (largest, other)
    for province, largest, other in re.findall(r"([0-9]{2}) ([A-Za-z ]+?), ([A-Za-z]+)", _PEOPLES)
}
"""Of each province, the largest people and another large one."""

PROTESTANT: Final = frozenset({"71", "81", "91", "92", "93", "94", "95", "96"})
CATHOLIC: Final = frozenset({"53"})
HINDU: Final = frozenset({"51"})
"""Provinces where most people are of another religion than Islam."""

"""Write every document that is made from the code: `make docs`.

One line of DOCUMENTS per document. `tests/unit/test_generated_docs.py` fails while one of them is not as the code says.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from scripts.documents import data_dictionary, openapi, rules, schema, topics

ROOT: Final = Path(__file__).resolve().parents[1]

DOCUMENTS: Final[Mapping[str, Callable[[], str]]] = {
    "docs/data-dictionary.md": data_dictionary.render,
    "docs/rules.md": rules.render,
    "docs/submission.schema.json": schema.render,
    "docs/asyncapi.yaml": topics.render,
    "docs/openapi.json": openapi.render,
}
"""File -> what it should hold."""


def main() -> None:
    for name, render in DOCUMENTS.items():
        file, text = ROOT / name, render()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            print(f"written: {name}")  # noqa: T201


if __name__ == "__main__":
    main()

"""Draw the invented pages of fixtures/study-certificate, the cases read from them, and the places of the fields.

    venv/bin/python pages.py

Small grey pictures, as a scanner would reduce them. A page is a list of lines; a line that is a field becomes a box in
evidence.jsonl. Nothing is drawn at random.
"""

import argparse
import csv
import json
import pathlib

from PIL import Image, ImageDraw, ImageFont

from generate import FEATURES, FIELDS

HERE = pathlib.Path(__file__).resolve().parent
FACES = HERE.parents[1] / "src" / "typeface" / "fonts"
WIDTH, HEIGHT, LEFT = 420, 594, 40
PEOPLE = ["Alex Beispiel", "Nuria Probe", "Tarek Muster", "Ilse Testmann", "Bo Fantasie", "Emre Erfunden", "Lea Musterova",
          "Chi Beispiel", "Amal Probe", "Jan Testkowski", "Zoe Muster", "Iva Erfunden", "Kim Platzhalter"]


def certificate(person, *left_out):
    """The lines of a certificate: (field, text, size, y). A field that is left out is not on the page."""
    lines = [
        ("university", "Hochschule Probedorf (erfunden)", 17, 46),
        ("title", "Studienbescheinigung", 22, 120),
        (None, "Wir bescheinigen:", 14, 176),
        ("name", person, 16, 206),
        ("birth", "geboren am 12.03.2004", 14, 240),
        (None, "ist bei uns eingeschrieben.", 14, 270),
        ("semester", "Fachsemester: 3", 15, 312),
        ("period", "01.10.2026 bis 31.03.2027", 15, 348),
        ("stamp", "HP", 24, 448),
    ]
    return [line for line in lines if line[0] not in left_out]


def student_card(person):
    return [("university", "Hochschule Probedorf (erfunden)", 15, 220), (None, "Studentenausweis", 20, 250),
            ("name", person, 16, 290), (None, "Nr. 0000000", 13, 320), ("period", "gültig bis 31.03.2027", 13, 346)]


def fee_notice(person):
    return [("university", "Hochschule Probedorf (erfunden)", 17, 46), (None, "Rechnung: Beitrag", 20, 120),
            ("name", person, 16, 180), ("semester", "Semester: Winter 2026", 14, 220), (None, "Betrag: 150 Euro", 14, 250),
            (None, "Bitte bis 15.09.2026 zahlen.", 14, 280)]


# (lines, what the program read wrongly: fields it overlooked, reading, weakest, grey of the paper)
PAGES = [
    (certificate(PEOPLE[0]), [], 92, 84, 255),
    (certificate(PEOPLE[1], "period"), [], 88, 79, 250),
    (student_card(PEOPLE[2]), [], 71, 52, 235),
    (certificate(PEOPLE[3]), [], 95, 90, 255),
    (certificate(PEOPLE[4], "stamp"), [], 90, 83, 250),
    (certificate(PEOPLE[5]), ["stamp"], 58, 31, 205),
    (fee_notice(PEOPLE[6]), [], 86, 74, 250),
    (certificate(PEOPLE[7]), [], 83, 66, 240),
    (certificate(PEOPLE[8], "semester", "period"), [], 91, 85, 255),
    (certificate(PEOPLE[9]), ["birth"], 62, 38, 210),
    (certificate(PEOPLE[10]), [], 77, 55, 230),
    ([(None, "Einkauf", 20, 60), (None, "Brot 3,20", 15, 110), (None, "Milch 1,10", 15, 140), (None, "Danke!", 15, 190)],
     [], 0, 0, 245),
    (certificate(PEOPLE[12]), [], 97, 93, 255),
]


def drawn(lines, paper):
    """The page, and the box of each field: x, y, width, height in pixels."""
    page = Image.new("L", (WIDTH, HEIGHT), paper)
    pen, boxes = ImageDraw.Draw(page), {}
    for field, text, size, y in lines:
        face = ImageFont.truetype(FACES / ("NotoSans-Bold.ttf" if size >= 20 else "NotoSans-Regular.ttf"), size)
        x = LEFT
        if field == "stamp":
            x = 262
            pen.ellipse((x - 24, y - 22, x + 62, y + 56), outline=90, width=3)
            pen.line((x - 120, y + 76, x + 90, y + 76), fill=120, width=1)
        pen.text((x, y), text, fill=30 if field != "stamp" else 90, font=face)
        left, top, right, bottom = pen.textbbox((x, y), text, font=face)
        if field == "stamp":
            left, top, right, bottom = x - 24, y - 22, x + 62, y + 56
        if field:
            boxes[field] = [int(left) - 4, int(top) - 4, int(right - left) + 8, int(bottom - top) + 8]
    # Few greys keep the file small and look like a scan.
    return page.quantize(8, dither=Image.Dither.NONE).convert("L"), boxes


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--fixtures", type=pathlib.Path, default=HERE.parents[1] / "fixtures" / HERE.name)
    given = arguments.parse_args()
    (given.fixtures / "pages").mkdir(parents=True, exist_ok=True)
    cases, evidence = [], []
    for number, (lines, overlooked, reading, weakest, paper) in enumerate(PAGES, start=1):
        case_id, name = f"STU-2026-{number:04d}", f"pages/S-{number:03d}.png"
        page, boxes = drawn(lines, paper)
        page.save(given.fixtures / name, optimize=True)
        found = {field for field in boxes if field not in overlooked}
        values = {field: "yes" if field in found else "no" for field in FIELDS}
        values |= {"reading": reading, "weakest": weakest}
        cases.append([case_id, f"2026-11-{2 + (5 * number) % 13:02d}"] + [values[column] for column in FEATURES])
        for field in FIELDS:
            if field in found:
                evidence.append({"case_id": case_id, "feature": field, "kind": "image", "file": name, "box": boxes[field]})
    with open(given.fixtures / "cases.csv", "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["case_id", "data_as_of"] + FEATURES)
        writer.writerows(cases)
    lines = [json.dumps(entry, ensure_ascii=False) for entry in evidence]
    (given.fixtures / "evidence.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Write the invented accident reports of fixtures/recourse-screening, the cases read from them, and the passages.

    venv/bin/python reports.py

A report is text with marks: [[sign|words]] are the words in which the search for words saw a sign. The marks become
character offsets in evidence.jsonl, and the signs become the columns of cases.csv. Nothing is drawn at random.
"""

import argparse
import csv
import json
import pathlib
import re

from generate import FEATURES, FLAGS

HERE = pathlib.Path(__file__).resolve().parent
MARK = re.compile(r"\[\[(\w+)\|([^\]]+)\]\]")
HEAD = "Unfallmeldung (erfunden)\nUnfalltag: {day}\n\n"

# (place, activity, days of incapacity, day of the accident, text)
REPORTS = [
    ("road", "way_to_work", 38, "8. September 2026",
     "Ich war mit dem Fahrrad auf dem Weg zur Arbeit. An der Kreuzung hatte ich grün. "
     "[[vehicle|Ein Auto bog nach rechts ab und fuhr mich um.]] Ich fiel auf die linke Schulter. "
     "Die Polizei war da und hat alles aufgenommen."),
    ("company", "carrying", 6, "14. September 2026",
     "Ich trug einen Karton mit Papier in das Lager. Auf der Treppe trat ich daneben. "
     "Dabei knickte mein rechter Fuß um. Niemand sonst war dabei."),
    ("public", "way_to_work", 21, "16. September 2026",
     "Ich ging morgens zu Fuß zum Bahnhof. [[animal|Vor dem Kiosk biss mich ein Hund in die Wade.]] "
     "Der Hund war nicht an der Leine. Der Halter gab mir seine Telefonnummer."),
    ("site", "repair", 64, "21. September 2026",
     "Ich reparierte eine Lampe auf der Baustelle. "
     "[[third_firm|Eine andere Firma baute über mir das Gerüst ab.]] Ein Rohr fiel herunter und traf meine Hand."),
    ("company", "machine", 45, "24. September 2026",
     "Ich stand an der Presse. [[machine_defect|Die Schutzklappe der Presse schloss nicht mehr richtig.]] "
     "Zwei Finger wurden gequetscht. [[defective_product|Das Schloss der Klappe war erst eine Woche alt und gebrochen.]]"),
    ("public", "walking", 12, "28. September 2026",
     "Ich ging in der Pause einkaufen. [[slip_elsewhere|Im Supermarkt rutschte ich auf einer nassen Stelle aus.]] "
     "Ein Schild stand dort nicht."),
    ("company", "care", 9, "1. Oktober 2026",
     "Ich half einem Bewohner aus dem Bett. [[assault|Er schlug mir plötzlich mit der Faust ins Gesicht.]] "
     "Er ist krank und war verwirrt."),
    ("company", "walking", 4, "5. Oktober 2026",
     "Draußen war [[animal|ein richtiges Hundewetter]], deshalb war der Boden im Eingang nass. "
     "Ich rutschte auf den Fliesen aus und fiel auf das Knie."),
    ("customer", "repair", 30, "7. Oktober 2026",
     "Ich war bei einem Kunden und prüfte die Heizung. "
     "[[slip_elsewhere|Auf der Kellertreppe des Kunden war eine Stufe lose.]] Ich stürzte und brach mir den Arm."),
    ("site", "carrying", 15, "12. Oktober 2026",
     "Auf der Baustelle trug ich Steine. [[third_firm|Leute von einer anderen Firma hatten ein Loch nicht abgedeckt.]] "
     "Ich trat hinein und verdrehte mir das Knie."),
    ("road", "driving", 3, "15. Oktober 2026",
     "Ich fuhr mit dem Lieferwagen durch den Wald. Auf nassem Laub kam ich von der Straße ab. "
     "[[vehicle|Ein anderes Auto war nicht in der Nähe.]] Ich stieß mit der Stirn an das Lenkrad."),
    ("customer", "care", 11, "19. Oktober 2026",
     "Ich pflegte eine Frau in ihrer Wohnung. [[animal|Ihre Katze sprang mich an und kratzte mich am Auge.]] "
     "Ich musste in die Klinik."),
    ("company", "machine", 18, "22. Oktober 2026",
     "Beim Sägen rutschte das Holz weg. Ich hatte den Schieber nicht benutzt. Die Säge traf meinen Daumen."),
]


def read(marked):
    """The text without marks, and (sign, start, end) of each, in characters."""
    text, places, rest = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[rest : mark.start()]
        places.append((mark[1], len(text), len(text) + len(mark[2])))
        text += mark[2]
        rest = mark.end()
    return text + marked[rest:], places


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--fixtures", type=pathlib.Path, default=HERE.parents[1] / "fixtures" / HERE.name)
    given = arguments.parse_args()
    (given.fixtures / "reports").mkdir(parents=True, exist_ok=True)
    cases, evidence = [], []
    for number, (place, activity, days, day, marked) in enumerate(REPORTS, start=1):
        case_id, name = f"REG-2026-{number:04d}", f"reports/R-{number:03d}.txt"
        text, places = read(HEAD.format(day=day) + marked + "\n")
        (given.fixtures / name).write_text(text, encoding="utf-8")
        found = {sign for sign, _, _ in places}
        values = {sign: "yes" if sign in found else "no" for sign in FLAGS}
        values |= {"place": place, "activity": activity, "days": days}
        cases.append([case_id, f"2026-11-{2 + (7 * number) % 13:02d}"] + [values[column] for column in FEATURES])
        for sign, start, end in places:
            assert not text[start:end].startswith(" ") and end - start <= 400
            evidence.append({"case_id": case_id, "feature": sign, "kind": "text", "file": name, "start": start, "end": end})
    # What is not known of a case: the days of incapacity of one, the place of another.
    cases[9][2 + FEATURES.index("days")] = ""
    cases[11][2 + FEATURES.index("place")] = ""
    with open(given.fixtures / "cases.csv", "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["case_id", "data_as_of"] + FEATURES)
        writer.writerows(cases)
    lines = [json.dumps(entry, ensure_ascii=False) for entry in evidence]
    (given.fixtures / "evidence.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Make the synthetic data of study-certificate: training table, background.csv, holdout.csv.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python generate.py            # writes training.csv too, which is not kept
    venv/bin/python train.py
    venv/bin/python pages.py               # the pages and cases in fixtures/

No real page is behind any row. What is assumed is written down in PROVENANCE.md and, as numbers, below.
Same versions, same bytes: every draw is seeded.
"""

import argparse
import csv
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
SEED = 324
LABEL = "complete"
AUDIT = ["upload"]
# What is looked for on a page, and how well it was read: the mean and the least of 100 over the fields found.
FIELDS = ["title", "name", "birth", "university", "semester", "period", "stamp"]
FEATURES = FIELDS + ["reading", "weakest"]
TABLES = {"training": (9_000, 0), "background": (300, 1), "holdout": (3_000, 2)}
# Kinds of page: certificates, certificates with a gap, and what else people upload. Share of each, and how often a page
# of the kind has the field.
KINDS = {
    "certificate": (0.56, [0.99, 1.00, 0.99, 1.00, 1.00, 1.00, 0.97]),
    "gap": (0.19, [0.97, 0.96, 0.80, 0.98, 0.72, 0.62, 0.66]),
    "student_card": (0.08, [0.02, 0.99, 0.45, 0.98, 0.40, 0.55, 0.03]),
    "fee_notice": (0.07, [0.04, 0.97, 0.15, 0.99, 0.85, 0.70, 0.06]),
    "exam_list": (0.06, [0.03, 0.97, 0.70, 0.96, 0.55, 0.08, 0.30]),
    "other": (0.04, [0.00, 0.40, 0.12, 0.05, 0.02, 0.06, 0.10]),
}
# Photographs are read worse than scans.
PHOTOGRAPHS = 0.45


def pages(rows, draw):
    """Invented pages: columns of FEATURES and AUDIT, and whether a person found the certificate complete."""
    kinds = draw.choice(len(KINDS), rows, p=[share for share, _ in KINDS.values()])
    photographed = draw.random(rows) < PHOTOGRAPHS
    # How legible the page is, 0 to 1.
    legible = np.where(photographed, draw.beta(6, 2, rows), draw.beta(14, 1.4, rows))
    shares = np.array([shares for _, shares in KINDS.values()])[kinds]
    there = draw.random((rows, len(FIELDS))) < shares
    # A field that is there is found more surely on a legible page; now and then one is seen that is not there.
    found = np.where(there, draw.random(there.shape) < 0.66 + 0.335 * legible[:, None], draw.random(there.shape) < 0.02)
    sure = (100 * (0.35 + 0.64 * legible[:, None] + draw.normal(0, 0.07, there.shape))).clip(5, 99)
    sure = np.where(there, sure, sure * 0.6)
    count = found.sum(1)
    reading = np.where(count > 0, (sure * found).sum(1) / np.maximum(count, 1), 0)
    weakest = np.where(count > 0, np.where(found, sure, 100).min(1), 0)
    table = {name: np.where(found[:, i], "yes", "no") for i, name in enumerate(FIELDS)}
    table["reading"], table["weakest"] = np.round(reading).astype(int), np.round(weakest).astype(int)
    table["upload"] = np.where(photographed, "photo", "scan")
    # A person calls it complete when it is a certificate with every field; few slips.
    complete = there.all(1) & np.isin(kinds, [0, 1])
    slip = draw.random(rows) < 0.01
    table[LABEL] = np.where(complete ^ slip, "yes", "no")
    return table


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--model-dir", type=pathlib.Path, default=HERE)
    given = arguments.parse_args()
    for name, (rows, number) in TABLES.items():
        table = pages(rows, np.random.default_rng([SEED, number]))
        header = FEATURES if name == "background" else FEATURES + AUDIT + [LABEL]
        write(given.model_dir / f"{name}.csv", header, zip(*(table[column] for column in header)))


if __name__ == "__main__":
    main()

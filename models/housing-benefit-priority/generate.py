"""Make the synthetic data of housing-benefit-priority: training table, background.csv, holdout.csv, fixture cases.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python generate.py            # writes training.csv too, which is not kept

No real application is behind any row. What is assumed is written down in PROVENANCE.md and, as numbers, below.
Same versions, same bytes: every draw is seeded.
"""

import argparse
import csv
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
SEED = 1103
FEATURES = ["persons", "income", "savings", "rent", "heating", "first"]
AUDIT = ["area"]
LABEL = "urgent"
# Share of households with 1, 2, 3, 4, 5, 6 persons among applications.
PERSONS = [0.42, 0.27, 0.15, 0.10, 0.045, 0.015]
# By how much a detail moves the log-odds that a human later calls the application urgent.
WEIGHTS = {"persons": 0.76, "income": -0.0018, "savings": -0.00026, "rent": 0.0066, "heating": 0.021, "first": 0.09}
CENTRES = {"persons": 2.1, "income": 1950.0, "savings": 2600.0, "rent": 620.0, "heating": 95.0, "first": 0.6}
LEVEL = -1.73
# Rows of a table and the number of its draw. The draw of the comparison group is one whose usual incomes (10th to 90th
# percentile) are those of the worked example: 1,600 to 2,300 Euro.
TABLES = {"training": (12_000, 0), "background": (300, 86), "holdout": (4_200, 2)}
# The first one is the worked example of the letter; the others are drawn.
EXAMPLE = {"persons": 5, "income": 1450, "savings": 3200, "rent": 635, "heating": 95, "first": "no"}


def households(rows, draw):
    """Invented applications: columns of FEATURES and AUDIT."""
    persons = draw.choice(np.arange(1, 7), rows, p=PERSONS)
    # A larger household has more income, but less for each person.
    income = np.round((1950 + 45 * (persons - 2.1) + draw.normal(0, 250, rows)).clip(850, 3200) / 50) * 50
    savings = np.round(draw.gamma(1.6, 1625, rows).clip(0, 24_000) / 100) * 100
    town = draw.random(rows) < 0.45
    rent = np.round((620 + 26 * (persons - 2.1) + 40 * (town - 0.45) + draw.normal(0, 135, rows)).clip(250, 1300) / 10) * 10
    heating = np.round((95 + draw.normal(0, 32, rows)).clip(20, 260) / 5) * 5
    first = np.where(draw.random(rows) < 0.6, "yes", "no")
    return {"persons": persons, "income": income, "savings": savings, "rent": rent, "heating": heating,
            "first": first, "area": np.where(town, "town", "country")}


def chance(table):
    """What a human would call urgent, as a probability."""
    z = np.full(len(table["persons"]), LEVEL)
    for name, weight in WEIGHTS.items():
        value = (table[name] == "yes").astype(float) if name == "first" else table[name].astype(float)
        z += weight * (value - CENTRES[name])
    return 1 / (1 + np.exp(-z))


def text(value):
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value)


def write(path, header, table, rows, more=None):
    with open(path, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow((["case_id", "data_as_of"] if more else []) + header)
        for i in rows:
            writer.writerow((more[i] if more else []) + [text(table[name][i]) for name in header])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--model-dir", type=pathlib.Path, default=HERE)
    arguments.add_argument("--fixtures", type=pathlib.Path, default=HERE.parents[1] / "fixtures" / HERE.name)
    given = arguments.parse_args()

    for name, (rows, number) in TABLES.items():
        draw = np.random.default_rng([SEED, number])
        table = households(rows, draw)
        table[LABEL] = np.where(draw.random(rows) < chance(table), "yes", "no")
        header = FEATURES if name == "background" else FEATURES + AUDIT + [LABEL]
        write(given.model_dir / f"{name}.csv", header, table, range(rows))

    # Cases: the worked example, then 4 clearly urgent, 4 clearly not, 4 in between; three lack a detail.
    draw = np.random.default_rng([SEED, 9])
    table = households(400, draw)
    p = chance(table)
    order = np.argsort(p)
    picked = np.concatenate([order[-20::5][:4], order[40::60][:4], order[np.argsort(abs(p[order] - 0.66))][:4]])
    picked = draw.permutation(picked)
    cases = {name: [EXAMPLE[name]] + [table[name][i] for i in picked] for name in FEATURES}
    for row, name in [(4, "savings"), (9, "heating")]:
        cases[name][row] = ""
    more = [[f"WOG-2026-{i + 1:04d}", f"2026-11-{3 + (5 * i) % 11:02d}"] for i in range(len(picked) + 1)]
    write(given.fixtures / "cases.csv", FEATURES, cases, range(len(more)), more)


if __name__ == "__main__":
    main()

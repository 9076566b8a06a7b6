"""Make the synthetic data of recourse-screening: training table, background.csv, holdout.csv.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/python generate.py            # writes training.csv too, which is not kept
    venv/bin/python train.py
    venv/bin/python reports.py             # the accident reports and cases in fixtures/

No real accident is behind any row. What is assumed is written down in PROVENANCE.md and, as numbers, below.
Same versions, same bytes: every draw is seeded.
"""

import argparse
import csv
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
SEED = 116
LABEL = "recovered"
AUDIT = ["sex"]
PLACES = ["company", "road", "site", "customer", "public"]
ACTIVITIES = ["machine", "carrying", "walking", "driving", "way_to_work", "repair", "care"]
FLAGS = ["vehicle", "animal", "machine_defect", "third_firm", "assault", "slip_elsewhere", "defective_product"]
FEATURES = FLAGS + ["place", "activity", "days"]
TABLES = {"training": (30_000, 0), "background": (300, 1), "holdout": (3_600, 2)}
# Where accidents happen, and what people do there (rows: places, columns: activities).
PLACE = [0.52, 0.17, 0.09, 0.12, 0.10]
ACTIVITY = [
    [0.27, 0.26, 0.20, 0.03, 0.00, 0.12, 0.12],
    [0.00, 0.02, 0.10, 0.38, 0.50, 0.00, 0.00],
    [0.18, 0.30, 0.18, 0.06, 0.00, 0.26, 0.02],
    [0.03, 0.22, 0.26, 0.06, 0.00, 0.21, 0.22],
    [0.00, 0.08, 0.34, 0.06, 0.46, 0.01, 0.05],
]
# What really happened: chance of each circumstance by place, then factors by activity.
HAPPENED = {
    "vehicle": [0.01, 0.42, 0.02, 0.01, 0.07],
    "animal": [0.004, 0.015, 0.002, 0.05, 0.04],
    "machine_defect": [0.030, 0.002, 0.035, 0.015, 0.001],
    "third_firm": [0.030, 0.005, 0.30, 0.10, 0.01],
    "assault": [0.012, 0.004, 0.002, 0.025, 0.03],
    "slip_elsewhere": [0.005, 0.03, 0.05, 0.13, 0.22],
    "defective_product": [0.015, 0.004, 0.02, 0.012, 0.002],
}
MORE = {("machine_defect", "machine"): 4.0, ("assault", "care"): 3.0, ("animal", "care"): 1.6,
        ("defective_product", "repair"): 2.0, ("slip_elsewhere", "driving"): 0.1, ("slip_elsewhere", "machine"): 0.1,
        ("vehicle", "walking"): 0.5}
# The search for words finds a circumstance that is told in 92 of 100 reports, and says so wrongly now and then: a word
# with two meanings, a name, something that the report denies.
FOUND, WRONGLY = 0.92, {"vehicle": 0.006, "animal": 0.004, "machine_defect": 0.006, "third_firm": 0.012,
                        "assault": 0.003, "slip_elsewhere": 0.008, "defective_product": 0.004}
# Log-odds that somebody else paid in the end, for each circumstance that really happened.
PAID = {"vehicle": 5.6, "animal": 5.8, "machine_defect": 4.4, "third_firm": 3.9, "assault": 4.1,
        "slip_elsewhere": 4.3, "defective_product": 4.8}
LEVEL = -5.6


def accidents(rows, draw):
    """Invented accidents: columns of FEATURES and AUDIT, and whether somebody else paid."""
    place = draw.choice(len(PLACES), rows, p=PLACE)
    activity = np.array([draw.choice(len(ACTIVITIES), p=ACTIVITY[p]) for p in place])
    # Days of incapacity for work: many short, few long; on the road and on sites longer.
    days = np.round(draw.lognormal(2.3 + 0.35 * np.isin(place, [1, 2]), 0.9)).clip(1, 400)
    z = np.full(rows, LEVEL) + 0.35 * (np.log(days) - 2.3)
    table = {}
    for name in FLAGS:
        chance = np.array(HAPPENED[name])[place]
        for (flag, what), factor in MORE.items():
            if flag == name:
                chance = np.where(activity == ACTIVITIES.index(what), chance * factor, chance)
        happened = draw.random(rows) < chance.clip(0, 0.9)
        z += PAID[name] * happened
        # An accident on a site with two firms often ends without payment: a common work place (§ 106 SGB VII).
        if name == "third_firm":
            z -= 0.9 * (happened & (place == PLACES.index("site")))
        found = np.where(happened, draw.random(rows) < FOUND, draw.random(rows) < WRONGLY[name])
        table[name] = np.where(found, "yes", "no")
    table["place"] = np.array(PLACES)[place]
    table["activity"] = np.array(ACTIVITIES)[activity]
    table["days"] = days.astype(int)
    # Sex is no input; more women work in care, more men on sites. Payment does not depend on it.
    men = np.where(activity == 6, 0.2, np.where(place == 2, 0.9, 0.56))
    table["sex"] = np.where(draw.random(rows) < men, "male", "female")
    table[LABEL] = np.where(draw.random(rows) < 1 / (1 + np.exp(-z)), "yes", "no")
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
        table = accidents(rows, np.random.default_rng([SEED, number]))
        header = FEATURES if name == "background" else FEATURES + AUDIT + [LABEL]
        write(given.model_dir / f"{name}.csv", header, zip(*(table[column] for column in header)))


if __name__ == "__main__":
    main()

"""Compares surrogate trees with those of scikit-learn and with FIGS (imodels): how faithful, at as many leaves.

    python benches/surrogates.py --date 2026-11-26 --census FOLDER [--only NAME] [--klartext FILE] [--folder FOLDER] [--repeats N]

Python 3.12 or newer with scikit-learn 1.9.1, imodels 3.0.4, scipy, numpy and pandas. FOLDER of --census is what
`benches/peers/census.py` made; the other models are two that this repository ships, with their hold-outs. --klartext is
the program, target/release/klartext if it is not given; --only compares models whose name holds these letters. Prints
Markdown tables; what was measured stands in FOLDER/surrogates.json too. Ten repeats of the census take some ten minutes,
forty of the others as long.

How it is measured: rows are drawn, some to fit and the others to measure, `--repeats` times with another seed. All trees
are fitted on the same rows to what the same model says of them and measured on the same other rows. Ours is asked for N
leaves; scikit-learn's (best first, `max_leaf_nodes`) and FIGS (`max_rules`, one less than leaves; its rules are spread
over several trees) get as many leaves as ours has, and at least 20 rows a leaf where they know such a limit. No tree is
limited in depth. Categories are codes in the order of the alphabet for scikit-learn and FIGS; FIGS takes no missing
values and gets the median.

Of each draw the difference between ours and scikit-learn's is taken; the tables have its mean with Student's interval of
95 %, and in how many draws ours is below. Draws share rows, so the interval is rather too narrow than too wide. How far
the fitting rows themselves are copied is compared, too: there ours should never be below.
"""
import argparse
import io
import json
import os
import subprocess
import tomllib

import numpy as np
import pandas as pd
from imodels import FIGSClassifier, FIGSRegressor
from scipy.stats import t as student
from sklearn.metrics import r2_score
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LEAVES = [4, 8, 16, 32]
LEAST = 20


def model_columns(procedure, table):
    """A procedure's table as the columns of its model, and groups of one-hot columns."""
    columns, groups = {}, {}
    for feature in procedure["feature"]:
        own = table[feature["id"]]
        values = feature.get("value", [])
        one_hot = [value for value in values if "column" in value]
        if one_hot:
            for value in one_hot:
                columns[value["column"]] = (own == value["id"]).astype(float)
            groups[feature["id"]] = [value["column"] for value in one_hot]
        elif feature["kind"] == "bool":
            columns[feature["column"]] = own.map({"yes": 1.0, "no": 0.0})
        elif any("code" in value for value in values):
            columns[feature["column"]] = own.map({value["id"]: value["code"] for value in values})
        else:
            columns[feature["column"]] = own
    return pd.DataFrame(columns), groups


def settings(census):
    """Name, model file, table, groups, rows to fit."""
    rows = pd.read_csv(f"{census}/X_test.csv").iloc[:32500]
    yield "census, XGBoost 100 × 6", f"{census}/xgb_100x6.json", rows, {}, 26000
    for name, file in [("rehab-management", "model.txt"), ("recourse-screening", "model.cbm")]:
        folder = f"{ROOT}/models/{name}"
        with open(f"{folder}/procedure.toml", "rb") as toml:
            procedure = tomllib.load(toml)
        table = pd.read_csv(f"{folder}/holdout.csv", keep_default_na=False, na_values=[""])
        rows, groups = model_columns(procedure, table)
        yield name, f"{folder}/{file}", rows, groups, len(rows) // 2


class Ours:
    def __init__(self, program, folder, model, groups):
        self.program, self.folder, self.model = program, folder, model
        self.groups = None
        if groups:
            self.groups = f"{folder}/groups.toml"
            with open(self.groups, "w", encoding="utf-8") as file:
                file.write("[groups]\n")
                for name, columns in groups.items():
                    file.write(f"{name} = {json.dumps(columns)}\n")

    def run(self, *arguments):
        command = [self.program, "--quiet", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def scores(self, file):
        out = pd.read_csv(io.StringIO(self.run("predict", "--model", self.model, "--data", file)))
        return out["raw"].to_numpy(), out["value"].to_numpy()

    def tree(self, of, leaves):
        """Leaves; agreement and explained variance on the rows that did not fit it; what it gets right of those that did."""
        arguments = ["tree", "--model", self.model, "--data", f"{self.folder}/fit.csv", "--held-out"]
        arguments += [f"{self.folder}/other.csv", "--of", of, "--leaves", str(leaves), "--depth", "64"]
        arguments += ["--min-leaf", str(LEAST), "--all-leaves", "-o", f"{self.folder}/tree.json", "--force"]
        if self.groups:
            arguments += ["--groups", self.groups]
        self.run(*arguments)
        with open(f"{self.folder}/tree.json", encoding="utf-8") as file:
            told = json.load(file)
        fidelity, nodes = told["fidelity"], told["nodes"]
        ends = [node for node in nodes if node["question"] is None]
        if of == "score":
            wrong = sum(node["rows"] * node["deviation"] ** 2 for node in ends)
            fitted = 1 - wrong / (nodes[0]["rows"] * nodes[0]["deviation"] ** 2)
        else:
            fitted = sum(node["counts"][node["says"]] for node in ends) / nodes[0]["rows"]
        return told["leaves"], fidelity["agreement"]["share"], fidelity["r2"]["value"], fitted


def numbers(rows):
    """What scikit-learn can take: codes for texts."""
    coded = rows.copy()
    for name in coded.columns:
        if not pd.api.types.is_numeric_dtype(coded[name]):
            coded[name] = pd.Categorical(coded[name]).codes.astype(float)
    return coded.to_numpy(dtype=float)


def compare(ours, rows, fitted, seed):
    """One list a size and target: name, what was pictured, leaves, agreement, explained variance, right of fitting rows."""
    order = np.random.default_rng(seed).permutation(len(rows))
    fit, other = np.sort(order[:fitted]), np.sort(order[fitted:])
    rows.iloc[fit].to_csv(f"{ours.folder}/fit.csv", index=False)
    rows.iloc[other].to_csv(f"{ours.folder}/other.csv", index=False)
    raw_fit, value_fit = ours.scores(f"{ours.folder}/fit.csv")
    raw, value = ours.scores(f"{ours.folder}/other.csv")
    says_fit, says = value_fit >= 0.5, value >= 0.5
    # The score from which the decision is the other one lies between these two.
    limit = (raw_fit[says_fit].min() + raw_fit[~says_fit].max()) / 2
    x = numbers(rows)
    x_fit, x = x[fit], x[other]
    median = np.nan_to_num(np.nanmedian(x_fit, axis=0))
    filled_fit, filled = np.where(np.isnan(x_fit), median, x_fit), np.where(np.isnan(x), median, x)
    found = []
    for leaves in LEAVES:
        n, agreement, explained, fitted = ours.tree("score", leaves)
        found.append(("klartext", "score", leaves, n, agreement, explained, fitted))
        peer = DecisionTreeRegressor(max_leaf_nodes=max(n, 2), min_samples_leaf=LEAST, random_state=0)
        told = peer.fit(x_fit, raw_fit).predict(x)
        fitted = r2_score(raw_fit, peer.predict(x_fit))
        agreement = ((told >= limit) == says).mean()
        found.append(("scikit-learn", "score", leaves, peer.get_n_leaves(), agreement, r2_score(raw, told), fitted))
        figs = FIGSRegressor(max_rules=max(n, 2) - 1, random_state=0)
        told = figs.fit(filled_fit, raw_fit).predict(filled)
        found.append(("FIGS", "score", leaves, n, ((told >= limit) == says).mean(), r2_score(raw, told), None))
        n, agreement, _, fitted = ours.tree("decision", leaves)
        found.append(("klartext", "decision", leaves, n, agreement, None, fitted))
        peer = DecisionTreeClassifier(max_leaf_nodes=max(n, 2), min_samples_leaf=LEAST, random_state=0)
        told = peer.fit(x_fit, says_fit).predict(x)
        fitted = (peer.predict(x_fit) == says_fit).mean()
        found.append(("scikit-learn", "decision", leaves, peer.get_n_leaves(), (told == says).mean(), None, fitted))
        figs = FIGSClassifier(max_rules=max(n, 2) - 1, random_state=0)
        told = figs.fit(filled_fit, says_fit.astype(int)).predict(filled)
        found.append(("FIGS", "decision", leaves, n, (told == says).mean(), None, None))
    return found


MEASURES = [("score", "r2"), ("decision", "agreement"), ("score", "agreement")]


def frame(everything):
    columns = ["model", "repeat", "tree", "of", "asked", "leaves", "agreement", "r2", "fitted"]
    lines = [(model, *line) for model, found in everything.items() for line in found]
    return pd.DataFrame(lines, columns=columns)


def table(all_of_them, of, what):
    """Means over the repeats; ours minus scikit-learn's, draw by draw."""
    names = {("score", "r2"): "R² of score trees", ("score", "agreement"): "Decision of score trees", ("decision", "agreement"): "Decision trees"}
    print(f"\n**{names[of, what]}**\n")
    print("| model | leaves | klartext | scikit-learn | FIGS | klartext − scikit-learn | draws below |")
    print("|---|---|---|---|---|---|---|")
    say = (lambda x: f"{x:.4f}") if what == "r2" else (lambda x: f"{100 * x:.2f} %")
    signed = (lambda x: f"{x:+.4f}") if what == "r2" else (lambda x: f"{100 * x:+.2f}")
    below, least = [0, 0, 0], 0.0
    for (model, asked), own in all_of_them[all_of_them.of == of].groupby(["model", "asked"], sort=False):
        values = own.pivot(index="repeat", columns="tree", values=what)
        fitted = own.pivot(index="repeat", columns="tree", values="fitted")
        off = values["klartext"] - values["scikit-learn"]
        half = student.ppf(0.975, max(len(off) - 1, 1)) * off.std(ddof=1) / len(off) ** 0.5 if len(off) > 1 else np.nan
        means = [say(values[tree].mean()) for tree in ["klartext", "scikit-learn", "FIGS"]]
        less = int((off < -1e-9).sum())
        difference = f"{signed(off.mean())} ({signed(off.mean() - half)} to {signed(off.mean() + half)})"
        got = own[own.tree == "klartext"].leaves.mean()
        leaves = f"{asked}" if got == asked else f"{asked} ({got:g})"
        print(f"| {model} | {leaves} | {' | '.join(means)} | {difference} | {less} of {len(off)} |")
        below = [below[0] + less, below[1] + len(off), below[2] + int((fitted["klartext"] < fitted["scikit-learn"] - 1e-9).sum())]
        least = min(least, off.mean())
    fits = "" if (of, what) == ("score", "agreement") else f"; on the fitting rows in {below[2]}"
    print(f"\nbelow scikit-learn's in {below[0]} of {below[1]} draws{fits}; least mean difference {signed(least)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", required=True)
    parser.add_argument("--census", required=True)
    parser.add_argument("--klartext", default=f"{ROOT}/target/release/klartext")
    parser.add_argument("--folder", default=f"{ROOT}/target/surrogates")
    parser.add_argument("--only", default="")
    parser.add_argument("--repeats", type=int, default=10)
    asked = parser.parse_args()
    os.makedirs(asked.folder, exist_ok=True)
    version = subprocess.run([asked.klartext, "--version"], check=True, capture_output=True, text=True).stdout.strip()
    print(f"{asked.date}, {version}, {asked.repeats} repeats")
    everything = {}
    for name, model, rows, groups, fitted in settings(asked.census):
        if asked.only not in name:
            continue
        ours = Ours(asked.klartext, asked.folder, model, groups)
        found = []
        for repeat in range(asked.repeats):
            found += [(repeat, *line) for line in compare(ours, rows, fitted, repeat)]
        everything[f"{name}; {fitted:,} and {len(rows) - fitted:,} rows"] = found
    for of, what in MEASURES:
        table(frame(everything), of, what)
    with open(f"{asked.folder}/surrogates.json", "w", encoding="utf-8") as file:
        json.dump({"date": asked.date, "version": version, "found": everything}, file, indent=1, default=float)


if __name__ == "__main__":
    main()

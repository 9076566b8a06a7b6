"""Compares the search for the smallest change with DiCE and OCEAN, on the same cases of the census data.

    python benches/counterfactuals.py --date 2026-11-26 [--cases 20] [--model 100x6] [--data FOLDER]
        [--environment PYTHON] [--bench BINARY] [--slow 10]

Python 3.12 or newer. Makes an environment in FOLDER (target/counterfactuals) with the versions of `LIBRARIES` if none is
given, the census data and models (`peers/census.py`) if none are given, and builds the release bench. Prints Markdown.

How it is measured: cases without missing values, because DiCE and OCEAN know none. Every library gets one thread and the
cases one by one, in a process of its own; what it prepares once for a model is told apart. Every change stated is
predicted again by XGBoost itself, and priced as Klartext prices it: 1 a changed feature and a tenth of its move in
standard deviations of the background. What differs all the same:

* DiCE stops at the first change it finds (random) or when its population no longer improves (genetic); it proves nothing.
* OCEAN proves its optimum, of another objective: the number of changed features here (`norm=0`). Its values are intervals
  between thresholds, not whole numbers; constraints of single features it has none, so that it is compared without any.
"""
import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
LIBRARIES = "dice-ml==0.12 oceanpy==2.0.7 xgboost==3.4.1 numpy pandas scikit-learn".split()
RULES = f"{HERE}/peers/census_constraints.toml"


def allowed():
    """Features that the constraints let change, and those that may only rise."""
    import tomllib

    with open(RULES, "rb") as file:
        rules = tomllib.load(file)["features"]
    free = {name: rule for name, rule in rules.items() if not rule.get("immutable")}
    return list(free), {name for name, rule in free.items() if rule.get("direction") == "increase"}, free


class Booster:
    """What DiCE asks of a classifier."""

    classes_ = [0, 1]

    def __init__(self, file):
        import xgboost

        self.booster = xgboost.Booster({"nthread": 1}, model_file=file)

    def scores(self, rows):
        import pandas
        import xgboost

        names = self.booster.feature_names
        values = pandas.DataFrame(rows).to_numpy(dtype=float)
        return self.booster.predict(xgboost.DMatrix(values, feature_names=names, nthread=1))

    def predict_proba(self, rows):
        import numpy

        positive = self.scores(rows)
        return numpy.stack([1 - positive, positive], axis=1)

    def predict(self, rows):
        return (self.scores(rows) >= 0.5).astype(int)


def tables(folder):
    import pandas

    cases = pandas.read_csv(f"{folder}/cases.csv")
    background = pandas.read_csv(f"{folder}/background.csv")
    return cases, background


def dice(args):
    """One line a case: seconds and the changed row."""
    import dice_ml
    import pandas

    cases, background = tables(args.folder)
    model = Booster(args.file)
    known = background.fillna(background.median())
    data = dice_ml.Data(
        dataframe=pandas.concat([known, pandas.Series(model.predict(known), name="result")], axis=1),
        continuous_features=list(known.columns),
        outcome_name="result",
    )
    start = time.perf_counter()
    explainer = dice_ml.Dice(data, dice_ml.Model(model=model, backend="sklearn"), method=args.method)
    print(json.dumps({"prepared": time.perf_counter() - start}), flush=True)
    free, rising, rules = allowed()
    for at in range(len(cases)):
        case = cases.iloc[[at]]
        more = {}
        if args.constrained:
            own = case.iloc[0]
            # DiCE takes a range for a feature only if the case lies in it
            end = lambda name: max(rules[name].get("max", known[name].max()), own[name])
            begin = lambda name: own[name] if name in rising else min(known[name].min(), own[name])
            more = {"features_to_vary": free, "permitted_range": {n: [float(begin(n)), float(end(n))] for n in free}}
        start = time.perf_counter()
        try:
            # its progress bars are not ours
            options = {"random_seed": 7} if args.method == "random" else {}
            found = explainer.generate_counterfactuals(
                case, total_CFs=1, desired_class="opposite", verbose=False, **options, **more
            )
            frame = found.cf_examples_list[0].final_cfs_df
            row = None if frame is None or not len(frame) else frame.iloc[0, :-1].astype(float).tolist()
        except Exception as why:  # its own way of saying that it found none
            row = None
            print(f"{args.method} {at}: {type(why).__name__}: {str(why)[:120]}", file=sys.stderr)
        print(json.dumps({"seconds": time.perf_counter() - start, "row": row}), flush=True)


def ocean(args):
    import warnings

    import pandas
    import xgboost
    from ocean import ConstraintProgrammingExplainer
    from ocean.feature import parse_features

    warnings.simplefilter("ignore")
    cases, background = tables(args.folder)
    known = pandas.concat([background.fillna(background.median()), cases], ignore_index=True)
    # a column of two values would be taken for 0 and 1, one of a single value dropped: a value between them
    known.loc[len(known)] = [float(known[c].min()) + 0.25 if known[c].nunique() < 3 else float(known[c].iloc[0]) for c in known]
    start = time.perf_counter()
    _, mapper = parse_features(known, scale=False)
    booster = xgboost.Booster({"nthread": 1}, model_file=args.file)
    explainer = ConstraintProgrammingExplainer(booster, mapper=mapper)
    print(json.dumps({"prepared": time.perf_counter() - start}), flush=True)
    classes = Booster(args.file).predict(cases)
    for at in range(len(cases)):
        x = cases.iloc[at].to_numpy(dtype=float)
        start = time.perf_counter()
        found = explainer.explain(x, y=1 - int(classes[at]), norm=0, max_time=args.patience, num_workers=1)
        seconds = time.perf_counter() - start
        row = None if found is None else [float(v) for v in found.x]
        print(json.dumps({"seconds": seconds, "row": row, "status": explainer.Status}), flush=True)


def worker(command, cases, patience):
    """What a worker prints, until it has taken too long for all of it."""
    done = []
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
    start = time.monotonic()
    for line in process.stdout:
        if line.startswith(b"{"):
            done.append(json.loads(line))
        if time.monotonic() - start > patience:
            process.kill()
            break
    process.wait()
    prepared = next((d["prepared"] for d in done if "prepared" in d), float("nan"))
    return prepared, [d for d in done if "seconds" in d][:cases]


def klartext(args, constrained):
    """The search through the bench; the changed rows from its lines."""
    lines = f"{args.folder}/lines.json"
    command = [args.bench, "--model", args.file, "--data", f"{args.folder}/cases.csv"]
    command += ["--background", f"{args.folder}/background.csv", "--cases", str(args.cases), "--rows", lines]
    command += ["--constraints", RULES] if constrained else []
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(lines, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def judged(label, found, cases, deviations, model, prepared, first):
    """A line of the table, and the median of the seconds."""
    import numpy

    seconds = [each["seconds"] for each in found]
    flips, counts, costs = 0, [], []
    for at, each in enumerate(found):
        if each["row"] is None:
            continue
        own, row = cases.iloc[at].to_numpy(dtype=float), numpy.array(each["row"], dtype=float)
        pair = model.predict([own, row])
        if pair[0] == pair[1]:
            continue
        flips += 1
        moved = own.astype("float32") != row.astype("float32")
        counts.append(int(moved.sum()))
        far = numpy.abs(row - own) / numpy.where(deviations > 0, deviations, numpy.inf)
        costs.append(float((moved * (1 + 0.1 * far)).sum()))
    if not seconds:
        return f"| {label} | not run | | | | | |", float("nan")
    median = statistics.median(seconds)
    middle = lambda values: f"{statistics.median(values):.3g}" if values else ""
    ratio = "" if first is None else f"**{median / first:,.0f}**"
    proven = [each.get("status") for each in found]
    proof = f"{sum(p in ('optimal', 'OPTIMAL', 'none', 'INFEASIBLE') for p in proven)} of {len(found)}"
    proof = proof if any(proven) else "none"
    start = "" if prepared is None else f" (after {prepared:.2g} s)"
    return (
        f"| {label} | {median:.3g}{start} | {ratio} | {flips} of {len(found)} | {proof} | {middle(counts)} | {middle(costs)} |"
    ), median


def compare(args, constrained):
    import pandas

    cases, background = tables(args.folder)
    model = Booster(args.file)
    deviations = background.std(ddof=0).to_numpy()
    print(f"\n### XGBoost {args.model}, {'eleven features may change' if constrained else 'all features may change'}\n")
    print("| | seconds a case (median) | Klartext is … times as fast | flips, predicted again | proven | changed features (median) | cost (median) |")
    print("|---|---|---|---|---|---|---|")
    ours = klartext(args, constrained)
    line, first = judged("Klartext", ours, cases, deviations, model, None, None)
    print(line, flush=True)
    start = [args.environment, os.path.abspath(__file__), "--folder", args.folder, "--file", args.file]
    more = ["--constrained"] if constrained else []
    for method in ["random", "genetic"]:
        prepared, found = worker([*start, "--worker", "dice", "--method", method, *more], args.cases, 600)
        print(judged(f"DiCE 0.12, {method}", found, cases, deviations, model, prepared, first)[0], flush=True)
    if not constrained:
        command = [*start, "--worker", "ocean", "--patience", "60"]
        prepared, found = worker(command, args.slow, 900)
        print(judged("OCEAN 2.0.7, CP-SAT", found, cases, deviations, model, prepared, first)[0], flush=True)


def choose(args):
    """Cases without missing values, spread evenly over the test rows, and the background."""
    import pandas

    rows = pandas.read_csv(f"{args.data}/X_test.csv").dropna()
    rows = rows.iloc[[i * len(rows) // args.cases for i in range(args.cases)]]
    rows.to_csv(f"{args.folder}/cases.csv", index=False)
    background = pandas.read_csv(f"{args.data}/background1000.csv")
    background.to_csv(f"{args.folder}/background.csv", index=False)


def built():
    command = ["cargo", "build", "--release", "--bench", "counterfactual", "--message-format", "json"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    made = [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]
    return {m["target"]["name"]: m["executable"] for m in made if m.get("executable")}["counterfactual"]


def main():
    parser = argparse.ArgumentParser(description="Compares smallest changes with those of DiCE and OCEAN.")
    parser.add_argument("--date", default="", help="stands in the heading")
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--slow", type=int, default=10, help="cases for OCEAN")
    parser.add_argument("--model", default="100x6", choices=["100x6", "500x8"])
    parser.add_argument("--folder", default=f"{ROOT}/target/counterfactuals")
    parser.add_argument("--data", help="census data and models that were made before")
    parser.add_argument("--environment", help="a Python that has the libraries")
    parser.add_argument("--bench", help="the bench binary, if it is built already")
    for name in ["worker", "method", "file"]:
        parser.add_argument(f"--{name}", default="", help=argparse.SUPPRESS)
    parser.add_argument("--constrained", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--patience", type=int, default=60, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        return {"dice": dice, "ocean": ocean}[args.worker](args)
    os.makedirs(args.folder, exist_ok=True)
    if not args.environment:
        args.environment = f"{args.folder}/environment/bin/python"
        if not os.path.exists(args.environment):
            subprocess.run([sys.executable, "-m", "venv", f"{args.folder}/environment"], check=True)
            subprocess.run([args.environment, "-m", "pip", "install", "--quiet", *LIBRARIES], check=True)
    if importlib.util.find_spec("dice_ml") is None:
        os.execv(args.environment, [args.environment, *sys.argv, "--environment", args.environment])
    args.data = args.data or f"{ROOT}/target/census"
    if not os.path.exists(f"{args.data}/X_test.csv"):
        subprocess.run([args.environment, f"{HERE}/peers/census.py", args.data], check=True)
    args.file = f"{args.data}/xgb_{args.model}.json"
    args.bench = args.bench or built()
    choose(args)
    print(f"# Smallest changes beside DiCE and OCEAN{f', {args.date}' if args.date else ''}")
    for constrained in [False, True]:
        compare(args, constrained)


if __name__ == "__main__":
    main()

"""A million rows: how far sums of values are from the model in double precision, and how the cost grows.

    python benches/peers/additivity.py [--rows 1000000] [--threads 2] [--data FOLDER] [--binary FILE]

Needs the environment of `benches/peers.py`. The census model of 500 trees of depth 8; of every row the largest distance of
base value + Σ values from the sum of the leaves in double precision is taken, relative to the largest number involved (at
least 1), as gate G11 has it. Then the work for 5,000 to 40,000 rows, and for 125 to 500 trees, which should double when
they do. Exit code 1 if a residual is above 1e-9.
"""
import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from peers import ROOT, Peer, built  # noqa: E402

MODELS = ["xgb_500x8.ubj", "lgb_500x8.txt", "cb_500x8.json"]


def residuals(args, bench, data):
    print("| model | method | rows | largest relative residual | largest absolute | rows/s |\n|---|---|---|---|---|---|")
    worst = 0.0
    for model in MODELS:
        bench.ask(f"model {data}/{model}")
        for method in ["path", "single"] if model == MODELS[0] else ["path"]:
            bench.ask(f"prepare {method}")
            rows = args.rows if model == MODELS[0] else args.rows // 10
            relative, absolute, seconds = bench.ask(f"additivity {data}/X_million.npy 0 {rows}")
            name = {"path": "path-dependent, double", "single": "path-dependent, single"}[method]
            rate = rows / seconds
            print(f"| {model} | {name} | {rows:,} | {relative:.2g} | {absolute:.2g} | {rate:,.0f} |", flush=True)
            worst = worst if method == "single" else max(worst, relative)
    return worst


def growth(bench, data):
    """The fastest of three runs, by the clock of its threads, which other programs disturb least."""

    def seconds():
        times = []
        for _ in range(3):
            before = bench.seconds()
            bench.ask("run")
            times.append(bench.seconds() - before)
        return min(times)

    print("\n| trees of depth 8 | rows | seconds of work | per row and tree, ns |\n|---|---|---|---|")
    import xgboost

    booster = xgboost.Booster(model_file=f"{data}/xgb_500x8.ubj")
    for trees, rows in [(500, 5_000), (500, 10_000), (500, 20_000), (500, 40_000), (250, 40_000), (125, 40_000)]:
        file = f"{data}/part_{trees}.ubj"
        if not os.path.exists(file):
            booster[:trees].save_model(file)
        bench.ask(f"model {file}")
        bench.ask(f"rows {data}/X_million.npy 0 {rows}")
        bench.ask("prepare path")
        taken = seconds()
        print(f"| {trees} | {rows:,} | {taken:.3f} | {taken / rows / trees * 1e9:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--data", default=f"{ROOT}/target/peers/census")
    parser.add_argument("--binary")
    args = parser.parse_args()
    bench = Peer([args.binary or built()[0]], args.threads, patience=3_600)
    worst = residuals(args, bench, args.data)
    growth(bench, args.data)
    bench.end()
    # NaN compares as not smaller: it is a failure.
    sys.exit(0 if worst <= 1e-9 else 1)


if __name__ == "__main__":
    main()

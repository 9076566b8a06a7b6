"""Compares attributions with those of the original libraries: how fast, and how far apart.

    python benches/peers.py --date 2026-11-26 [--quick] [--only WORD,…] [--folder FOLDER] [--environment PYTHON]

Python 3.12 or newer. Makes an environment in FOLDER (target/peers) with the versions of `LIBRARIES`, the census data and
models (`peers/census.py`), builds the release binaries, and prints a table for each comparison as Markdown; what was
measured stands in FOLDER/peers.json too. Some twelve minutes on an idle machine, some three with --quick.

How it is measured: every library runs in a process of its own (`peers/worker.py`, `benches/peers.rs`) on arrays in memory
and they take turns, round by round, so that a busy machine is busy for all of them. A ratio is that of one round; the
table gives the median of the rounds. Rates count the call that explains alone; what a library prepares once for a model
and a background is in the notes. How many rows a library explains in a run is chosen so that a run takes about a second;
woodelf and CatBoost prepare in every call and get more rows, which favours them.
"""
import argparse
import json
import os
import platform
import select
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
LIBRARIES = (
    "xgboost==3.4.1 lightgbm==4.7.0 catboost==1.2.10 shap==0.54.1 woodelf_explainer==0.4.8 treelite==4.8.1 "
    "numpy==2.5.5 pandas==3.1.1 pyarrow==26.0.1 scikit-learn==1.9.1 skops==0.16.0"
).split()
# A run that takes longer than this is not repeated more than once.
SLOW = 8.0
# No answer for so long: the library is stopped and left out.
PATIENCE = 300.0
GIBIBYTES = "12"


class Refused(Exception):
    """A library that cannot do something, ended or took too long."""


class Peer:
    """A process that explains, and the commands it understands."""

    def __init__(self, command, threads, patience=PATIENCE):
        self.patience = patience
        limits = {name: str(threads) for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]}
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **limits},
        )
        self.left = b""
        self.ask(f"threads {threads}")

    def ask(self, command):
        try:
            self.process.stdin.write(f"{command}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Refused("ended before") from None
        deadline = time.monotonic() + self.patience
        while b"\n" not in self.left:
            wait = deadline - time.monotonic()
            if wait <= 0 or not select.select([self.process.stdout], [], [], wait)[0]:
                self.process.kill()
                raise Refused(f"no answer in {self.patience:.0f} s")
            part = os.read(self.process.stdout.fileno(), 65536)
            if not part:
                raise Refused(f"ended with {self.process.wait()}")
            self.left += part
        line, self.left = self.left.split(b"\n", 1)
        verdict, *rest = line.decode().split()
        if verdict != "ok":
            raise Refused(" ".join(rest))
        return [float(number) for number in rest]

    def seconds(self):
        """Seconds that its threads have computed: the clock of another process, which Linux has."""
        return time.clock_gettime((~self.process.pid << 3) | 2)

    def end(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


@dataclass
class Entry:
    """A library in a comparison."""

    peer: str
    method: str
    rows: int
    label: str = ""
    compared: bool = False
    rates: list = field(default_factory=list)
    work: list = field(default_factory=list)
    note: str = ""
    apart: float = float("nan")
    prepared: float = float("nan")


@dataclass
class Comparison:
    """The first entry is what the others are compared with; `exact` is the entry whose values they are held against."""

    title: str
    words: str
    model: str
    entries: list
    background: str = ""
    threads: int = 1
    check: int = 50
    exact: int = 0


def comparisons():
    klartext = lambda method, rows, label: Entry("klartext", method, rows, f"Klartext, {label}", True)
    both = lambda rows: [klartext("path", rows, "double"), klartext("single", rows, "single")]
    for size, rows, counts in [
        ("100x6", 99_762, dict(xgboost=4_000, shap=1_500, woodelf=20_000)),
        ("500x8", 20_000, dict(xgboost=350, shap=100, woodelf=10_000)),
    ]:
        for threads in [1, 2]:
            peers = [Entry("xgboost", "path", counts["xgboost"] * threads, "XGBoost 3.4.1")]
            if threads == 1:
                peers.append(Entry("shap", "path", counts["shap"], "shap 0.54.1"))
                peers.append(Entry("woodelf", "path", counts["woodelf"], "woodelf 0.4.8"))
            yield Comparison(
                f"Path-dependent, XGBoost {size}", f"path xgboost {size}", f"xgb_{size}.ubj", both(rows) + peers,
                threads=threads,
            )
    for size, rows in [("100x6", 99_762), ("500x8", 20_000)]:
        yield Comparison(
            f"Path-dependent, vector instructions, XGBoost {size}", f"instructions {size}", f"xgb_{size}.ubj",
            both(rows)
            + [Entry("klartext", f"{method} {name}", rows // (8 if name == "portable" else 1), f"{name}, {precision}")
               for name in ["avx2", "portable"] for method, precision in [("path", "double"), ("single", "single")]],
        )
    for size, rows, light in [("100x6", 99_762, 1_200), ("500x8", 20_000, 90)]:
        yield Comparison(
            f"Path-dependent, LightGBM {size}", f"path lightgbm {size}", f"lgb_{size}.txt",
            both(rows) + [Entry("lightgbm", "path", light, "LightGBM 4.7.0")],
        )
    for size, rows, cat in [("100x6", 99_762, 20_000), ("500x8", 20_000, 1_000)]:
        yield Comparison(
            f"Path-dependent, CatBoost {size}", f"path catboost {size}", f"cb_{size}.json",
            both(rows) + [Entry("catboost", "path", cat, "CatBoost 1.2.10")],
        )
    for size, background, rows, wood, shap in [
        ("100x6", 100, 20_000, 20_000, 400),
        ("100x6", 1000, 20_000, 20_000, 40),
        ("500x8", 100, 4_000, 4_000, 36),
        ("500x8", 1000, 4_000, 4_000, 4),
    ]:
        yield Comparison(
            f"Interventional, {background:,} background rows, XGBoost {size}", f"interventional {background} {size}",
            f"xgb_{size}.ubj",
            [
                klartext("interventional", rows, "double"),
                Entry("woodelf", "interventional", wood, "woodelf 0.4.8"),
                Entry("shap", "interventional", shap, "shap 0.54.1"),
            ],
            background=f"background{background}.npy", check=min(50, shap),
        )
    for size, rows, xgb, wood, shap in [("100x6", 10_000, 1_200, 10_000, 40), ("500x8", 1_000, 90, 2_000, 3)]:
        yield Comparison(
            f"Interactions, path-dependent, XGBoost {size}", f"interactions {size}", f"xgb_{size}.ubj",
            [
                klartext("path+", rows, "double"),
                Entry("xgboost", "path+", xgb, "XGBoost 3.4.1"),
                Entry("woodelf", "path+", wood, "woodelf 0.4.8"),
                Entry("shap", "path+", shap, "shap 0.54.1"),
            ],
            check=min(50, shap),
        )
    yield Comparison(
        "Interactions, interventional, 100 background rows, XGBoost 100x6", "interactions interventional 100x6",
        "xgb_100x6.ubj",
        [
            klartext("interventional+", 2_000, "double"),
            Entry("woodelf", "interventional+", 10_000, "woodelf 0.4.8"),
        ],
        background="background100.npy",
    )


class Field:
    """The processes, kept from one comparison to the next."""

    def __init__(self, python, binary, data, scratch):
        self.python, self.binary, self.data, self.scratch = python, binary, data, scratch
        self.running = {}

    def peer(self, name, threads):
        if (name, threads) not in self.running:
            worker = [self.python, f"{HERE}/peers/worker.py", name, GIBIBYTES]
            self.running[name, threads] = Peer([self.binary] if name == "klartext" else worker, threads)
        return self.running[name, threads]

    def drop(self, name, threads):
        peer = self.running.pop((name, threads), None)
        if peer:
            peer.process.kill()
            peer.process.wait()

    def clear(self):
        for peer in self.running.values():
            peer.end()
        self.running = {}

    def ready(self, comparison, entry, rows):
        peer = self.peer(entry.peer, comparison.threads)
        peer.ask(f"model {self.data}/{comparison.model}")
        peer.ask(f"rows {self.data}/X_test.npy 0 {rows}")
        if comparison.background:
            peer.ask(f"background {self.data}/{comparison.background}")
        return peer, peer.ask(f"prepare {entry.method}")[0]

    def compare(self, comparison, rounds):
        """Fills the entries' rates; an entry that fails has a note."""
        import numpy

        exact = None
        for entry in comparison.entries:
            try:
                peer, _ = self.ready(comparison, entry, comparison.check)
                peer.ask("run")
                peer.ask(f"save {self.scratch}/{entry.peer}.npy")
                values = numpy.load(f"{self.scratch}/{entry.peer}.npy")
                exact = values if entry is comparison.entries[comparison.exact] else exact
                entry.apart = float(abs(values - exact).max()) if exact is not None else float("nan")
            except Refused as why:
                entry.note = str(why)
                self.drop(entry.peer, comparison.threads)
        for turn in range(rounds):
            for entry in comparison.entries:
                slow = entry.rates and entry.rows / entry.rates[0] > SLOW
                if entry.note or slow and turn > 1:
                    continue
                try:
                    # Entries of the same library share a process: each is prepared again, outside of what is timed.
                    peer, entry.prepared = self.ready(comparison, entry, entry.rows)
                    before = peer.seconds()
                    seconds = peer.ask("run")[0]
                    entry.work.append((peer.seconds() - before) / entry.rows)
                    entry.rates.append(entry.rows / seconds)
                except Refused as why:
                    entry.note = str(why)
                    self.drop(entry.peer, comparison.threads)


def ratios(first, other):
    """Of each round that both have: how many times as fast the first is, by the clock and by the work of its threads."""
    clock = [a / b for a, b in zip(first.rates, other.rates)]
    work = [b / a for a, b in zip(first.work, other.work)]
    return clock, work


def table(comparison):
    """Each peer beside each entry of Klartext, as Markdown."""
    ours = [entry for entry in comparison.entries if entry.compared and entry.rates]
    threads = "one thread" if comparison.threads == 1 else f"{comparison.threads} threads"
    heads = [f"{entry.label.split(', ')[1]} is … times as fast" for entry in ours]
    lines = [f"### {comparison.title}, {threads}", ""]
    columns = ["", "rows", "rows/s (best)", *heads, "by work of the threads", "apart at most"]
    lines.append("| " + " | ".join(columns) + " |")
    lines.append("|---" * len(columns) + "|")
    for entry in comparison.entries:
        if entry.note or not entry.rates:
            lines.append(f"| {entry.label} | {entry.note or 'not run'} |" + " |" * (len(columns) - 2))
            continue
        rate = f"{statistics.median(entry.rates):,.0f} ({max(entry.rates):,.0f})"
        cells, works = [], []
        for our in ours:
            clock, work = ratios(our, entry)
            if entry.compared:
                cells.append("")
                continue
            spread = f"{min(clock):.3g} to {max(clock):.3g}"
            cells.append(f"**{statistics.median(clock):.3g}** ({spread})")
            works.append(f"{statistics.median(work):.3g}")
        cells += [", ".join(works), "" if entry.apart == 0 else f"{entry.apart:.1e}"]
        lines.append("| " + " | ".join([entry.label, f"{entry.rows:,}", rate, *cells]) + " |")
    return "\n".join(lines) + "\n"


def wall(command, **more):
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=PATIENCE, **more)
    if done.returncode != 0:
        raise Refused(done.stderr.decode(errors="replace").strip().splitlines()[-1][:200])
    return time.perf_counter() - start


ONE_CASE = """
import sys, pandas, shap, xgboost
booster = xgboost.Booster(model_file=sys.argv[1])
print(shap.TreeExplainer(booster)(pandas.read_csv(sys.argv[2])).values[0])
"""
ONE_CASE_ALONE = """
import sys, numpy, xgboost
booster = xgboost.Booster(model_file=sys.argv[1])
rows = numpy.genfromtxt(sys.argv[2], delimiter=",", skip_header=1, ndmin=2)
print(booster.predict(xgboost.DMatrix(rows, feature_names=booster.feature_names), pred_contribs=True)[0])
"""
END_TO_END = """
import sys, pandas, xgboost
booster = xgboost.Booster({"nthread": int(sys.argv[4])}, model_file=sys.argv[1])
rows = pandas.read_parquet(sys.argv[2])
values = booster.predict(xgboost.DMatrix(rows, nthread=int(sys.argv[4])), pred_contribs=True)
pandas.DataFrame(values, columns=[*rows.columns, "base_value"]).to_parquet(sys.argv[3], index=False)
"""


def processes(title, commands, rounds):
    """Whole processes in turns: seconds of each, and how many times as fast the first is."""
    seconds = {label: [] for label in commands}
    notes = {}
    for _ in range(rounds):
        for label, command in commands.items():
            if label in notes:
                continue
            try:
                seconds[label].append(wall(command))
            except Refused as why:
                notes[label] = str(why)
    first = next(iter(commands))
    lines = [f"### {title}", "", "| | seconds (best) | Klartext is … times as fast |", "|---|---|---|"]
    for label in commands:
        if label in notes:
            lines.append(f"| {label} | {notes[label]} | |")
            continue
        times = seconds[label]
        ratio = [b / a for a, b in zip(seconds[first], times)]
        quotient = "" if label == first or not ratio else f"**{statistics.median(ratio):.3g}**"
        lines.append(f"| {label} | {statistics.median(times):.3g} ({min(times):.3g}) | {quotient} |")
    return "\n".join(lines) + "\n", seconds


def whole(args, klartext, data, scratch, rounds):
    """One case from the start of a process to its numbers, and tables in and out."""
    import pyarrow.parquet

    with open(f"{data}/X_test.csv", encoding="utf-8") as table, open(f"{scratch}/one.csv", "w", encoding="utf-8") as one:
        one.writelines([next(table), next(table)])
    rows = pyarrow.parquet.read_table(f"{data}/X_test.parquet")
    for size in args.sizes:
        model, one = f"{data}/xgb_{size}.ubj", f"{scratch}/one.csv"
        commands = {
            "Klartext": [klartext, "attribute", "--model", model, "--data", one],
            "Python with shap": [args.environment, "-c", ONE_CASE, model, one],
            "Python with XGBoost alone": [args.environment, "-c", ONE_CASE_ALONE, model, one],
        }
        yield f"one case {size}", f"One case, from the start of the process to its numbers, XGBoost {size}", commands, rounds
    for size, count in [("100x6", 99_762), ("500x8", 5_000)]:
        if size not in args.sizes:
            continue
        model, cases = f"{data}/xgb_{size}.ubj", f"{scratch}/cases_{size}.parquet"
        count = count // 10 if args.quick else count
        pyarrow.parquet.write_table(rows.slice(0, count), cases)
        for threads in [1, 2]:
            start = [klartext, "-j", str(threads), "attribute", "--model", model, "--data", cases, "--force"]
            commands = {
                "Klartext, double": [*start, "-o", f"{scratch}/out.parquet"],
                "Klartext, single": [*start, "--precision", "single", "-o", f"{scratch}/out.parquet"],
                "pandas and XGBoost 3.4.1": [
                    args.environment, "-c", END_TO_END, model, cases, f"{scratch}/peer.parquet", str(threads),
                ],
            }
            many = f"{threads} threads" if threads > 1 else "one thread"
            title = f"Parquet in, Parquet out, {count:,} rows, XGBoost {size}, {many}"
            yield f"parquet {size}", title, commands, min(rounds, 3)


def built():
    """The bench binary and the program, in release."""
    command = ["cargo", "build", "--release", "--bench", "peers", "--message-format", "json"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    made = [json.loads(line) for line in done.stdout.splitlines() if line.startswith(b"{")]
    made = {m["target"]["name"]: m["executable"] for m in made if m.get("executable")}
    return made["peers"], made["klartext"]


def environment(folder):
    """A Python with the libraries, made if it is not there."""
    python = f"{folder}/environment/bin/python"
    if not os.path.exists(f"{folder}/environment/complete"):
        subprocess.run([sys.executable, "-m", "venv", f"{folder}/environment"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *LIBRARIES], check=True)
        open(f"{folder}/environment/complete", "w").close()
    return python


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        lines = [line.split(":", 1) for line in info if ":" in line]
    found = {key.strip(): value.strip() for key, value in lines}
    wide = [name for name in ["avx2", "avx512f"] if name in found.get("flags", "").split()]
    return (
        f"{found.get('model name', platform.machine())}, {os.cpu_count()} processors, {', '.join(wide) or 'no AVX'}; "
        f"Linux {platform.release()}; load at the start {os.getloadavg()[0]:.1f}"
    )


def main():
    parser = argparse.ArgumentParser(description="Compares attributions with those of the original libraries.")
    parser.add_argument("--date", default="", help="stands in the heading")
    parser.add_argument("--quick", action="store_true", help="the small model alone, two rounds, fewer rows")
    parser.add_argument("--only", default="", help="comparisons that have one of these words, by commas: path, 500x8, …")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--folder", default=f"{ROOT}/target/peers")
    parser.add_argument("--data", help="census data and models that were made before")
    parser.add_argument("--environment", help="a Python that has the libraries")
    parser.add_argument("--binaries", help="the bench binary and the program, by a comma, instead of building")
    args = parser.parse_args()
    if sys.version_info < (3, 12):
        sys.exit("Python 3.12 or newer: XGBoost 3.4.1 and shap 0.54.1 need it.")
    folder = os.path.abspath(args.folder)
    scratch = f"{folder}/scratch"
    os.makedirs(scratch, exist_ok=True)
    inside = args.environment or environment(folder)
    if os.path.abspath(sys.executable) != os.path.abspath(inside):
        # Everything below runs in the environment, which has numpy and pyarrow.
        os.execv(inside, [inside, os.path.abspath(__file__), *sys.argv[1:], "--environment", inside])
    data = args.data or f"{folder}/census"
    subprocess.run([inside, f"{HERE}/peers/census.py", data], check=True)
    binary, klartext = args.binaries.split(",") if args.binaries else built()
    rounds = args.rounds or (2 if args.quick else 5)
    args.sizes = ["100x6"] if args.quick else ["100x6", "500x8"]
    chosen = lambda words: not args.only or any(word in words.split() for word in args.only.split(","))

    print(f"## Beside other libraries{', ' + args.date if args.date else ''}\n\n{machine()}\n", flush=True)
    print(f"{', '.join(LIBRARIES)}; Python {platform.python_version()}; {rounds} rounds\n", flush=True)
    results = []
    field = Field(inside, binary, data, scratch)
    for comparison in comparisons():
        if not chosen(comparison.words) or not any(size in comparison.words for size in args.sizes):
            continue
        for entry in comparison.entries:
            entry.rows = max(entry.rows // 4, 1) if args.quick else entry.rows
        if comparison.threads > (os.cpu_count() or 1):
            continue
        field.compare(comparison, rounds)
        print(table(comparison), flush=True)
        results.append({**vars(comparison), "entries": [vars(entry) for entry in comparison.entries]})
    field.clear()
    for words, title, commands, turns in whole(args, klartext, data, scratch, rounds):
        if chosen(words):
            text, seconds = processes(title, commands, turns)
            print(text, flush=True)
            results.append({"title": title, "seconds": seconds})
    print(f"Load at the end {os.getloadavg()[0]:.1f}.")
    with open(f"{folder}/peers.json", "w", encoding="utf-8") as out:
        json.dump({"date": args.date, "machine": machine(), "results": results}, out, indent=1)


if __name__ == "__main__":
    main()

"""Compares loading a model file with loading it in the library that wrote it.

    python benches/loading.py [FOLDER]

Needs numpy and, for each family that is to be compared, xgboost, lightgbm or catboost (measured with 3.4.1, 4.7.0 and
1.2.10). Trains models of 100 trees of depth 6 and of 500 of depth 8 on random rows into FOLDER (target/loading), takes
the median of 15 loads of each in its library, and runs `cargo bench --bench loading`, which prints what loading takes
here, and the ratio: below 1 is faster than the library. Peak memory of `klartext inspect` follows, in file sizes.
"""
import importlib.util
import os
import statistics
import subprocess
import sys
import time

import numpy as np

SIZES = {"100x6": (100, 6), "500x8": (500, 8)}


def rows():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(20_000, 40)).astype(np.float32)
    X[rng.random(X.shape) < 0.1] = np.nan
    score = np.nan_to_num(X[:, 0]) * np.nan_to_num(X[:, 1]) + np.nan_to_num(X[:, 2:9]).sum(axis=1) * 0.5
    return X, (score + rng.normal(size=len(X)) > 0).astype(int)


def xgboost(folder, X, y):
    import xgboost

    data = xgboost.DMatrix(X, label=y)
    for size, (trees, depth) in SIZES.items():
        params = dict(objective="binary:logistic", max_depth=depth, eta=0.05, nthread=1)
        booster = xgboost.train(params, data, trees)
        for form in ["json", "ubj"]:
            file = f"{folder}/xgboost_{size}.{form}"
            booster.save_model(file)
            yield file, lambda file=file: xgboost.Booster({"nthread": 1}, model_file=file)


def lightgbm(folder, X, y):
    import lightgbm

    for size, (trees, depth) in SIZES.items():
        params = dict(objective="binary", num_leaves=2 ** (depth - 1), max_depth=depth, num_threads=1, verbose=-1)
        booster = lightgbm.train(params, lightgbm.Dataset(X, label=y), trees)
        file = f"{folder}/lightgbm_{size}.txt"
        booster.save_model(file)
        yield file, lambda file=file: lightgbm.Booster(model_file=file)


def catboost(folder, X, y):
    import catboost

    for size, (trees, depth) in SIZES.items():
        model = catboost.CatBoostClassifier(
            iterations=trees, depth=depth, thread_count=1, verbose=False, allow_writing_files=False
        )
        model.fit(X, y)
        file = f"{folder}/catboost_{size}.json"
        model.save_model(file, format="json")
        yield file, lambda file=file: catboost.CatBoost().load_model(file, format="json")


def milliseconds(call):
    times = []
    for _ in range(15):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times)


def memory(folder, files):
    """Peak resident memory of `klartext inspect` above that of `klartext --version`, in sizes of the file."""

    def peak(*args):
        code = "import os,resource,subprocess,sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);" \
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        return int(subprocess.run([sys.executable, "-c", code, *args], capture_output=True, check=True).stdout) * 1024

    klartext = os.path.join("target", "release", "klartext")
    subprocess.run(["cargo", "build", "--release", "--bin", "klartext"], check=True)
    empty = peak(klartext, "--version")
    for file in files:
        size = os.path.getsize(file)
        more = peak(klartext, "inspect", "--model", file) - empty
        print(f"{os.path.basename(file):<28} peak memory {more / size:6.2f} file sizes")


def main():
    folder = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/loading")
    os.makedirs(folder, exist_ok=True)
    X, y = rows()
    times = []
    for library in [xgboost, lightgbm, catboost]:
        if importlib.util.find_spec(library.__name__):
            times += [(file, milliseconds(load)) for file, load in library(folder, X, y)]
    with open(f"{folder}/library.csv", "w", encoding="utf-8") as out:
        out.write("file,milliseconds\n")
        out.writelines(f"{os.path.basename(file)},{time:.3f}\n" for file, time in times)
    subprocess.run(
        ["cargo", "bench", "--bench", "loading"], check=True, env={**os.environ, "KLARTEXT_LOADING": folder}
    )
    memory(folder, [file for file, _ in times])


if __name__ == "__main__":
    main()

"""Attributions of one library, in process on arrays, for `benches/peers.py` to time.

    python worker.py xgboost|lightgbm|catboost|shap|woodelf [GIBIBYTES]

Speaks what `benches/peers.rs` speaks: commands on standard input, one a line, each answered by one line, `ok NUMBER…` or
`no WHY`. Only the call that explains is timed: the library's own form of the rows (DMatrix, Pool, DataFrame) is made
before. GIBIBYTES limits the memory, so that a library that takes more ends alone.
"""
import os
import resource
import sys
import time
import warnings

# What a library prints must not get between the answers.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402  (threads of numpy are fixed by the caller's environment)


class Library:
    """What the workers have in common: rows, background, threads, the last values."""

    def __init__(self):
        self.count, self.X, self.background, self.values = 1, None, None, None

    def threads(self, count):
        self.count = int(count)

    def rows(self, file, start, count):
        self.X = np.ascontiguousarray(np.load(file, mmap_mode="r")[int(start) : int(start) + int(count)])

    def background_rows(self, file):
        self.background = np.load(file)

    def run(self):
        start = time.perf_counter()
        self.values = self.explain()
        return time.perf_counter() - start

    def save(self, file):
        np.save(file, np.asarray(self.plain(self.values), dtype=np.float64))

    def plain(self, values):
        """Rows × features, or rows × features × features, without the base value."""
        values = np.asarray(values)
        return values[:, :-1] if values.ndim == 2 else values[:, :-1, :-1]


class Xgboost(Library):
    def model(self, file):
        import xgboost

        self.booster = xgboost.Booster({"nthread": self.count}, model_file=file)

    def prepare(self, method):
        import xgboost

        self.booster.set_param({"nthread": self.count})
        data = xgboost.DMatrix(self.X, feature_names=self.booster.feature_names, nthread=self.count)
        kind = {"path": "pred_contribs", "path+": "pred_interactions"}[method]
        self.explain = lambda: self.booster.predict(data, **{kind: True})


class Lightgbm(Library):
    def model(self, file):
        import lightgbm

        self.booster = lightgbm.Booster(model_file=file)

    def prepare(self, method):
        assert method == "path", method
        self.explain = lambda: self.booster.predict(self.X, pred_contrib=True, num_threads=self.count)


class Catboost(Library):
    def model(self, file):
        import catboost

        self.loaded = catboost.CatBoost().load_model(file, format="json")

    def prepare(self, method):
        import catboost

        data = catboost.Pool(self.X)
        kind = {"path": "ShapValues", "path+": "ShapInteractionValues", "interventional": "ShapValues"}[method]
        more = dict(reference_data=catboost.Pool(self.background)) if method == "interventional" else {}
        self.explain = lambda: self.loaded.get_feature_importance(data, type=kind, thread_count=self.count, **more)


class Shap(Library):
    """shap's own C++, in double precision: for the path-dependent game it would ask XGBoost otherwise."""

    def model(self, file):
        import xgboost

        self.booster = xgboost.Booster({"nthread": 1}, model_file=file)

    def prepare(self, method):
        import shap

        if method == "interventional":
            # Without max_samples shap takes a hundred of the rows alone.
            masker = shap.maskers.Independent(self.background, max_samples=len(self.background))
            explainer = shap.TreeExplainer(self.booster, masker, feature_perturbation="interventional")
        else:
            explainer = shap.TreeExplainer(self.booster, feature_perturbation="tree_path_dependent")
            explainer.model.model_type = "internal"
        X = self.X.astype(np.float64)
        if method.endswith("+"):
            self.explain = lambda: explainer.shap_interaction_values(X)
        else:
            self.explain = lambda: explainer.shap_values(X, check_additivity=False)

    def plain(self, values):
        return values


class Woodelf(Library):
    def model(self, file):
        import xgboost

        self.booster = xgboost.Booster({"nthread": 1}, model_file=file)

    def prepare(self, method):
        import pandas
        import woodelf

        names = self.booster.feature_names
        X = pandas.DataFrame(self.X, columns=names)
        background = None
        if method.startswith("interventional"):
            background = pandas.DataFrame(self.background, columns=names)
        # Its preparation is a part of each call, and so of each run.
        explainer = woodelf.WoodelfExplainer(self.booster, background)
        if method.endswith("+"):
            self.explain = lambda: explainer.shap_interaction_values(X, as_df=True, verbose=False)
        else:
            self.explain = lambda: explainer.shap_values(X, verbose=False)

    def plain(self, values):
        if isinstance(values, np.ndarray):
            return values
        # A column for each pair.
        names = list(self.booster.feature_names)
        plain = np.zeros((len(values), len(names), len(names)))
        for a, b in values.columns:
            plain[:, names.index(a), names.index(b)] = values[(a, b)]
        return plain


LIBRARIES = dict(xgboost=Xgboost, lightgbm=Lightgbm, catboost=Catboost, shap=Shap, woodelf=Woodelf)


def timed(call, *words):
    start = time.perf_counter()
    call(*words)
    return time.perf_counter() - start


def main():
    if len(sys.argv) > 2:
        limit = int(float(sys.argv[2]) * 2**30)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    library = LIBRARIES[sys.argv[1]]()
    commands = dict(
        threads=library.threads,
        model=lambda file: timed(library.model, file),
        rows=library.rows,
        background=library.background_rows,
        prepare=lambda method: timed(library.prepare, method),
        run=library.run,
        save=library.save,
    )
    for line in sys.stdin:
        verb, *words = line.split()
        try:
            found = commands[verb](*words)
            answer = "ok" if found is None else f"ok {found:.9g}"
        except Exception as why:
            answer = f"no {type(why).__name__}: {' '.join(str(why).split())[:300]}"
        print(answer, file=ANSWERS, flush=True)


if __name__ == "__main__":
    main()

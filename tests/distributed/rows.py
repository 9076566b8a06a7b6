"""Rows for docs/examples/pyspark_attribute.py: those of tests/reference/adult_num.X.csv over and over, moved a little, with
an id. Same bytes on every run.

    python tests/distributed/rows.py 1000000 cases.parquet
"""

import pathlib
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

STEP = 1 << 16


def main() -> None:
    count, path = int(sys.argv[1]), sys.argv[2]
    reference = pathlib.Path(__file__).parent.parent / "reference" / "adult_num.X.csv"
    base = pyarrow.csv.read_csv(reference)
    random = np.random.default_rng(1)
    fields = [("case_id", pa.int64()), *((name, pa.float64()) for name in base.column_names)]
    with pq.ParquetWriter(path, pa.schema(fields)) as writer:
        for start in range(0, count, STEP):
            rows = min(STEP, count - start)
            columns = [pa.array(np.arange(start, start + rows))]
            for name in base.column_names:
                values = base[name].to_numpy().astype(float)
                column = values[random.integers(0, len(values), rows)]
                column = column + random.integers(-3, 4, rows)
                column[random.random(rows) < 0.03] = np.nan
                columns.append(pa.array(column, from_pandas=True))
            writer.write_table(pa.table(columns, schema=pa.schema(fields)))


if __name__ == "__main__":
    main()

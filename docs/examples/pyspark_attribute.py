"""Attributions of a large table with Spark: every partition goes through one process of klartext.

    python docs/examples/pyspark_attribute.py --klartext target/release/klartext --model model.ubj \
        --data cases.parquet --id case_id --output attributions.parquet

Needs PySpark 4, PyArrow and Java 17. Spark gives each task its rows as Arrow batches (mapInArrow); the task pipes them
through `klartext attribute` as an Arrow stream and gives back the batches that come out. A partition is never in memory as
a whole, and no number takes a detour over text.

--check compares with one process over the whole file, bit for bit.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq


def command(klartext: str, model: str, id_column: str, more: list[str]) -> list[str]:
    """One worker: a thread of its own each task, because Spark runs one task a core."""
    stream = ["--format", "arrow-stream", "--output-format", "arrow-stream"]
    return [klartext, "attribute", "--model", model, "--data", "-", "--id", id_column, *stream, "-j", "1", "-q", *more]


def through(command: list[str], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Pipes batches through a process. Rows that it left out (exit code 1) are told on its standard error."""
    first = next(batches, None)
    if first is None:
        return
    with tempfile.TemporaryFile() as messages:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages)
        failed = []

        def feed() -> None:
            try:
                with process.stdin, pa.ipc.new_stream(process.stdin, first.schema) as writer:
                    writer.write_batch(first)
                    for batch in batches:
                        writer.write_batch(batch)
            except BrokenPipeError:
                pass  # the process says why it ended
            except Exception as error:
                failed.append(error)

        # Input and output at the same time: a pipe holds little, and each side waits for the other.
        feeding = threading.Thread(target=feed, daemon=True)
        feeding.start()
        ended = None
        try:
            yield from pa.ipc.open_stream(process.stdout)
        except pa.ArrowInvalid as error:
            ended = error
        finally:
            process.stdout.close()
        feeding.join()
        code = process.wait()
        messages.seek(0)
        told = messages.read().decode(errors="replace")
        if failed:
            raise failed[0]
        if code not in (0, 1) or ended:
            raise RuntimeError(f"klartext ended with {code}: {told}")
        if told:
            print(told, file=sys.stderr)


def result_schema(command: list[str], data: pa.Schema) -> str:
    """The schema of the result, as Spark writes it: from one row of missing values."""
    row = pa.RecordBatch.from_pylist([{}], schema=data)
    schema = next(through(command, iter([row]))).schema
    spark = {pa.int64(): "bigint", pa.float64(): "double", pa.string(): "string"}
    return ", ".join(f"`{field.name}` {spark[field.type]}" for field in schema)


def attribute(frame, command: list[str]):
    """A Spark DataFrame of attributions."""
    from pyspark.sql.pandas.types import to_arrow_schema

    def worker(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return through(command, iter(batches))

    return frame.mapInArrow(worker, result_schema(command, to_arrow_schema(frame.schema)))


def session(master: str):
    import pyspark
    from pyspark.sql import SparkSession

    # What the workers of a local cluster are started from; the package has no build folder to tell it by.
    os.environ.setdefault("SPARK_HOME", os.path.dirname(pyspark.__file__))
    os.environ.setdefault("SPARK_SCALA_VERSION", "2.13")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("klartext attribute")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.ui.enabled", "false")
    return builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "8192").getOrCreate()


def check(command: list[str], data: str, output: str, id_column: str) -> None:
    """Compares the result with that of one process over the whole table."""
    with tempfile.TemporaryDirectory() as folder:
        whole = os.path.join(folder, "whole.parquet")
        start = time.monotonic()
        at = command.index("-")
        alone = command[:at] + [data] + command[at + 1 :]
        alone = [word for word in alone if word not in ("--format", "--output-format", "arrow-stream")]
        subprocess.run([*alone, "-o", whole], check=True)
        seconds = time.monotonic() - start
        expected = pq.read_table(whole)
        order = [("id", "ascending")] + [("class", "ascending")] * ("class" in expected.column_names)
        expected = expected.sort_by(order)
        found = pq.read_table(output).select(expected.column_names).cast(expected.schema).sort_by(order)
    print(f"one process, one thread, Parquet to Parquet: {seconds:.1f} s")
    same = found.equals(expected)
    print(f"{found.num_rows} rows of {found.num_columns} columns, {'the same bits' if same else 'DIFFERENT'}")
    if not same:
        sys.exit(1)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--klartext", default=shutil.which("klartext") or "target/release/klartext")
    arguments.add_argument("--model", required=True)
    arguments.add_argument("--data", required=True, help="Parquet")
    arguments.add_argument("--id", required=True, help="column that identifies a row")
    arguments.add_argument("--output", required=True, help="folder of Parquet files")
    arguments.add_argument("--master", default="local-cluster[2,1,1024]", help="two workers with one core each")
    arguments.add_argument("--partitions", type=int, default=8)
    arguments.add_argument("--check", action="store_true", help="compare with one process")
    arguments.add_argument("more", nargs="*", help="further arguments of klartext attribute, after --")
    given = arguments.parse_args()
    full = command(os.path.abspath(given.klartext), os.path.abspath(given.model), given.id, given.more)
    spark = session(given.master)
    frame = spark.read.parquet(os.path.abspath(given.data)).repartition(given.partitions)
    start = time.monotonic()
    attribute(frame, full).write.mode("overwrite").parquet(os.path.abspath(given.output))
    print(f"Spark on {given.master}, {given.partitions} partitions: {time.monotonic() - start:.1f} s")
    spark.stop()
    if given.check:
        check(full, os.path.abspath(given.data), given.output, given.id)


if __name__ == "__main__":
    main()

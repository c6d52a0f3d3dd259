"""The Spark session that a run uses: one of its own, or a sibling of the caller's with settings of its own."""

from __future__ import annotations

import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

import cleaner
from cleaner.engine.base import EngineError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.ansi.enabled": "true",  # a number that overflows is an error, as it is to DuckDB
    "spark.sql.files.ignoreCorruptFiles": "false",  # nothing may be missing in silence
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.writeLegacyFormat": "false",
    "spark.sql.session.timeZone": "UTC",
    # Others leave the files of failed tasks where they are and hide them from Spark alone.
    "spark.sql.sources.commitProtocolClass": (
        "org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol"
    ),
}
"""What the result depends on, whatever the cluster's defaults."""

KEPT = ("spark.sql.shuffle.partitions",)
"""Settings of the caller's session that its sibling takes over: they are about size, not about the result."""

LOCAL = {"spark.sql.shuffle.partitions": "16", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
"""Settings of a session of our own on one machine: Spark's 200 partitions double the cost of a small run."""

JAVA_VERSIONS = ("17", "21")
"""What Spark 4 runs on."""
JAVA_FOLDER = Path("/usr/lib/jvm")


def own_session(master: str = "", memory_bytes: int = 2 << 30) -> SparkSession:
    """Return a new session, or that of this process; `master` is what Spark calls so (empty: as it is configured).

    Executors run this Python and find this package where we found it.  Raises EngineError without PySpark or Java.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError("the Spark engine needs PySpark 4: pip install 'corpus-cleaner[spark]'") from error
    home = java_home()
    if home is not None:
        os.environ["JAVA_HOME"] = home
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("cleaner")
    for name, value in _settings(master, memory_bytes).items():
        builder = builder.config(name, value)
    return _started(builder)


def _settings(master: str, memory_bytes: int) -> dict[str, str]:
    """Return the settings of a session of our own: none where Spark is configured already."""
    if not master:
        return {}
    paths = [
        str(Path(cleaner.__file__).parent.parent),
        *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)),
    ]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))  # of Spark's Python on this machine
    settings = {"spark.master": master, "spark.executorEnv.PYTHONPATH": os.environ["PYTHONPATH"]}
    if master.partition("[")[0] == "local":
        settings |= {**LOCAL, "spark.driver.memory": f"{max(memory_bytes // 2 >> 20, 1024)}m"}
    return settings


def _started(builder: SparkSession.Builder) -> SparkSession:
    from pyspark.errors import PySparkException

    try:
        with quiet_about_pandas():
            return builder.getOrCreate()
    except PySparkException as error:
        java = f"Java {' or '.join(JAVA_VERSIONS)} (found: {java_home() or 'none'}; JAVA_HOME says where it is)"
        raise EngineError(f"Spark did not start: {str(error).splitlines()[0]} It needs {java}") from error


@contextmanager
def quiet_about_pandas() -> Iterator[None]:
    """Hold back PySpark's warning that it is not at home with pandas 3: nothing here takes its way through pandas."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
        yield


def sibling(session: SparkSession) -> SparkSession:
    """Return a session beside the caller's with the settings that a run needs, and views of its own.

    Spark Connect before 4.3 makes none; then it is the caller's own, which keeps these settings.
    """
    try:
        beside = session.newSession()
    except (AttributeError, NotImplementedError):
        beside = session
    for name in KEPT:
        beside.conf.set(name, str(session.conf.get(name)))
    for name, value in SETTINGS.items():
        beside.conf.set(name, value)
    return beside


def java_home() -> str | None:
    """Return the folder of a Java that Spark runs on: that of `JAVA_HOME`, of `java`, or another; None without one.

    Machines often have several, and the newest, which is the one that `java` runs, may be too new.
    """
    java = shutil.which("java")
    first = [os.environ.get("JAVA_HOME", ""), str(Path(java).resolve().parent.parent) if java else ""]
    homes = [*first, *map(str, sorted(JAVA_FOLDER.glob("*")))]
    return next((home for home in homes if home and java_version(home) in JAVA_VERSIONS), None)


def java_version(home: str | Path) -> str:
    """Return the major version of the Java in a folder, such as "17"; empty where it does not say."""
    try:
        said = (Path(home) / "release").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(r'^JAVA_VERSION="(\d+)', said, re.MULTILINE)
    return found[1] if found else ""


# --- types ------------------------------------------------------------------------------------------------------------

_TYPES = {
    pa.string(): "string",
    pa.binary(): "binary",
    pa.bool_(): "boolean",
    pa.int32(): "int",
    pa.int64(): "bigint",
    pa.float32(): "float",
    pa.float64(): "double",
}


def spark_schema(schema: pa.Schema) -> str:
    """Return an Arrow schema as Spark writes it.

    >>> spark_schema(pa.schema([("n", pa.int64()), ("texts", pa.list_(pa.string()))]))
    '`n` bigint, `texts` array<string>'
    """
    return ", ".join(f"`{field.name}` {_type(field.type)}" for field in schema)


def _type(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"array<{_type(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(f'`{field.name}`: {_type(field.type)}' for field in kind)}>"
    return "timestamp" if pa.types.is_timestamp(kind) else _TYPES[kind]

#!/usr/bin/env python3
"""Our side of the benchmarks: bench/ours.py JOB --text FILE [--model DIR] --device … --dtype … --threads N [flags of the job]

Builds the program (as ./rlhf does) and the jobs in bench/java when they are older than their sources, and runs one job on
the JVM, class path and settings that ./rlhf would use. Prints one JSON line; everything else goes to standard error.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HOME = pathlib.Path(__file__).resolve().parent.parent
SOURCES = HOME / "bench/java"
CLASSES = HOME / "target/bench"
JAR = HOME / "target/bench.jar"
LINT = "-Xlint:all,-processing,-classfile,-path"  # as in BenchSourcesTest; no warnings about dependencies


def launcher_settings(text):
    """Returns the properties in the output of java -XshowSettings:properties, where lists have one line per element."""
    settings, name = {}, None
    for line in text.splitlines():
        key, equals, value = line.strip().partition(" = ")
        if equals and line.startswith("    ") and not line.startswith("     "):
            name, settings[key] = key, [value]
        elif name and line.startswith("        "):
            settings[name].append(line.strip())
        else:
            name = None
    return settings


def launcher():
    """Returns Java's properties and the AOT cache with which ./rlhf starts the program; builds it if necessary."""
    options = os.environ.get("RLHF_JAVA_OPTS", "") + " -XshowSettings:properties -XX:+PrintCommandLineFlags"
    done = subprocess.run([HOME / "rlhf", "--version"], env=os.environ | {"RLHF_JAVA_OPTS": options},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    settings = launcher_settings(done.stdout)
    if done.returncode or "java.class.path" not in settings:
        sys.exit(f"{HOME / 'rlhf'} --version failed:\n{done.stdout}")
    cache = re.search(r"-XX:AOTCache=(.*?\.aot)", done.stdout)
    return settings, cache and cache[1]


def compile_jobs(jdk, classpath):
    """Compiles the jobs into a jar if a source or the program is newer."""
    sources = sorted(SOURCES.rglob("*.java"))
    newest = max(path.stat().st_mtime for path in [*sources, HOME / "target/rlhf.jar"])
    if JAR.exists() and JAR.stat().st_mtime >= newest:
        return
    shutil.rmtree(CLASSES, ignore_errors=True)
    CLASSES.mkdir(parents=True)
    subprocess.run([jdk / "bin/javac", LINT, "-Werror", "-proc:none", "-cp", classpath, "-d", CLASSES, *sources],
                   stdout=sys.stderr, check=True)
    subprocess.run([jdk / "bin/jar", "--create", "--file", JAR, "-C", CLASSES, "."], check=True)


def main(words, program="dev.rlhf.bench.Main"):
    settings, cache = launcher()
    jdk = pathlib.Path(settings["java.home"][0])
    classpath = os.pathsep.join(settings["java.class.path"])
    compile_jobs(jdk, classpath)
    offline = ["-Dai.djl.offline=true"] if "ai.djl.offline" in settings else []
    os.environ.setdefault("RUST_FLAVOR", "cpu")  # as in ./rlhf; otherwise DJL downloads a CUDA build of the tokenizers
    # No -Xmx: the JVM's default heap is a quarter of the memory, as in the launcher.
    # An AOT cache is valid for class paths that begin with the recorded one and consist of jars.
    faster = [f"-XX:AOTCache={cache}"] if cache else []
    command = [jdk / "bin/java", "--enable-native-access=ALL-UNNAMED", *offline, *faster,
               *os.environ.get("RLHF_JAVA_OPTS", "").split(),
               "-cp", os.pathsep.join([classpath, str(JAR)]), program, *words]
    os.environ["BENCH_STARTED"] = str(time.time())
    os.execv(command[0], [str(word) for word in command])


if __name__ == "__main__":
    main(sys.argv[1:])

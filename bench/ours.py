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
LINT = "-Xlint:all,-processing,-classfile,-path"  # other people's annotations and manifests are not our business


def launcher_settings(text):
    """The properties among what java -XshowSettings:properties prints; lists stand on lines of their own."""
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
    """What ./rlhf starts its program with, after it has built it if need be: Java's properties, and its AOT cache if it has one."""
    options = os.environ.get("RLHF_JAVA_OPTS", "") + " -XshowSettings:properties -XX:+PrintCommandLineFlags"
    done = subprocess.run([HOME / "rlhf", "--version"], env=os.environ | {"RLHF_JAVA_OPTS": options},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    settings = launcher_settings(done.stdout)
    if done.returncode or "java.class.path" not in settings:
        sys.exit(f"{HOME / 'rlhf'} --version failed:\n{done.stdout}")
    cache = re.search(r"-XX:AOTCache=(.*?\.aot)", done.stdout)
    return settings, cache and cache[1]


def compile_jobs(jdk, classpath):
    """The jobs' jar, made anew if a source or the program is newer."""
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
    os.environ.setdefault("RUST_FLAVOR", "cpu")  # as in ./rlhf: or DJL would fetch a CUDA build of the tokenizers
    # No -Xmx: the JVM takes a quarter of the memory for its heap, which is the launcher's rule too.
    # An AOT cache holds for a class path that begins as the one it was made on, and is of jars alone.
    faster = [f"-XX:AOTCache={cache}"] if cache else []
    command = [jdk / "bin/java", "--enable-native-access=ALL-UNNAMED", *offline, *faster,
               *os.environ.get("RLHF_JAVA_OPTS", "").split(),
               "-cp", os.pathsep.join([classpath, str(JAR)]), program, *words]
    os.environ["BENCH_STARTED"] = str(time.time())
    os.execv(command[0], [str(word) for word in command])


if __name__ == "__main__":
    main(sys.argv[1:])

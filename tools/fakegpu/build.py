#!/usr/bin/env python3
"""Builds a fake CUDA device: PyPI's torch 2.7.1 (CUDA 12.6) over a CUDA runtime that has no GPU. README.md says what it shows.

  build.py OUT                       downloads torch 2.7.1 from PyPI (2.7 GB) into OUT/venv first
  build.py OUT --site-packages DIR   takes the torch 2.7.1 that is installed in DIR

Needs Linux on x86-64, gcc and binutils. OUT/torch/lib is then a PYTORCH_LIBRARY_PATH; `run` beside this file uses it.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "2.7.1"
# The libraries that are replaced, with the folder, the source and the status that functions without source return.
NOT_SUPPORTED, SUCCESS, NO_DEVICE = 801, 0, 100
REPLACED = {
    "libcudart.so.12": ("nvidia/cuda_runtime/lib", "runtime.c", NOT_SUPPORTED),
    "libcublas.so.12": ("nvidia/cublas/lib", "blas.c", SUCCESS),
    "libcublasLt.so.12": ("nvidia/cublas/lib", "blas.c", SUCCESS),
}
DRIVER_SOURCE = "int cuDevicePrimaryCtxGetState(int device, unsigned *flags, int *active) { *flags = 0; *active = 1; return 0; }\n"


def install(folder):
    venv.create(folder, with_pip=True)
    subprocess.run([folder / "bin/pip", "install", "--no-cache-dir", "-q", f"torch=={VERSION}"], check=True)
    return next(folder.glob("lib/python3*/site-packages"))


def put(file, target, link):
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        link(file, target)
    except OSError:  # another file system
        shutil.copy2(file, target)


def undefined(libraries):
    """The symbols that libraries import: {name: version, or "" without one}."""
    names = {}
    for library in libraries:
        lines = subprocess.run(["nm", "-D", "--undefined-only", library], check=True, capture_output=True, text=True).stdout
        for line in lines.splitlines():
            name, _, version = line.split()[-1].partition("@")
            names[name] = version.lstrip("@")
    return names


def compile_library(target, source, flags, wanted, status, versioned, scratch, include=(), links=()):
    """A library that defines all wanted functions: those of the source file, and others that return a status."""
    objects = []
    if source:
        objects.append(scratch / "source.o")
        subprocess.run(["gcc", "-c", "-O1", "-fPIC", "-Wall", "-Wno-unused-parameter", *include, *flags, "-o", objects[0], HERE / source], check=True)
        listed = subprocess.run(["nm", "--defined-only", objects[0]], check=True, capture_output=True, text=True).stdout
        wanted = wanted - {line.split()[-1] for line in listed.splitlines()}
    rest = scratch / "rest.c"
    given = "" if source else DRIVER_SOURCE
    rest.write_text(given + "".join(f"int {name}(void) {{ return {status}; }}\n" for name in sorted(wanted) if name not in given))
    versions = scratch / "versions.map"
    versions.write_text((f"{target.name} " if versioned else "") + "{ global: *; };\n")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # never write through a link into the installed package
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", f"-Wl,-soname,{target.name}", f"-Wl,--version-script={versions}",
                    "-o", target, *objects, rest, *links, "-lpthread"], check=True)


def build(site, out):
    torch = site / "torch/lib"
    found = re.search(r"__version__ = '([^']*)'", (site / "torch/version.py").read_text()).group(1)
    if not found.startswith(VERSION) or not (torch / "libtorch_cuda.so").exists():
        sys.exit(f"{site} holds torch {found}; this needs {VERSION} with CUDA, as PyPI has it")
    # Hard links, because libtorch finds the other libraries in its own folder (its RPATH) and Java resolves symbolic
    # links first.
    for library in torch.glob("*.so*"):
        put(library, out / "torch/lib" / library.name, os.link)
    put(site / "torch/version.py", out / "torch/version.py", os.link)
    for library in [*site.glob("nvidia/*/lib/*.so*"), *site.glob("cusparselt/lib/*.so*")]:
        if library.name not in REPLACED:
            put(library.resolve(), out / library.relative_to(site), os.symlink)

    scratch = out / "scratch"
    scratch.mkdir(exist_ok=True)
    imports = undefined(torch.glob("*.so*"))
    # CUDA's headers. NVIDIA's wheel lacks crt/; Triton's, which torch also needs, has it.
    include = [f"-I{site}/{folder}" for folder in ("triton/backends/nvidia/include", "nvidia/cuda_runtime/include")]
    runtime = out / REPLACED["libcudart.so.12"][0] / "libcudart.so.12"
    for name, (folder, source, status) in REPLACED.items():
        wanted = {symbol for symbol, version in imports.items() if version == name}
        compile_library(out / folder / name, source, ["-DLT"] if "Lt" in name else [], wanted, status, True, scratch, include,
                        [] if name == runtime.name else [runtime])
    driver = {symbol for symbol, version in imports.items() if not version and re.match(r"cu[A-Z]", symbol) and not symbol.startswith("cuFile")}
    compile_library(out / "driver/libcuda.so.1", None, [], driver, NO_DEVICE, False, scratch)
    shutil.rmtree(scratch)
    print(f"fakegpu: built {out}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--site-packages", type=Path)
    options = parser.parse_args()
    out = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    build((options.site_packages or install(out / "venv")).resolve(), out)


if __name__ == "__main__":
    main()

"""Makes the Python client of the API from the contract: `generate.py FOLDER` writes modules below FOLDER.

Needs grpcio-tools (pip), or protoc with grpc_python_plugin (Debian: protobuf-compiler, protobuf-compiler-grpc,
libprotobuf-dev).
"""

import pathlib
import shutil
import subprocess
import sys

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"


def generators():
    yield [sys.executable, "-m", "grpc_tools.protoc"]
    plugin = shutil.which("grpc_python_plugin")
    if shutil.which("protoc") and plugin:
        yield ["protoc", f"--plugin=protoc-gen-grpc_python={plugin}"]


def main(out):
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    files = sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))
    said = []
    for generator in generators():
        made = subprocess.run(
            [*generator, f"-I{PROTO}", f"--python_out={out}", f"--grpc_python_out={out}", *files],
            capture_output=True,
            text=True,
        )
        if made.returncode == 0:
            return 0
        said.append(f"{generator[0]}: {made.stderr.strip()[:500]}")
    print("no generator made the client:", *said or ["none is here"], sep="\n", file=sys.stderr)
    return 1


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: generate.py FOLDER")
    sys.exit(main(sys.argv[1]))

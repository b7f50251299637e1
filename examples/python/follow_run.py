"""Lists the runs of a tenant, follows one to its end, and keeps its evidence bundle: a client without TypeScript.

SEALFLOW_API_KEY is the credential; a role that reads runs and evidence is enough. What comes is the word of the
orchestrator until `sealflow verify` has seen the bundle.
"""

import argparse
import hashlib
import os
import pathlib
import sys
import time

import grpc
from sealflow.evidence.v1 import evidence_pb2, evidence_pb2_grpc
from sealflow.run.v1 import run_pb2, run_pb2_grpc

# The service refuses a call without a deadline.
CALL_S = 30
STREAM_S = 600
PAUSE_S = 1
BUNDLE_BYTES_MAX = 64 * 1024 * 1024


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", required=True, help="host:port of an orchestrator")
    parser.add_argument("--tenant", default="demo")
    parser.add_argument("--ca", help="PEM file with the roots of its certificate; without, the call is in the clear")
    parser.add_argument("--run", help="tenants/TENANT/runs/RUN; the newest one unless said")
    parser.add_argument("--out", default=".", help="folder for the bundle")
    return parser.parse_args()


def connect(target, ca):
    if ca is None:
        return grpc.insecure_channel(target)
    roots = pathlib.Path(ca).read_bytes()
    return grpc.secure_channel(target, grpc.ssl_channel_credentials(root_certificates=roots))


def list_runs(runs, tenant, metadata):
    token = ""
    while True:
        request = run_pb2.ListRunsRequest(parent=f"tenants/{tenant}", page_token=token)
        page = runs.ListRuns(request, timeout=CALL_S, metadata=metadata)
        yield from page.runs
        token = page.next_page_token
        if token == "":
            return


def follow(runs, name, metadata):
    """Events until the run ends. Their numbers have no gap; a stream that breaks is taken up where it ended."""
    token, last = "", 0
    while True:
        request = run_pb2.WatchRunRequest(name=name, resume_token=token)
        try:
            for event in runs.WatchRun(request, timeout=STREAM_S, metadata=metadata):
                kind = event.WhichOneof("kind")
                if kind in ("current", "heartbeat"):
                    continue
                if int(event.sequence) != last + 1:
                    raise SystemExit(f"expected event {last + 1}, got {event.sequence}")
                last, token = last + 1, event.resume_token
                yield event
            return
        except grpc.RpcError as error:
            if error.code() not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
                raise
            time.sleep(PAUSE_S)


def bundle_of(evidence, name, metadata):
    """The bundle, whose bytes have the digest that names it. One that waited for timestamps is replaced once."""
    for _ in range(2):
        request = evidence_pb2.GetBundleRequest(run=name)
        named = evidence.GetBundle(request, timeout=CALL_S, metadata=metadata).digest
        data = bytearray()
        request = evidence_pb2.DownloadBundleRequest(run=name)
        for part in evidence.DownloadBundle(request, timeout=CALL_S, metadata=metadata):
            data += part.data
            if len(data) > BUNDLE_BYTES_MAX:
                raise SystemExit(f"the bundle has more than {BUNDLE_BYTES_MAX} bytes")
        if f"sha256:{hashlib.sha256(data).hexdigest()}" == named:
            return named, bytes(data)
    raise SystemExit(f"the bundle that came is not {named}")


def main():
    given = arguments()
    key = os.environ.get("SEALFLOW_API_KEY", "")
    if key == "":
        raise SystemExit("SEALFLOW_API_KEY: expected an API key, got nothing")
    metadata = (("authorization", f"Bearer {key}"),)
    with connect(given.target, given.ca) as channel:
        runs = run_pb2_grpc.RunServiceStub(channel)
        evidence = evidence_pb2_grpc.EvidenceServiceStub(channel)
        known = list(list_runs(runs, given.tenant, metadata))
        for run in known:
            print(run.name, run_pb2.RunState.Name(run.state), run.workflow)
        name = given.run or (known[0].name if known else None)
        if name is None:
            raise SystemExit(f"tenant {given.tenant} has no runs")
        for event in follow(runs, name, metadata):
            if event.WhichOneof("kind") == "step":
                print(event.sequence, event.step.id, run_pb2.StepState.Name(event.step.state))
            else:
                print(event.sequence, run_pb2.RunState.Name(event.snapshot.state))
        digest, data = bundle_of(evidence, name, metadata)
        path = pathlib.Path(given.out) / f"{name.rsplit('/', 1)[-1]}.evidence.json"
        path.write_bytes(data)
        print("bundle", digest, path)


if __name__ == "__main__":
    try:
        main()
    except grpc.RpcError as error:
        sys.exit(f"{error.code().name}: {error.details()}")

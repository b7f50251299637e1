import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCiphertexts, type SealflowClient } from '#client';
import { type Run__Output, serverStream, unary, type WaitRunResponse__Output } from '#contracts';
import { type BundleVerdict, type Replay, verifyBundle } from '#evidence';
import { ciphertextFile, ciphertextFolder } from '../../replay/ciphertext-folder.js';

const CALL_MS = 30_000;
const WAIT_SECONDS = 30;

/** A run as its bundle shows it, and where the file lies. */
export interface KeptRun {
  readonly runId: string;
  readonly run: Run__Output;
  readonly verdict: BundleVerdict;
  readonly bundlePath: string;
}

/**
 * Waits for the end of a run that somebody else may have begun, keeps its bundle with the ciphertexts that its additions
 * can be repeated from, and verifies both as an outsider would.
 */
export async function keepRun(
  client: SealflowClient,
  runId: string,
  { folder, replay }: { readonly folder: string; readonly replay: Replay },
): Promise<KeptRun> {
  const { services, options } = client;
  const name = `tenants/${options.tenant}/runs/${runId}`;
  const run = await ended(client, name);
  const chunks: Uint8Array[] = [];
  const stream = serverStream((call) => services.evidence.downloadBundle({ run: name }, call), {
    deadlineMs: CALL_MS,
  });
  for await (const { data } of stream) chunks.push(data);
  const bundle = Buffer.concat(chunks);
  const bundlePath = join(folder, `${runId}.evidence.json`);
  writeFileSync(bundlePath, bundle, { mode: 0o600 });
  for await (const { digest, bytes } of readCiphertexts(services, bundle)) {
    const file = ciphertextFile(folder, digest);
    if (bytes !== null && !existsSync(file)) writeFileSync(file, bytes, { mode: 0o600 });
  }
  const verdict = await verifyBundle(bundle, options.trust, {
    at: null,
    replay,
    ciphertext: ciphertextFolder(folder),
  });
  return { runId, run, verdict, bundlePath };
}

async function ended({ services }: SealflowClient, name: string): Promise<Run__Output> {
  const request = { name, timeout: { seconds: String(WAIT_SECONDS), nanos: 0 } };
  const { run } = await unary<WaitRunResponse__Output>(
    (call, callback) => services.run.waitRun(request, call, callback),
    { deadlineMs: CALL_MS + WAIT_SECONDS * 1_000 },
  );
  if (run?.bundle) return run;
  throw new Error(`run ${name} has no bundle after ${WAIT_SECONDS} s: ${run?.state ?? 'unknown'}`);
}

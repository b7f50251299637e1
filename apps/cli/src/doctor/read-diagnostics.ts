import { z } from 'zod';
import { parseJsonStrict } from '#canonical';
import type { TlsFiles } from '#tls';
import { get } from '../stack/dial.js';

const count = z.number().int().min(0);
const ms = z.number();
const text = z.string().max(1_024);

const schema = z.object({
  v: z.literal('sealflow/diagnostics/v1'),
  replica: text,
  nowMs: ms,
  database: text,
  state: z
    .object({
      version: text,
      migrations: z.object({ applied: count, known: count }),
      nowMs: ms,
      pingMs: ms,
      leases: z.object({ queued: count, sent: count, people: count }),
      oldestQueuedMs: ms,
      log: z.object({ size: count, queued: count, oldestQueuedMs: ms, checkpointAgeMs: ms.nullable() }),
      timestamps: z.object({ waiting: count, oldestMs: ms }),
      replicas: z.object({ live: count, dead: count }),
      /** A replica of an earlier version says nothing of it. */
      plainFiles: z.object({ count, digests: z.array(text).max(64) }).optional(),
    })
    .nullable(),
  workers: z
    .array(
      z.object({
        worker: text,
        operations: z.array(text).max(256),
        here: z.boolean(),
        fencedReason: text.nullable(),
      }),
    )
    .max(4_096),
  log: z.object({ origin: text, vkey: text }),
  orchestratorKey: text,
  witnesses: z.object({ configured: count, quorum: count }),
  authorities: z.array(text).max(64),
  /** A replica of an earlier version says nothing of it. */
  tls: z
    .object({
      certificateNotAfterMs: ms,
      caNotAfterMs: ms,
      trustDomain: text,
      reloads: count,
      problem: text.nullable(),
    })
    .nullable()
    .optional(),
  grpcAddress: text.optional(),
});

export type Diagnostics = z.infer<typeof schema>;

/** What a replica says of itself, and when it was asked by the clock of this machine. */
export interface Asked {
  readonly diagnostics: Diagnostics;
  /** Middle of the question and its answer. */
  readonly atMs: number;
  readonly roundTripMs: number;
}

const BYTES_MAX = 4 * 1024 * 1024;
const TIMEOUT_MS = 5_000;

/** An orchestrator answered, and not with its diagnostics. */
export class DiagnosticsRefused extends Error {
  override readonly name = 'DiagnosticsRefused';

  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

/** Whether somebody serves HTTP there at all; this address is open to everybody and needs no database. */
export async function isAlive(http: string, tls: TlsFiles | null = null): Promise<boolean> {
  try {
    const response = await get(`${http}/healthz`, tls, { timeoutMs: TIMEOUT_MS });
    return response.status === 200;
  } catch {
    return false;
  }
}

/** Rejects with an error that says what came instead of diagnostics. */
export async function readDiagnostics(
  http: string,
  bearer: string | undefined,
  now: () => number,
  tls: TlsFiles | null = null,
): Promise<Asked> {
  const startedMs = now();
  const response = await get(`${http}/diagnostics`, tls, {
    timeoutMs: TIMEOUT_MS,
    ...(bearer === undefined ? {} : { headers: { authorization: `Bearer ${bearer}` } }),
  });
  if (response.status !== 200) throw new DiagnosticsRefused(response.status);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const endedMs = now();
  const diagnostics = schema.safeParse(parseJsonStrict(bytes, { bytesMax: BYTES_MAX }));
  if (!diagnostics.success) throw new Error('an answer that is no sealflow/diagnostics/v1');
  return { diagnostics: diagnostics.data, atMs: (startedMs + endedMs) / 2, roundTripMs: endedMs - startedMs };
}

import { describe, expect, it } from 'vitest';
import { type Digest, digestOf } from '#canonical';
import { ciphertextsToReplay } from '../bundle/ciphertexts.js';
import { blobMediaTypes } from '../bundle/media-types.js';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { tampered } from '../testing/tamper.fixture.js';
import type { CiphertextSource, Replay } from './session.js';

const whole = demoRun({ ciphertexts: true });
const { trust, replay } = whole;
/** As an orchestrator writes it: ciphertexts are named by digest and stay in its store. */
const bytes = tampered(whole.bytes, ({ blobs }) => {
  for (const [digest, { mediaType }] of Object.entries(blobs))
    if (mediaType === blobMediaTypes.ciphertext) delete blobs[digest];
});
const needed = ciphertextsToReplay(bytes);

const store: CiphertextSource = (digest) => whole.steps.blobs.get(digest) ?? null;

/** The store, with one ciphertext in another state. */
function storeWith(digest: Digest | undefined, given: Uint8Array | null): CiphertextSource {
  return (asked) => (asked === digest ? given : store(asked));
}

async function run(ciphertext: CiphertextSource, engine: Replay = replay) {
  const judged = await judge(bytes, trust, { replay: engine, ciphertext });
  const steps = judged.verdict.steps.filter(({ kind }) => kind === 'fhe.bfv');
  return { ...judged, classes: steps.map(({ integrity }) => integrity), steps };
}

describe('a replay over ciphertexts that are handed in', () => {
  it('refuses a ciphertext of which one bit is another, by its digest, and lays nothing to the step', async () => {
    const [digest] = needed;
    const flipped = Uint8Array.from(store(digest as Digest) ?? []);
    flipped[0] = (flipped[0] ?? 0) ^ 1;
    const { exitCode, failed, verdict, classes } = await run(storeWith(digest, flipped));
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['CIPHERTEXT_DIGEST_MISMATCH'] });
    const check = verdict.stages.flatMap(({ checks }) => checks).find(({ result }) => result === 'fail');
    expect(check).toMatchObject({ expected: digest, actual: digestOf(flipped) });
    expect(classes).toEqual(['SIMULATED', 'REPLAYED']);
  });

  it('refuses a sum that is another one, by name', async () => {
    const { exitCode, failed, classes } = await run(store, ({ inputs }) => inputs[0] ?? null);
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ['REPLAY_MISMATCH'] });
    expect(classes).toEqual(['ASSERTED', 'ASSERTED']);
  });

  it('says REPLAYED of each step that was run again with the same sums', async () => {
    const { exitCode, steps, verdict } = await run(store);
    expect(exitCode).toBe(0);
    expect(steps.map(({ integrity, replayable, anchor }) => ({ integrity, replayable, anchor }))).toEqual(
      Array.from({ length: 2 }, () => ({
        integrity: 'REPLAYED',
        replayable: false,
        anchor: 'ciphertexts, added again bit for bit',
      })),
    );
    expect(verdict.notChecked.join()).not.toContain('FHE replay');
  });

  it('stays a step that could be replayed while one of its ciphertexts is missing', async () => {
    const { exitCode, classes, verdict } = await run(storeWith(needed[0], null));
    expect({ exitCode, classes }).toEqual({ exitCode: 0, classes: ['SIMULATED', 'REPLAYED'] });
    expect(verdict.notChecked.join()).toContain('FHE replay of reserve.apply:');
  });

  it('is no mismatch where the engine is of another release', async () => {
    const { exitCode, classes, verdict } = await run(store, () => null);
    expect({ exitCode, classes }).toEqual({ exitCode: 0, classes: ['SIMULATED', 'SIMULATED'] });
    const skipped = verdict.stages
      .flatMap(({ checks }) => checks)
      .filter(({ reason }) => reason === 'REPLAY_NOT_RUN');
    expect(skipped.map(({ actual }) => actual)).toEqual(
      skipped.map(() => expect.stringContaining('needs the engine')),
    );
    expect(skipped).toHaveLength(2);
  });

  it('can be asked for: a step that was not run again is then refused', async () => {
    const demands = { stepIntegrity: { 'reserve.apply': 'REPLAYED' as const } };
    const without = await judge(bytes, trust, { demands });
    expect(without).toMatchObject({ exitCode: 4, failed: ['CLASS_NOT_REACHED'] });
    expect((await judge(bytes, trust, { demands, replay, ciphertext: store })).exitCode).toBe(0);
  });
});

describe('the ciphertexts that a replay needs', () => {
  it('are the operands of the additions, each once', () => {
    const operands = whole.steps.predicates.flatMap(({ kind, evidence }) =>
      kind === 'fhe.bfv' ? (evidence['ops'] as { in: string[] }[]).flatMap((op) => op.in) : [],
    );
    expect(new Set(needed)).toEqual(new Set(operands));
    expect(needed).toHaveLength(new Set(operands).size);
  });

  it('are none when the bundle carries them', () => {
    expect(ciphertextsToReplay(whole.bytes)).toEqual([]);
  });
});

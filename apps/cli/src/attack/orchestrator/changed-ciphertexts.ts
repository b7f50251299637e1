import { readFileSync } from 'node:fs';
import type { Digest } from '#canonical';
import { readCiphertexts } from '#client';
import { verifyBundle } from '#evidence';
import { sealEngines, sealReplay } from '../../replay/seal-replay.js';
import { type Answer, type AttackCase, CannotRun, paidRun, type Scene } from '../attack-case.js';

const engines = sealEngines();

type Ciphertexts = Map<Digest, Uint8Array>;

/** Somebody who keeps encrypted balances, and hands out others to whoever adds them up again. */
export const changedCiphertexts: readonly AttackCase[] = [
  ofCiphertexts('ciphertext-changed', 'change one bit of an encrypted balance', (kept) => {
    const [digest, bytes] = firstOf(kept);
    const flipped = Uint8Array.from(bytes);
    const middle = flipped.length >> 1;
    flipped[middle] = (flipped[middle] ?? 0) ^ 1;
    kept.set(digest, flipped);
  }),
  ofCiphertexts('ciphertext-exchanged', 'hand out one encrypted balance in the place of another', (kept) => {
    const [digest] = firstOf(kept);
    const [, other] = [...kept].at(-1) ?? firstOf(kept);
    kept.set(digest, other);
  }),
];

function ofCiphertexts(name: string, tries: string, change: (kept: Ciphertexts) => void): AttackCase {
  return {
    name,
    actor: 'orchestrator',
    tries,
    expected: 'CIPHERTEXT_DIGEST_MISMATCH',
    noticedBy: 'verifier',
    needs: 'target',
    leaves: 'entries in the record of accesses',
    attack: (scene) => replayed(scene, change),
  };
}

/** As `sealflow verify --ciphertexts` judges the paid run, over what the target serves and somebody changed. */
async function replayed(scene: Scene, change: (kept: Ciphertexts) => void): Promise<Answer> {
  const { bundle, served } = await honestReplay(scene);
  const kept = new Map(served);
  change(kept);
  const { outcome, reason, exitCode } = await judge(scene, bundle, kept);
  const detail = `verdict ${outcome}, exit code ${exitCode}`;
  return { reason: outcome === 'verified' ? null : reason, detail };
}

interface Served {
  readonly bundle: Uint8Array;
  readonly served: ReadonlyMap<Digest, Uint8Array>;
}

/** One for all attacks on a scene. */
const replays = new WeakMap<Scene, Promise<Served>>();

function honestReplay(scene: Scene): Promise<Served> {
  const known = replays.get(scene) ?? replayedHonestly(scene);
  replays.set(scene, known);
  return known;
}

async function replayedHonestly(scene: Scene): Promise<Served> {
  const bundle = readFileSync((await paidRun(scene)).bundlePath);
  const served: Ciphertexts = new Map();
  for await (const { digest, bytes } of readCiphertexts(scene.client.services, bundle))
    if (bytes !== null) served.set(digest, bytes);
  if (served.size < 2) throw new CannotRun('the target keeps no ciphertexts of the paid run');
  const honest = await judge(scene, bundle, served);
  if (!honest.steps.some(({ integrity }) => integrity === 'REPLAYED'))
    throw new CannotRun('no addition of the honest run could be repeated');
  return { bundle, served };
}

function judge({ client }: Scene, bundle: Uint8Array, kept: ReadonlyMap<Digest, Uint8Array>) {
  const replay = sealReplay(engines);
  const options = { at: null, replay, ciphertext: (digest: Digest) => kept.get(digest) ?? null };
  return verifyBundle(bundle, client.options.trust, options);
}

function firstOf(kept: Ciphertexts): readonly [Digest, Uint8Array] {
  const [first] = kept;
  if (first === undefined) throw new CannotRun('the target keeps no ciphertexts of the paid run');
  return first;
}

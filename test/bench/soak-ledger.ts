/**
 * Keeps one engine process at work for a million operations, and prints what it holds meanwhile:
 * `npm run soak:ledger -- [--operations N] [--minutes N]`. Exit code 1 when it grew above its bound, was lost, was
 * replaced for another reason than the many ciphertexts that it had refused, or left a native object behind.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { sha256, utf8 } from '#canonical';
import { CiphertextError, encodeBalances, encodeDelta, slotCount } from '#ciphertext';
import { FheProcess } from '#worker';

const RSS_MIB_MAX = 256;
const MIB = 2 ** 20;
/** Of a hundred operations so many are these; the rest are additions, as in the keyless service. */
const SHARE = { encrypt: 2, decrypt: 1, hostile: 10, check: 7 } as const;

/** While the engine works on one call, the bytes of the next travel. */
const LANES = 2;

interface Held {
  page: Uint8Array;
  delta: Uint8Array;
}

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '1000000' },
    minutes: { type: 'string', default: '60' },
  },
});
const operations = Number(values.operations);
const endsMs = performance.now() + Number(values.minutes) * 60_000;

const fhe = new FheProcess({ keyed: true, parameters: 'ledger-pages' });
const key = await fhe.createKey(sha256(utf8('soak wrap key')), 'soak');
const publicKey = await fhe.createPublicKey(key);
const encrypt = (slots: BigUint64Array, coins: string): Promise<Uint8Array> =>
  fhe.encryptWithCoins(publicKey, slots, sha256(utf8(coins)));
let refused = 0;
let peakRssMiB = 0;
let begun = 0;
let done = 0;
const beganMs = performance.now();

await Promise.all(Array.from({ length: LANES }, lane));

const perSecond = (1_000 * done) / (performance.now() - beganMs);
const { handles, lost, recycled, renewed, starts } = fhe.stats();
await fhe.close();
const clean = handles === 0 && lost === 0 && recycled === 0 && peakRssMiB < RSS_MIB_MAX;
print(
  `${done} operations, ${perSecond.toFixed(0)} a second: peak RSS ${peakRssMiB.toFixed(0)} MiB of ${RSS_MIB_MAX}, ${handles} handles, ` +
    `${starts} starts, ${renewed} renewed after refusals, ${lost} lost, ${recycled} recycled, ${refused} hostile inputs refused: ${clean ? 'clean' : 'NOT CLEAN'}`,
);
if (done < operations) {
  print(
    `ended by its time: at this rate ${operations} take ${(operations / perSecond / 60).toFixed(0)} minutes`,
  );
}
process.exitCode = clean ? 0 : 1;

/** A page of its own, changed by one operation after the other. */
async function lane(): Promise<void> {
  const held: Held = {
    page: await encrypt(encodeBalances([]), 'page'),
    delta: await encrypt(encodeDelta([{ slot: 0, change: 1n }]), 'delta'),
  };
  for (let step = 0; begun < operations && performance.now() < endsMs; step += 1) {
    begun += 1;
    await operate(held, step);
    done += 1;
    const { rssBytes, handles } = fhe.stats();
    peakRssMiB = Math.max(peakRssMiB, rssBytes / MIB);
    if (done % 10_000 === 0) {
      print(
        `${done} operations, RSS ${(rssBytes / MIB).toFixed(0)} MiB, ${handles} handles, ${refused} refused`,
      );
    }
  }
}

async function operate(held: Held, index: number): Promise<void> {
  const turn = index % 100;
  if (turn < SHARE.encrypt) {
    const slot = index % slotCount;
    held.delta = await encrypt(encodeDelta([{ slot, change: BigInt(index + 1) }]), `delta ${index}`);
  } else if (turn < SHARE.encrypt + SHARE.decrypt) {
    // Also what the bound on additions asks for: a page is encrypted afresh long before it is full of noise.
    const slots = await fhe.decrypt(key, held.page);
    held.page = await encrypt(slots, `fresh ${index}`);
  } else if (turn < SHARE.encrypt + SHARE.decrypt + SHARE.hostile) await tryHostile(held.delta, index);
  else if (turn < SHARE.encrypt + SHARE.decrypt + SHARE.hostile + SHARE.check) await fhe.check(held.page);
  else held.page = await fhe.add(held.page, held.delta);
}

/** A byte of the headers, or a coefficient beyond its prime, which only the engine itself finds out. */
async function tryHostile(delta: Uint8Array, index: number): Promise<void> {
  const bytes = delta.slice();
  if (index % 2 === 0) bytes[index % 89] = (bytes[index % 89] ?? 0) ^ 0x55;
  else bytes.fill(0xff, 113, 121);
  try {
    await fhe.check(bytes);
  } catch (error) {
    if (!(error instanceof CiphertextError)) throw error;
    refused += 1;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

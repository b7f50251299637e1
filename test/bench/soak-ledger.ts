/**
 * Keeps one engine process at work for a million operations, and prints what it holds meanwhile:
 * `npm run soak:ledger -- [--operations N] [--minutes N]`. Exit code 1 when it grew above its bound, was lost, was
 * replaced, or left a native object behind.
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
let page = await encrypt(encodeBalances([]), 'page');
let delta = await encrypt(encodeDelta([{ slot: 0, change: 1n }]), 'delta');
let refused = 0;
let peakRssMiB = 0;
let done = 0;

for (; done < operations && performance.now() < endsMs; done += 1) {
  await operate(done);
  const { rssBytes, handles } = fhe.stats();
  peakRssMiB = Math.max(peakRssMiB, rssBytes / MIB);
  if (done % 10_000 === 0) {
    print(
      `${done} operations, RSS ${(rssBytes / MIB).toFixed(0)} MiB, ${handles} handles, ${refused} refused`,
    );
  }
}
const { handles, lost, recycled, starts } = fhe.stats();
await fhe.close();
const clean = handles === 0 && lost === 0 && recycled === 0 && peakRssMiB < RSS_MIB_MAX;
print(
  `${done} operations: peak RSS ${peakRssMiB.toFixed(0)} MiB of ${RSS_MIB_MAX}, ${handles} handles, ` +
    `${starts} start, ${lost} lost, ${recycled} recycled, ${refused} hostile inputs refused: ${clean ? 'clean' : 'NOT CLEAN'}`,
);
process.exitCode = clean ? 0 : 1;

async function operate(index: number): Promise<void> {
  const turn = index % 100;
  if (turn < SHARE.encrypt) {
    const slot = index % slotCount;
    delta = await encrypt(encodeDelta([{ slot, change: BigInt(index + 1) }]), `delta ${index}`);
  } else if (turn < SHARE.encrypt + SHARE.decrypt) {
    // Also what the bound on additions asks for: a page is encrypted afresh long before it is full of noise.
    const slots = await fhe.decrypt(key, page);
    page = await encrypt(slots, `fresh ${index}`);
  } else if (turn < SHARE.encrypt + SHARE.decrypt + SHARE.hostile) await tryHostile(index);
  else if (turn < SHARE.encrypt + SHARE.decrypt + SHARE.hostile + SHARE.check) await fhe.check(page);
  else page = await fhe.add(page, delta);
}

/** A byte of the headers, or a coefficient beyond its prime, which only the engine itself finds out. */
async function tryHostile(index: number): Promise<void> {
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

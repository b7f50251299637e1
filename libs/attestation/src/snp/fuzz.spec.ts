/** Hostile bytes: seeded random mutations of everything that comes with a report. */
import { describe, expect, it } from 'vitest';
import { AT_MS, failures, seededRandom } from '../machine.fixture.js';
import { authorities, judge, lists, measure } from './snp-machine.fixture.js';

/** Quick by default; `SEALFLOW_FUZZ=100000` for the full count. */
const MUTATIONS = Number(process.env['SEALFLOW_FUZZ'] ?? 10_000);
const SLOWEST_MS = 1000;
const GROWTH_BYTES_MAX = 50 * 1024 * 1024;
const TIMEOUT_MS = 30 * 60 * 1000;

describe('random mutations of SNP evidence', () => {
  it(
    `are never accepted, never end in an exception and never hang (${MUTATIONS})`,
    () => {
      const random = seededRandom('snp-mutations');
      const { report, certificates } = measure({}, authorities.Turin);
      const parts = [report, ...certificates, lists.Turin];
      let slowestMs = 0;
      let before = 0;
      for (let round = 0; round < MUTATIONS; round += 1) {
        if (round === Math.floor(MUTATIONS / 10)) before = process.memoryUsage().rss;
        // Half of all mutations hit the report, the rest the certificates and the list.
        const part = round % 2 === 0 ? 0 : 1 + ((round >> 1) % (parts.length - 1));
        const changed = mutate(parts[part] ?? report, random);
        const [one = report, vek = report, ca = report, ark = report, crl = report] = parts.map(
          (bytes, index) => (index === part ? changed : bytes),
        );
        // Time on the processor: nothing here waits, and the machine may be busy with others.
        const start = process.cpuUsage();
        const verification = judge({ report: one, certificates: [vek, ca, ark] }, { crl, atMs: AT_MS });
        const { user, system } = process.cpuUsage(start);
        slowestMs = Math.max(slowestMs, (user + system) / 1000);
        const reasons = failures(verification.checks);
        if (reasons.length === 0 || reasons.includes('VERIFIER_ERROR')) {
          expect.fail(`round ${round}, part ${part}: ${reasons.join(', ') || 'accepted'}`);
        }
      }
      const growth = process.memoryUsage().rss - before;
      console.log(
        `SNP mutations: ${MUTATIONS}, slowest ${Math.round(slowestMs)} ms, memory growth ${Math.round(growth / 1024 / 1024)} MiB`,
      );
      expect(slowestMs).toBeLessThan(SLOWEST_MS);
      expect(growth).toBeLessThan(GROWTH_BYTES_MAX);
    },
    TIMEOUT_MS,
  );
});

/** One change that leaves other bytes: flipped bits, another byte, a cut, a gap, a doubled piece. */
function mutate(bytes: Uint8Array, random: (length: number) => Uint8Array): Uint8Array {
  const dice = new DataView(random(12).buffer);
  const offset = dice.getUint32(0) % bytes.length;
  const length = 1 + (dice.getUint8(4) % 16);
  const value = dice.getUint8(5);
  const before = bytes.subarray(0, offset);
  const after = bytes.subarray(offset);
  switch (dice.getUint8(6) % 8) {
    case 0:
      return Uint8Array.from(before);
    case 1:
      return Uint8Array.of(...before, value, ...after);
    case 2:
      return Uint8Array.of(...before, ...after.subarray(length));
    case 3:
      return Uint8Array.of(...before, ...after.subarray(0, length), ...after);
    case 4:
      return replaced(bytes, offset, (value || 1) ^ (bytes[offset] ?? 0));
    default:
      return replaced(bytes, offset, (bytes[offset] ?? 0) ^ (1 << (value % 8)));
  }
}

function replaced(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[offset] = value;
  return copy;
}

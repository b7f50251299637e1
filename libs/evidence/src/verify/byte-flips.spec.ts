import { describe, expect, it } from 'vitest';
import { demoRun } from '../testing/demo-run.fixture.js';
import { judge } from '../testing/judge.fixture.js';
import { seededRandom } from '../testing/random.fixture.js';

const flips = 240;
const substitutions = 60;

describe('changing any byte of a bundle', () => {
  const demo = demoRun({ decision: 'review', witnesses: 1 });
  const random = seededRandom('byte flips');
  const integer = (): number => new DataView(random(4).buffer).getUint32(0);

  async function expectNamed(bytes: Uint8Array, offset: number): Promise<void> {
    const { exitCode, failed, verdict } = await judge(bytes, demo.trust);
    const place = `byte ${offset}: ${JSON.stringify(new TextDecoder().decode(bytes.subarray(offset - 20, offset + 20)))}`;
    expect(exitCode, place).not.toBe(0);
    expect(verdict.reason, place).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(failed, place).not.toContain('VERIFIER_ERROR');
  }

  it(`a bit of it (${flips} seeded flips) fails with a named reason`, { timeout: 120_000 }, async () => {
    for (let count = 0; count < flips; count += 1) {
      const offset = integer() % demo.bytes.length;
      const bytes = demo.bytes.slice();
      bytes[offset] = (bytes[offset] ?? 0) ^ (1 << (integer() % 8));
      await expectNamed(bytes, offset);
    }
  });

  it(`for another character of the file (${substitutions} seeded) fails with a named reason`, {
    timeout: 60_000,
  }, async () => {
    for (let count = 0; count < substitutions; count += 1) {
      const offset = integer() % demo.bytes.length;
      const other = demo.bytes[integer() % demo.bytes.length] ?? 0;
      if (other === demo.bytes[offset]) continue;
      const bytes = demo.bytes.slice();
      bytes[offset] = other;
      await expectNamed(bytes, offset);
    }
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '#canonical';
import type { BundleVerdict } from '#evidence';
import { sealflow } from '../sealflow-command.js';
import { isWhole, runOf, settled, suite } from '../suite.js';

let folder: string;
let bundle: string;

/** Whoever has the ciphertexts adds again what the FHE service added, and believes nobody about the sums. */
export function replay(): void {
  beforeAll(async () => {
    await settled();
    folder = mkdtempSync(join(tmpdir(), 'sealflow-replay-'));
    bundle = join(folder, 'approved.evidence.json');
    writeFileSync(bundle, await runOf('approved').handle.bundle());
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function verify(ciphertexts: string) {
    const { installation } = suite().stack;
    const { code, out } = await sealflow([
      ...['verify', bundle, '--json', '--trust', installation.trustPath],
      ...['--ciphertexts', ciphertexts],
    ]);
    const { steps, reason } = JSON.parse(out) as BundleVerdict;
    const classes = steps.filter(({ kind }) => kind === 'fhe.bfv').map(({ integrity }) => integrity);
    return { code, reason, classes };
  }

  describe('the additions of a run', () => {
    it.runIf(isWhole)(
      'are run again from what its orchestrator keeps, until one bit of that is another',
      async () => {
        const kept = join(folder, 'ciphertexts');
        const { grpc } = suite().stack.address;
        const fetched = await sealflow(['ciphertexts', bundle, '--orchestrator', grpc, '--out', kept]);
        expect(fetched).toMatchObject({ code: 0, err: '' });
        expect(await verify(kept)).toEqual({ code: 0, reason: null, classes: ['REPLAYED', 'REPLAYED'] });

        const [first = ''] = readdirSync(kept);
        const bytes = readFileSync(join(kept, first));
        bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
        writeFileSync(join(kept, first), bytes);
        const flipped = await verify(kept);
        expect(flipped).toMatchObject({ code: 1, reason: 'CIPHERTEXT_DIGEST_MISMATCH' });
        expect(flipped.classes).toContain('SIMULATED');
      },
    );

    it('can be run again by the client of the run', async () => {
      const names: string[] = [];
      for await (const { digest, bytes } of runOf('approved').handle.ciphertexts()) {
        expect(digestOf(bytes ?? new Uint8Array())).toBe(digest);
        names.push(digest);
      }
      expect(names.length).toBeGreaterThanOrEqual(4);
    });
  });
}

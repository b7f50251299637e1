import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'vitest';
import { parseTrustFile } from '../trust/trust-file.js';
import { verifyBundle } from './verify-bundle.js';
it('x', { timeout: 400000 }, async () => {
  const dir = '/tmp/fresh one/.sealflow';
  const trust = parseTrustFile(readFileSync(`${dir}/trust.json`));
  const files = readdirSync(`${dir}/bundles`);
  const counts: Record<string, number> = {};
  for (let n = 0; n < 500; n++) {
    const f = files[n % files.length] ?? '';
    const b = new Uint8Array(readFileSync(`${dir}/bundles/${f}`));
    const o = Math.floor(Math.random() * b.length);
    b[o] = (b[o] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
    const v = await verifyBundle(b, trust, { at: null });
    counts[`${v.exitCode} ${v.reason}`] = (counts[`${v.exitCode} ${v.reason}`] ?? 0) + 1;
    if (v.exitCode === 0 || v.reason === 'VERIFIER_ERROR') console.log('MISS', f, o, new TextDecoder().decode(b.subarray(o - 60, o + 60)));
  }
  console.log(counts);
});

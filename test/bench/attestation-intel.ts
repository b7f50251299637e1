import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QuoteVerifier } from '@phala/dcap-qvl';
import { vendorTrustRoots, verifyTdxQuote } from '#attestation';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import { type Figure, median } from './figures.js';

const ROUNDS = 200;
const WARM_UP = 20;
const FOLDER = join(projectRoot, '../shared/vectors/attestation/tdx/tdx-v4-uptodate-1');
const AT_MS = Date.parse('2025-06-20');

/** A real TDX quote with its collateral, beside the other verifier in one run. Empty where the vectors are absent. */
export function measureIntel(): Figure[] {
  if (!existsSync(FOLDER)) return [];
  const quote = new Uint8Array(readFileSync(join(FOLDER, 'quote.bin')));
  const collateral = new Uint8Array(readFileSync(join(FOLDER, 'collateral.json')));
  const roots = { hardware: vendorTrustRoots.intel, simulated: [] };
  const other = QuoteVerifier.newProd();
  const file = JSON.parse(readFileSync(join(FOLDER, 'collateral.json'), 'utf8')) as never;
  const oursMs: number[] = [];
  const theirsMs: number[] = [];
  // Alternating, so that whatever else the machine does meets both.
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    const ours = timed(() => verifyTdxQuote({ quote, collateral, roots, atMs: AT_MS }));
    const theirs = timed(() => other.verify(Buffer.from(quote), file, AT_MS / 1000));
    if (round < WARM_UP) continue;
    oursMs.push(ours);
    theirsMs.push(theirs);
  }
  const theirs = median(theirsMs);
  return [
    {
      name: 'TDX quote with collateral',
      value: median(oursMs),
      unit: 'ms',
      target: theirs,
      samples: ROUNDS,
      note: 'real quote; the bound is dcap-qvl in the same run',
    },
    { name: 'the same by @phala/dcap-qvl', value: theirs, unit: 'ms', samples: ROUNDS, note: '' },
  ];
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

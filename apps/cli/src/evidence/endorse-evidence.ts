import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collateralNeeds, encodeEvidencePackage } from '#attestation';
import type { MissingCollateral } from '#collateral';
import { UsageError } from '../output/failure.js';
import type { CollectedEvidence } from './collect-evidence.js';
import { type FetchRequest, fetchCollateral } from './fetch-collateral.js';

export interface Endorsed {
  readonly collected: CollectedEvidence;
  readonly missing: readonly MissingCollateral[];
}

/** The package with what vendors say beside it. The binding does not cover that: it has its own signatures. */
export async function endorseEvidence(
  collected: CollectedEvidence,
  request: Omit<FetchRequest, 'devices' | 'stateFolder'>,
): Promise<Endorsed> {
  if (collected.simulated) {
    throw new UsageError('--collateral: no vendor knows simulated hardware: leave it out');
  }
  const { evidence } = collected;
  // Some machines bring all of it.
  if (collateralNeeds(evidence).length === 0) return { collected, missing: [] };
  const stateFolder = mkdtempSync(join(tmpdir(), 'sealflow-collateral-'));
  try {
    const { collateral, missing } = await fetchCollateral({ ...request, devices: evidence, stateFolder });
    const endorsed = { ...evidence, collateral: [...evidence.collateral, ...collateral] };
    return {
      collected: { ...collected, bytes: encodeEvidencePackage(endorsed), evidence: endorsed },
      missing,
    };
  } finally {
    rmSync(stateFolder, { recursive: true, force: true });
  }
}

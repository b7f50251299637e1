import { type Collateral, type CollateralNeed, type IssuedPair, rimSigners } from '#attestation';
import { digestOf } from '#canonical';
import { CollateralError, type CollateralErrorCode } from './collateral-error.js';
import type { CollateralService } from './collateral-service.js';

/** A piece that could not be had, and why. */
export interface MissingCollateral {
  readonly vendor: CollateralNeed['vendor'];
  readonly reason: CollateralErrorCode;
  readonly message: string;
}

type Missing = (piece: MissingCollateral) => void;

/**
 * Asks for all that verifiers of some devices need. What cannot be had is told to `missing` and left out: appraisals
 * then fail closed, and name what they missed.
 */
export async function answerNeeds(
  service: CollateralService,
  needs: readonly CollateralNeed[],
  missing: Missing,
): Promise<readonly Collateral[]> {
  const found: Collateral[] = [];
  for (const need of needs) found.push(...(await answer(service, need, missing)));
  return distinct(found);
}

async function answer(
  service: CollateralService,
  need: CollateralNeed,
  missing: Missing,
): Promise<readonly Collateral[]> {
  switch (need.vendor) {
    case 'intel':
      return tried(need.vendor, missing, async () => [await service.intel(need)]);
    case 'amd': {
      const { product, signer } = need;
      const vcek =
        need.vcek === null ? null : { chipId: need.vcek.chipId, tcb: definedParts({ ...need.vcek.tcb }) };
      return tried(need.vendor, missing, () => service.amd({ product, signer, vcek }));
    }
    case 'nvidia': {
      const each = async <T>(items: readonly T[], ask: (item: T) => Promise<Collateral>) => {
        const answers: Collateral[] = [];
        for (const item of items) {
          answers.push(...(await tried(need.vendor, missing, async () => [await ask(item)])));
        }
        return answers;
      };
      const rims = await each(need.rims, (id) => service.rim(id));
      const signers = rims.flatMap(({ data }) => rimSigners(data));
      const pairs: readonly IssuedPair[] = [...need.certificates, ...signers];
      const ocsp = await each(pairs, ({ certificate, issuer }) => service.ocsp(certificate, issuer));
      return [...rims, ...ocsp];
    }
  }
}

async function tried(
  vendor: CollateralNeed['vendor'],
  missing: Missing,
  ask: () => Promise<readonly Collateral[]>,
): Promise<readonly Collateral[]> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CollateralError)) throw error;
    missing({ vendor, reason: error.code, message: error.message });
    return [];
  }
}

function definedParts(
  tcb: Readonly<Record<string, number | null | undefined>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(tcb).flatMap(([part, version]) =>
      version === undefined || version === null ? [] : [[part, version]],
    ),
  );
}

/** Two devices of one kind share a manifest. */
function distinct(collateral: readonly Collateral[]): Collateral[] {
  return [...new Map(collateral.map((piece) => [`${piece.kind} ${digestOf(piece.data)}`, piece])).values()];
}

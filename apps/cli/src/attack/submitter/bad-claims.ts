import { randomBytes } from 'node:crypto';
import { contextField } from '#canonical';
import { answerOf, dishonestHospital, searchRecord } from '../../demo/claim/attackers.js';
import { newClaim, requestOf } from '../../demo/claim/claim-parties.js';
import { type ClaimScene, fileClaim } from '../../demo/claim/file-claim.js';
import type { Answer, AttackCase } from '../attack-case.js';

type Attempt = (scene: ClaimScene) => Promise<Answer>;

const LEAVES = 'a run of the claim workflow that moves nothing, on a ledger of claims of its own';

/** Claims that are read, or paid twice, to somebody else, or with more than was proved. */
export const badClaims: readonly AttackCase[] = [
  {
    ...searchRecord,
    name: 'claim-search-record',
    lane: 'claims',
    attack: async (scene) => searchRecord.attack(await scene.claim()),
  },
  ...dishonestHospital.map((each) => ({
    ...each,
    name: `claim-${each.name}`,
    leaves: LEAVES,
    lane: 'claims' as const,
    attack: async (scene: Parameters<AttackCase['attack']>[0]) => each.attack(await scene.claim()),
  })),
  ofClaim('claim-order-of-another', 'have a claim paid by the orders for another one', async (scene) => {
    const { parties, planned, stack } = scene;
    const orders = await parties.insurer.orders(requestOf(newClaim(parties.hospital)));
    return answerOf(await fileClaim(stack, parties, planned, newClaim(parties.hospital), { orders }));
  }),
  ofClaim(
    'claim-of-another-provider',
    'sign a claim with the key of another provider than the one that has the orders',
    async (scene) => {
      const { parties, planned, stack } = scene;
      const claim = newClaim(parties.hospital);
      const orders = await parties.insurer.orders(requestOf(claim));
      const stolen = { ...claim, providerSecret: contextField(new Uint8Array(randomBytes(32))) };
      return answerOf(await fileClaim(stack, parties, planned, stolen, { orders }));
    },
  ),
  ofClaim('claim-sum-raised', 'have a cent more counted than was proved', async (scene) => {
    const { parties, planned, stack } = scene;
    const claim = newClaim(parties.hospital);
    const { names, asked } = requestOf(claim);
    const more = { ...asked, deductibleCents: asked.deductibleCents + 1n };
    const orders = await parties.insurer.orders({ names, asked: more });
    return answerOf(await fileClaim(stack, parties, planned, claim, { orders }));
  }),
];

/** What the key enclave compares with the proof before it pays. */
function ofClaim(name: string, tries: string, attempt: Attempt): AttackCase {
  return {
    name,
    actor: 'submitter',
    tries,
    expected: 'DECISION_NOT_PROVEN',
    noticedBy: 'key enclave',
    needs: 'stack',
    leaves: LEAVES,
    lane: 'claims',
    attack: async (scene) => attempt(await scene.claim()),
  };
}

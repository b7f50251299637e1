import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contextField, type Digest, digestOf, type JsonObject } from '#canonical';
import type { PlannedWorkflow, SealflowClient } from '#client';
import type { ClaimTerms } from '#ledger';
import { OwnerFolder } from '#owner';
import {
  askedOf,
  CODES_ROOT,
  claimInput,
  claimNames,
  goldenClaim,
  MEMBER,
  MemberTable,
  type SampleClaim,
} from '#samples';
import { projectRoot } from '../../installation/paths.js';
import { OwnerProver } from '../../prove/owner-prover.js';
import type { RunningStack } from '../../stack/stack.js';
import { demoClient } from '../frame/demo-client.js';
import { DemoLedger } from '../frame/demo-ledger.js';

const HOUR_MS = 3_600_000;
/** Each settlement signs three intents. */
const SIGNATURES = 3;

export const OPENINGS = {
  insurer: 10_000_000n,
  hospital: 0n,
  'deductible-open': MEMBER.deductibleCents - MEMBER.metCents,
  'deductible-met': MEMBER.metCents,
} as const;

/** Hospital and insurer, and what each of them alone has. */
export interface ClaimParties {
  readonly hospital: Hospital;
  readonly insurer: Insurer;
  readonly ledger: DemoLedger;
  /** The insurer's rows, of which the hospital is given those of its patients. */
  readonly members: MemberTable;
}

/** Has the record, and proves about it where it lies. */
export interface Hospital {
  readonly client: SealflowClient;
  readonly prover: OwnerProver;
  readonly secret: bigint;
}

export async function openHospital(stack: RunningStack): Promise<Hospital> {
  const folder = join(stack.installation.home, 'demo-hospital');
  const prover = new OwnerProver({
    folder,
    home: stack.installation.home,
    orchestrator: stack.address.grpc,
    workerId: 'hospital',
  });
  await prover.start();
  const client = demoClient(stack, OwnerFolder.open(folder));
  return { client, prover, secret: contextField(new Uint8Array(randomBytes(32))) };
}

/** A claim of its own number and encounter. */
export function newClaim({ secret }: Hospital, change: Partial<SampleClaim> = {}): SampleClaim {
  const number = (): bigint => BigInt(randomInt(2 ** 47));
  const ids = { claimId: number(), encounterId: number(), memberId: MEMBER.key, providerSecret: secret };
  return { ...goldenClaim(ids), ...change };
}

/** What a hospital tells the insurer of a claim before it files it: names that tell nothing, and its own sum. */
export interface Request {
  readonly names: ReturnType<typeof claimNames>;
  readonly asked: ReturnType<typeof askedOf>;
}

export function requestOf(claim: SampleClaim): Request {
  return { names: claimNames(claim), asked: askedOf(claim, MEMBER) };
}

/** Orders of the insurer, as a run takes them. They are sealed to the ledger; the hospital can read neither. */
export interface Orders {
  readonly payment: JsonObject;
  readonly deductible: JsonObject;
}

/** Signs what a proof may take from its accounts, under its own tables and for the circuit that it means. */
export class Insurer {
  readonly #manifest: Digest;

  constructor(
    private readonly ledger: DemoLedger,
    private readonly members: MemberTable,
  ) {
    const file = join(projectRoot, 'apps/zk-prover/artifacts/claim/manifest.json');
    this.#manifest = digestOf(readFileSync(file));
  }

  /** Whether a proof is about this claim, by the insurer's own tables. That it is valid, a verified bundle says. */
  recognises(proven: JsonObject | undefined, { names }: Request): boolean {
    return Object.entries(this.#facts(names)).every(([fact, value]) => proven?.[fact] === value);
  }

  async orders({ names, asked }: Request): Promise<Orders> {
    const facts = this.#facts(names);
    const order = (
      part: ClaimTerms['part'],
      from: keyof typeof OPENINGS,
      to: keyof typeof OPENINGS,
      amount: bigint,
    ) => {
      const { id, seed } = this.ledger.account(from);
      const signer = { account: id, seed, nonce: this.ledger.take(from, SIGNATURES) };
      const terms = { part, manifest: this.#manifest, facts, to, amount, untilMs: Date.now() + HOUR_MS };
      return this.ledger.pages.claimOrder(signer, terms);
    };
    return {
      payment: await order('insurer', 'insurer', 'hospital', asked.insurerCents),
      deductible: await order('deductible', 'deductible-open', 'deductible-met', asked.deductibleCents),
    };
  }

  #facts(names: Request['names']): ClaimTerms['facts'] {
    return { codesRoot: CODES_ROOT, membersRoot: this.members.root, ...names };
  }
}

export function inputsOf(claim: SampleClaim, members: MemberTable, orders: Orders) {
  return { claim: [...claimInput(claim)], membership: members.membership(claim.memberId), ...orders };
}

/** What the hospital agrees to: each money step on the ledger that was founded, and a record that does not leave it. */
export function planClaim({ hospital, ledger }: ClaimParties): Promise<PlannedWorkflow> {
  const definition = readFileSync(join(projectRoot, 'examples/claim-settled.yaml'), 'utf8');
  const pin = { ledger: ledger.name };
  return hospital.client.plan({
    definition,
    parameters: { count: pin, pay: pin, counted: pin, paid: pin },
    minimums: { classes: { personal: { confidentiality: 'CLIENT_ONLY' } }, fields: {} },
  });
}

// SPDX-License-Identifier: GPL-3.0
/**
 * Judges a health-insurance claim by the tables of the insurer: `claim.adjudicate`.
 *
 * The prover sees the claim and the provider's secret, so it runs inside a confidential VM or at the hospital. Everybody
 * else sees the rule, the roots of the tables and the names that repeat when a claim is filed twice. Whoever relies on
 * a proof compares the roots with the tables that he issued and keeps the nullifiers that he has seen.
 */
import { randomBytes } from 'node:crypto';
import { contextField, type Json } from '#canonical';
import { type OpenTask, TaskError, type TaskOutcome, type TaskRuntime } from '#worker';
import { loadCircuit } from '../circuit/circuit.js';
import { openFields, proveTask } from '../circuit/prove-task.js';
import { asTaskError } from '../circuit/statement-error.js';
import type { CircuitInput } from '../pool/messages.js';
import type { ProverPool } from '../pool/prover-pool.js';
import { type Claim, claimNames, evaluateClaim, parseClaim } from './evaluate.js';
import {
  CONFLICTS_MAX,
  type CodeRow,
  type CodeTable,
  type MemberRow,
  memberRowHash,
  parseMembership,
} from './policy.js';
import { type Answer, rootOf } from './table.js';

export interface ClaimRuntimeOptions {
  /** Folder of the circuit's manifest, keys and witness program. */
  readonly artifactsDir: string;
  readonly codes: CodeTable;
  /** Source of the salt of what goes out; the system's unless told. */
  readonly random?: (byteCount: number) => Uint8Array;
}

/** Everything that the circuit reads. */
export interface ClaimCase {
  readonly claim: Claim;
  readonly rows: readonly Answer<CodeRow>[];
  readonly member: Answer<MemberRow>;
}

/**
 * Input ports: `claim`, an opened Poseidon payload; `membership`, the member's row with its path. Outputs: `rule`
 * (public) and `outcome` (sealed fields `[insurerCents, patientCents, appliedCents]`).
 *
 * Errors of `run`: TaskError WITNESS_OUT_OF_RANGE, PROOF_INVALID and those of the pool. None repeats a value.
 */
export function claimRuntime(pool: ProverPool, options: ClaimRuntimeOptions): TaskRuntime {
  const circuit = loadCircuit(options.artifactsDir);
  const random = options.random ?? randomBytes;

  async function run(task: OpenTask, signal: AbortSignal): Promise<TaskOutcome> {
    const input = openFields(task, 'claim');
    const judged = asTaskError(() => {
      const claim = parseClaim(input.fields);
      const member = parseMembership(openJson(task, 'membership'));
      const rows = claim.lines.map(({ code }) => options.codes.answer(code));
      const result = evaluateClaim(
        claim,
        rows.map(({ row }) => row),
        member.row,
      );
      return { claim, member, rows, result };
    });
    const { rule, insurerCents, patientCents, appliedCents } = judged.result;
    const salts = { claim: input.salt, outcome: contextField(random(32)) };
    const { provider, claimNullifier, encounterNullifier } = claimNames(judged.claim);
    return await proveTask(
      task,
      signal,
      { pool, circuit },
      {
        witness: claimWitness(judged, salts, task.context),
        inputs: [input],
        outputs: {
          rule: { kind: 'public', value: rule },
          outcome: {
            kind: 'sealed-fields',
            fields: [insurerCents, patientCents, appliedCents],
            salt: salts.outcome,
            value: {
              insurerCents: `${insurerCents}`,
              patientCents: `${patientCents}`,
              appliedCents: `${appliedCents}`,
            },
          },
        },
        facts: {
          codesRoot: `${options.codes.root}`,
          membersRoot: `${rootOf(memberRowHash(judged.member.row), judged.member.path)}`,
          provider: `${provider}`,
          claimNullifier: `${claimNullifier}`,
          encounterNullifier: `${encounterNullifier}`,
        },
      },
    );
  }

  return { operation: 'claim.adjudicate', kind: 'zk.groth16', run };
}

/** The circuit's input signals by name. */
export function claimWitness(
  { claim, rows, member }: ClaimCase,
  salts: { readonly claim: bigint; readonly outcome: bigint },
  context: bigint,
): CircuitInput {
  const { claimId, encounterId, memberId, providerSecret, diagnoses, totalCents, lines } = claim;
  const padded = rows.map(({ row: { conflicts } }) =>
    Array.from({ length: CONFLICTS_MAX }, (_, index) => conflicts[index] ?? { code: 0n, bypass: false }),
  );
  return {
    claimId,
    encounterId,
    memberId,
    providerSecret,
    diagnoses,
    totalCents,
    code: lines.map(({ code }) => code),
    units: lines.map(({ units }) => units),
    unitCents: lines.map(({ unitCents }) => unitCents),
    modifier: lines.map(({ modifier }) => (modifier ? 1n : 0n)),
    claimSalt: salts.claim,
    rowCode: rows.map(({ row }) => row.key),
    rowNext: rows.map(({ row }) => row.next),
    unitsMax: rows.map(({ row }) => row.unitsMax),
    unitCentsMax: rows.map(({ row }) => row.unitCentsMax),
    conflictCodes: padded.flatMap((conflicts) => conflicts.map(({ code }) => code)),
    conflictBypass: padded.flatMap((conflicts) => conflicts.map(({ bypass }) => (bypass ? 1n : 0n))),
    codePlaces: rows.flatMap(({ path }) => path.places),
    codeSiblings: rows.flatMap(({ path }) => path.siblings.flat()),
    rowMember: member.row.key,
    rowNextMember: member.row.next,
    deductibleCents: member.row.deductibleCents,
    metCents: member.row.metCents,
    coinsurance: member.row.coinsurance,
    memberPlaces: member.path.places,
    memberSiblings: member.path.siblings.flat(),
    outcomeSalt: salts.outcome,
    context,
  };
}

function openJson(task: OpenTask, port: string): Json {
  const input = task.inputs[port];
  if (input?.kind === 'opened' && input.payload.alg === 'sha256') return input.payload.value;
  throw new TaskError('WITNESS_OUT_OF_RANGE', `input ${port}: expected an opened payload`);
}

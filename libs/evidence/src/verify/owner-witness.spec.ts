import { describe, expect, it } from 'vitest';
import type { Appraisal } from '#attestation';
import { type Digest, digestOf } from '#canonical';
import { isWitnessAtOwner } from './owner-witness.js';
import type { Session, StepView } from './session.js';

const proverKey = new Uint8Array(32).fill(1);
const prover = digestOf(proverKey);
const client = digestOf(new Uint8Array(32).fill(2));
const stranger = digestOf(new Uint8Array(32).fill(3));
const appraisal = { binding: { sealKeys: [{ publicKey: proverKey }] } } as unknown as Appraisal;

type Recipients = readonly { readonly role: string; readonly kid: Digest }[];
const owners: Recipients = [
  { role: 'client', kid: client },
  { role: 'client', kid: prover },
];
const own: Recipients = [
  { role: 'client', kid: client },
  { role: 'worker:balance.transfer.owner', kid: prover },
];

interface Story {
  /** By edge. */
  readonly readers: Readonly<Record<string, Recipients>>;
  /** Edges that the sealed inputs of each step come from. */
  readonly steps: Readonly<Record<string, readonly string[]>>;
  readonly claims?: Readonly<Record<string, string>>;
}

function judge(
  { readers, steps, claims = {} }: Story,
  of: string,
  seen: Appraisal | null = appraisal,
): boolean {
  const views = Object.keys(steps).map((stepId) => ({
    predicate: { stepId, assurance: { confidentiality: claims[stepId] ?? 'CLIENT_ONLY' } },
  })) as unknown as StepView[];
  const session = {
    plan: {
      tasks: Object.entries(steps).map(([id, edges]) => ({
        id,
        inputs: [
          ...edges.map((edge) => ({ edge, alg: 'poseidon-bn254' })),
          { edge: 'inputs/p', alg: 'public' },
        ],
      })),
    },
    root: { readers: Object.entries(readers).map(([edge, recipients]) => ({ edge, recipients })) },
    step: (id: string) => views.find(({ predicate }) => predicate.stepId === id) ?? null,
  } as unknown as Session;
  const step = session.step(of);
  if (step === null) throw new Error(`no step ${of}`);
  return isWitnessAtOwner(session, step, seen);
}

const chain: Story = {
  readers: { 'inputs/a': owners, 'first/rest': own },
  steps: { first: ['inputs/a'], second: ['first/rest', 'inputs/a'] },
};

describe('a witness stayed with its owner', () => {
  it('when only keys of the client could open the inputs, and one of them is the prover', () => {
    expect(judge(chain, 'first')).toBe(true);
  });

  it('when the prover made an input for itself in a step that stayed there too', () => {
    expect(judge(chain, 'second')).toBe(true);
  });

  const bad: readonly [string, Story, string][] = [
    ['nobody claims it', { ...chain, claims: { first: 'ENCLAVE' } }, 'first'],
    [
      'a worker could open an input',
      { ...chain, readers: { 'inputs/a': [...owners, { role: 'worker:x', kid: stranger }] } },
      'first',
    ],
    ['the prover is a worker to the client', { ...chain, readers: { 'inputs/a': own } }, 'first'],
    [
      'the key of the prover is none of the client',
      { ...chain, readers: { 'inputs/a': [{ role: 'client', kid: client }] } },
      'first',
    ],
    ['readers of an input are not listed', { ...chain, readers: {} }, 'first'],
    ['the step has no sealed input', { readers: {}, steps: { first: [] } }, 'first'],
    ['the step before did not stay there', { ...chain, claims: { first: 'ENCLAVE' } }, 'second'],
    ['the step before is not shown', { ...chain, steps: { second: ['first/rest'] } }, 'second'],
    [
      'another worker got what the step before made',
      {
        ...chain,
        readers: { 'inputs/a': owners, 'first/rest': [...own, { role: 'worker:x', kid: stranger }] },
      },
      'second',
    ],
    [
      'the steps go in a circle',
      { readers: { 'first/x': own, 'second/x': own }, steps: { first: ['second/x'], second: ['first/x'] } },
      'first',
    ],
  ];

  it.each(bad)('not when %s', (_, story, step) => {
    expect(judge(story, step)).toBe(false);
  });

  it('not when the prover shows no evidence of its keys', () => {
    expect(judge(chain, 'first', null)).toBe(false);
  });
});

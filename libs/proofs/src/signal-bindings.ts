import { type Commitment, canonicalBytes, commitmentField, digestOf, type JsonObject } from '#canonical';
import type { CheckList, Verdict } from './check-list.js';
import type { CircuitManifest } from './manifest.js';
import type { PublicSignal } from './signal.js';

/** What the run says about the step that the proof is for. Taken from signed statements, never from the prover. */
export interface SignalExpectation {
  /** Field element that names run and task. */
  readonly context: bigint;
  /** Commitments of the step's edges, by port. */
  readonly inputs: Readonly<Record<string, Commitment>>;
  readonly outputs: Readonly<Record<string, Commitment>>;
  /** Disclosed facts of the step: choices by port, model commitments by signal name. */
  readonly public: JsonObject;
}

/**
 * One check a signal: the context is the run's, every other signal equals what the step's statement says. And none of
 * the step's outputs is left over: what no signal names, the prover could have made up beside a proof that holds.
 */
export function checkSignalBindings(
  checks: CheckList,
  manifest: CircuitManifest | null,
  signals: readonly bigint[] | null,
  expectation: SignalExpectation,
): void {
  if (manifest === null || signals === null) {
    checks.verdict('ZK-G16-012', 'Public signals are tied to the run', {
      skipped: true,
      passed: false,
      reason: '',
    });
    return;
  }
  for (const signal of manifest.signals) {
    const value = signals[signal.index];
    const title = `Public signal ${signal.name} (${signal.meaning}) is tied to the run`;
    if (value === undefined)
      checks.verdict('ZK-G16-012', title, { skipped: true, passed: false, reason: '' });
    else checks.verdict('ZK-G16-012', title, bindingOf(signal, value, expectation));
  }
  for (const port of unboundOutputs(manifest, Object.keys(expectation.outputs))) {
    checks.verdict('ZK-G16-013', `Output ${port} is named by a public signal`, {
      passed: false,
      reason: 'OUTPUT_UNBOUND',
      expected: listed(boundOutputs(manifest)),
      actual: port,
    });
  }
}

/** Output ports that no public signal of the circuit names: its proof says nothing about what is there. */
export function unboundOutputs(manifest: CircuitManifest, ports: readonly string[]): readonly string[] {
  const bound = boundOutputs(manifest);
  return ports.filter((port) => !bound.includes(port));
}

/** Facts that no public signal of the circuit states; conditions of a plan that read one would trust the prover. */
export function unboundFacts(manifest: CircuitManifest, facts: readonly string[]): readonly string[] {
  const stated = manifest.signals.flatMap(({ meaning, name, port }) =>
    meaning === 'value' ? [port] : meaning === 'fact' || meaning === 'model' ? [name] : [],
  );
  return facts.filter((fact) => !stated.includes(fact));
}

/** Ports of outputs that public signals name. */
export function boundOutputs(manifest: CircuitManifest): readonly string[] {
  return manifest.signals.flatMap((signal) =>
    (signal.meaning === 'commitment' || signal.meaning === 'value') && signal.side === 'output'
      ? [signal.port]
      : [],
  );
}

function listed(ports: readonly string[]): string {
  return ports.length === 0 ? 'no output: this circuit names none' : `one of ${ports.join(', ')}`;
}

function bindingOf(signal: PublicSignal, value: bigint, expectation: SignalExpectation): Verdict {
  switch (signal.meaning) {
    case 'context':
      return { passed: value === expectation.context, reason: 'CONTEXT_MISMATCH' };
    case 'commitment': {
      const edges = signal.side === 'input' ? expectation.inputs : expectation.outputs;
      return commitmentBinding(value, own(edges, signal.port));
    }
    case 'model': {
      const stated = own(expectation.public, signal.name);
      return { passed: opensTo(stated, value), reason: 'MODEL_COMMITMENT_MISMATCH' };
    }
    case 'fact': {
      const stated = own(expectation.public, signal.name);
      return {
        // A field element has one decimal text: no other spelling of the same number passes.
        passed: stated === `${value}`,
        reason: 'PUBLIC_VALUE_MISMATCH',
        expected: `${value}`,
        actual: typeof stated === 'string' ? stated.slice(0, 80) : 'nothing',
      };
    }
    case 'value': {
      const choice = signal.values[Number(value)];
      const edge = own(expectation.outputs, signal.port);
      const stated = own(expectation.public, signal.port);
      return {
        passed: choice !== undefined && stated === choice && edge === digestOf(canonicalBytes(choice)),
        reason: 'PUBLIC_VALUE_MISMATCH',
        expected: choice ?? `one of ${signal.values.join(', ')}`,
        actual: typeof stated === 'string' ? stated.slice(0, 64) : 'nothing',
      };
    }
  }
}

function commitmentBinding(value: bigint, edge: Commitment | undefined): Verdict {
  if (edge === undefined)
    return { passed: false, reason: 'SIGNAL_UNBOUND', expected: 'an edge at this port' };
  return { passed: opensTo(edge, value), reason: 'EDGE_COMMITMENT_MISMATCH', expected: edge };
}

function opensTo(commitment: unknown, value: bigint): boolean {
  if (typeof commitment !== 'string') return false;
  try {
    return commitmentField(commitment) === value;
  } catch {
    return false;
  }
}

/** Port names come from a manifest: an inherited name such as `constructor` must not answer. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

export interface SignalMapEntry {
  readonly index: number;
  readonly name: string;
  /** Edge whose commitment this signal equals. */
  readonly commitmentOf?: string;
}

/** `publicSignalMap` of a step statement: which edge each commitment signal stands for. Edges are given by port. */
export function publicSignalMap(
  manifest: CircuitManifest,
  edges: {
    readonly inputs: Readonly<Record<string, string>>;
    readonly outputs: Readonly<Record<string, string>>;
  },
): readonly SignalMapEntry[] {
  return manifest.signals.map((signal) => {
    const { index, name } = signal;
    if (signal.meaning !== 'commitment') return { index, name };
    const edge = own(signal.side === 'input' ? edges.inputs : edges.outputs, signal.port);
    return edge === undefined ? { index, name } : { index, name, commitmentOf: edge };
  });
}

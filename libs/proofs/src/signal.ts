import type { Json, JsonObject } from '#canonical';
import type { Shape } from './shape.js';
import { PUBLIC_SIGNALS_MAX } from './verification-key.js';

/**
 * What one public signal stands for. A signal without a meaning would let a proof float free of its run, so every
 * signal has exactly one:
 * - commitment: equals the Poseidon commitment of the edge at `port`;
 * - value: a disclosed choice; the signal is its index in `values`, the edge at `port` carries the word itself,
 *   and so does the step's public fact of that name;
 * - model: commitment to weights that stay private; the step's public facts repeat it under the signal's name;
 * - fact: a number that is public, such as a nullifier, an asset or the root of a table; the step's public facts state
 *   it as decimal text under the signal's name;
 * - context: names run and task.
 */
export type PublicSignal = CommitmentSignal | ValueSignal | ModelSignal | FactSignal | ContextSignal;

interface SignalBase {
  /** Position among the public signals, outputs of the circuit first. */
  readonly index: number;
  readonly name: string;
  readonly bits: number;
  readonly port: string;
}

export interface CommitmentSignal extends SignalBase {
  readonly meaning: 'commitment';
  readonly side: 'input' | 'output';
}

export interface ValueSignal extends SignalBase {
  readonly meaning: 'value';
  readonly side: 'output';
  readonly values: readonly string[];
}

export interface ModelSignal extends SignalBase {
  readonly meaning: 'model';
}

export interface FactSignal extends SignalBase {
  readonly meaning: 'fact';
}

export interface ContextSignal extends SignalBase {
  readonly meaning: 'context';
}

const NAME = /^[a-z][A-Za-z0-9]{0,63}$/;

/** @throws ProofsError of `shape`'s code; in a manifest that is MANIFEST_MALFORMED */
export function parseSignals(value: Json | undefined, shape: Shape): readonly PublicSignal[] {
  const signals = shape
    .array(value, 1, PUBLIC_SIGNALS_MAX)
    .map((entry, index) => parseSignal(entry, index, shape.at(`${index}`)));
  if (new Set(signals.map((signal) => signal.name)).size !== signals.length)
    throw shape.fail('distinct names');
  if (signals.filter((signal) => signal.meaning === 'context').length !== 1) {
    throw shape.fail('exactly one context signal');
  }
  return signals;
}

function parseSignal(value: Json, index: number, shape: Shape): PublicSignal {
  const members = ['index', 'name', 'bits', 'meaning', 'port'];
  const object = shape.object(value, members, ['side', 'values']);
  const base: SignalBase = {
    index: shape.at('index').integer(object['index'], index, index),
    name: shape.at('name').text(object['name'], NAME, 'a camelCase name'),
    bits: shape.at('bits').integer(object['bits'], 1, 254),
    port: shape.at('port').text(object['port'], NAME, 'a port name'),
  };
  const meaning = shape
    .at('meaning')
    .oneOf(object['meaning'], ['commitment', 'value', 'model', 'fact', 'context']);
  if (meaning === 'commitment') {
    shape.object(object, [...members, 'side']);
    return { ...base, meaning, side: shape.at('side').oneOf(object['side'], ['input', 'output']) };
  }
  if (meaning === 'value') {
    shape.object(object, [...members, 'side', 'values']);
    return {
      ...base,
      meaning,
      side: shape.at('side').oneOf(object['side'], ['output']),
      values: choices(object, shape),
    };
  }
  shape.object(object, members);
  return { ...base, meaning };
}

function choices(object: JsonObject, shape: Shape): readonly string[] {
  const values = shape
    .at('values')
    .array(object['values'], 1, 256)
    .map((choice) => shape.at('values').text(choice, /^[a-z][a-z0-9_-]{0,63}$/, 'a lower-case word'));
  if (new Set(values).size !== values.length) throw shape.at('values').fail('distinct words');
  return values;
}

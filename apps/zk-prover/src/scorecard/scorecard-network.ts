// SPDX-License-Identifier: GPL-3.0
/**
 * The scorecard as a network: the same decision for every applicant, bit for bit, from dense layers and ReLU alone.
 *
 * Points of an attribute are a function on a few integers, so they are a sum of hinges `max(0, x - k)`, one where the
 * function bends. The decision of an inconsistent statement is capped at review by one more hinge.
 */
import type { DenseLayer, Network } from '#inference';
import { ATTRIBUTES } from './attributes.js';
import { SCORE_MAX } from './evaluate.js';
import { FEATURES, type ScorecardModel } from './model.js';

const DECISIONS = ['decline', 'review', 'approve'] as const;
const REVIEW_FROM = 580;
const APPROVE_FROM = 620;

/** `max(0, attribute - from)` times `slope`. */
interface Hinge {
  readonly input: number;
  readonly from: number;
  readonly slope: number;
}

export function scorecardNetwork(model: ScorecardModel): Network {
  const bends = ATTRIBUTES.map(({ min, max }, input) => hingesOf(pointsOf(model, input), input, min, max));
  const hinges = bends.flatMap(({ hinges: found }) => found);
  const base = bends.reduce((sum, { start }) => sum + start, model.base);
  const consistent = ATTRIBUTES.findIndex(({ name }) => name === 'consistent');
  const first = relu(
    [...hinges, { input: consistent, from: 0, slope: 0 }].map(({ input, from }) => ({
      weights: ATTRIBUTES.map((_, index) => (index === input ? 1 : 0)),
      bias: 0 - from,
    })),
  );
  const slopes = hinges.map(({ slope }) => slope);
  const second = relu([
    { weights: [...slopes, 0], bias: base },
    // What lies above the last review: taken away below, unless the statement agrees with the form.
    { weights: [...slopes, APPROVE_FROM - 1 - SCORE_MAX], bias: base - (APPROVE_FROM - 1) },
  ]);
  const last = { ...layer([{ weights: [1, -1], bias: 0 }]), relu: false };
  return {
    name: 'credit-network',
    version: 1,
    inputs: ATTRIBUTES.map(({ name, min, max }) => ({ name, count: 1, min, max })),
    // One field element each: the features edge of the workflow is committed that way.
    packing: 'single',
    layers: [first, second, last],
    output: { kind: 'thresholds', thresholds: [REVIEW_FROM, APPROVE_FROM], values: DECISIONS },
  };
}

/** The points that each value of one attribute brings. */
function pointsOf(model: ScorecardModel, input: number): (value: number) => number {
  const attribute = ATTRIBUTES[input];
  const prefixes = FEATURES.map((feature, index) => ({ feature, points: model.weights[index] ?? 0 })).filter(
    ({ feature }) => /^(\w+)/.exec(feature)?.[1] === attribute?.name,
  );
  return (value) =>
    prefixes.reduce((sum, { feature, points }) => {
      const over = /^\w+>(\d+)$/.exec(feature)?.[1];
      // A code such as A34 ends with the attribute's value; A101 and A141 count from their hundreds.
      const code = /=A\d+?(\d)$/.exec(feature)?.[1];
      const applies = over === undefined ? Number(code) === value : value > Number(over);
      return sum + (applies ? points : 0);
    }, 0);
}

function hingesOf(
  points: (value: number) => number,
  input: number,
  min: number,
  max: number,
): { readonly start: number; readonly hinges: readonly Hinge[] } {
  const hinges: Hinge[] = [];
  let slope = 0;
  for (let value = min; value < max; value += 1) {
    const next = points(value + 1) - points(value);
    if (next !== slope) hinges.push({ input, from: value, slope: next - slope });
    slope = next;
  }
  return { start: points(min), hinges };
}

interface Unit {
  readonly weights: readonly number[];
  readonly bias: number;
}

function relu(units: readonly Unit[]): DenseLayer {
  return { ...layer(units), relu: true };
}

function layer(units: readonly Unit[]): Omit<DenseLayer, 'relu'> & { readonly relu: boolean } {
  return {
    weights: units.map(({ weights }) => weights),
    bias: units.map(({ bias }) => bias),
    weightBits: 8,
    biasBits: 18,
    relu: false,
    shift: 0,
  };
}

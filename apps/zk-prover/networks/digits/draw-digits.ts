// SPDX-License-Identifier: GPL-3.0
import { type SeededRandom, seededRandom } from '#samples';

/** Pictures of `SIDE` x `SIDE` pixels, 0 to 255, row by row from the top. */
export const SIDE = 14;
export const DIGITS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
] as const;

export interface DigitPicture {
  readonly inputs: readonly number[];
  readonly label: number;
}

type Point = readonly [x: number, y: number];

/** The strokes of each digit in a unit square, y downwards. An arc is given by its points. */
const STROKES: readonly (readonly (readonly Point[])[])[] = [
  [arc(0.5, 0.5, 0.3, 0.42, 0, 360)],
  [
    [
      [0.32, 0.25],
      [0.55, 0.08],
      [0.55, 0.92],
    ],
  ],
  [[...arc(0.5, 0.3, 0.28, 0.22, 180, 380), [0.22, 0.92], [0.8, 0.92]]],
  [[...arc(0.48, 0.29, 0.27, 0.21, 200, 450), ...arc(0.48, 0.71, 0.3, 0.21, 270, 520)]],
  [
    [
      [0.62, 0.92],
      [0.62, 0.08],
      [0.18, 0.64],
      [0.84, 0.64],
    ],
  ],
  [[[0.76, 0.08], [0.3, 0.08], [0.27, 0.46], ...arc(0.48, 0.66, 0.28, 0.26, 240, 500)]],
  [[[0.66, 0.06], [0.36, 0.36], ...arc(0.5, 0.68, 0.27, 0.24, 190, 550)]],
  [
    [
      [0.2, 0.08],
      [0.8, 0.08],
      [0.42, 0.92],
    ],
  ],
  [arc(0.5, 0.29, 0.24, 0.21, 0, 360), arc(0.5, 0.71, 0.29, 0.21, 0, 360)],
  [[...arc(0.5, 0.32, 0.27, 0.24, 10, 370), [0.64, 0.94]]],
];

/** An endless stream of pictures: another seed gives other pictures, the same seed the same ones. */
export function* drawDigits(seed: string): Generator<DigitPicture, never> {
  const draw = seededRandom(seed);
  for (;;) {
    const label = draw.integer(0, 9);
    yield { inputs: picture(STROKES[label] ?? [], draw), label };
  }
}

export function takeDigits(seed: string, count: number): readonly DigitPicture[] {
  const stream = drawDigits(seed);
  return Array.from({ length: count }, () => stream.next().value);
}

/** One hand's version: turned, leaned, stretched, shifted, with a pen of some width and a few specks. */
function picture(strokes: readonly (readonly Point[])[], draw: SeededRandom): number[] {
  const spread = (width: number): number => width * (2 * draw.float() - 1);
  const [turn, lean] = [spread(0.45), spread(0.4)];
  const [wide, tall] = [0.8 + spread(0.25), 0.82 + spread(0.22)];
  const [right, down] = [spread(0.13), spread(0.12)];
  const [bend, phase] = [spread(0.09), 6.28 * draw.float()];
  const pen = 0.055 + 0.045 * draw.float();
  const ink = 110 + draw.integer(0, 145);
  const placed = strokes.map((stroke) =>
    stroke.map(([x, y]): Point => {
      // No hand follows the line exactly.
      const [px, py] = [x + spread(0.04), y + spread(0.04)];
      const u = (px - 0.5) * wide + lean * (0.5 - py) + bend * Math.sin(4 * py + phase);
      const v = (py - 0.5) * tall;
      return [0.5 + right + u - turn * v, 0.5 + down + v + turn * u];
    }),
  );
  return Array.from({ length: SIDE * SIDE }, (_, index) => {
    const x = ((index % SIDE) + 0.5) / SIDE;
    const y = (Math.floor(index / SIDE) + 0.5) / SIDE;
    const nearest = Math.min(...placed.map((stroke) => distance(stroke, x, y)));
    const edge = Math.max(0, Math.min(1, (pen - nearest) * SIDE + 0.5));
    const speck = draw.chance(0.05) ? draw.integer(0, 200) : draw.integer(0, 30);
    return Math.min(255, Math.round(edge * ink) + speck);
  });
}

function distance(stroke: readonly Point[], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (let index = 1; index < stroke.length; index += 1) {
    const [ax, ay] = stroke[index - 1] ?? [0, 0];
    const [bx, by] = stroke[index] ?? [0, 0];
    const [dx, dy] = [bx - ax, by - ay];
    const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    nearest = Math.min(nearest, Math.hypot(x - ax - along * dx, y - ay - along * dy));
  }
  return nearest;
}

/** Points of an ellipse from one angle to another, in degrees, 0 to the right and clockwise. */
function arc(x: number, y: number, width: number, height: number, from: number, to: number): Point[] {
  const steps = 16;
  return Array.from({ length: steps + 1 }, (_, step): Point => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180;
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)];
  });
}

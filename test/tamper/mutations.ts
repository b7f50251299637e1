import type { Place } from './places.js';

export type Draw = (bound: number) => number;

/** One way to change the text of a place; null where it does not apply. */
interface Mutation {
  readonly name: string;
  readonly apply: (place: Place, draw: Draw) => string | null;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const isText = ({ kind }: Place): boolean => kind === 'string' || kind === 'name';

export const mutations: readonly Mutation[] = [
  {
    name: 'another character',
    apply: (place, draw) => {
      if (!isText(place) || place.text === '') return null;
      const at = draw(place.text.length);
      const other = letters[draw(letters.length)] ?? 'x';
      if (place.text[at] === other || place.text[at] === '\\') return null;
      return `${place.text.slice(0, at)}${other}${place.text.slice(at + 1)}`;
    },
  },
  {
    name: 'a character less',
    apply: (place, draw) => {
      if (!isText(place) || place.text === '') return null;
      const at = draw(place.text.length);
      return `${place.text.slice(0, at)}${place.text.slice(at + 1)}`;
    },
  },
  { name: 'a character more', apply: (place) => (isText(place) ? `${place.text}A` : null) },
  { name: 'nothing', apply: (place) => (isText(place) && place.text !== '' ? '' : null) },
  {
    name: 'the next number',
    apply: (place) => (place.kind === 'number' ? String(BigInt(place.text) + 1n) : null),
  },
  { name: 'a fraction', apply: (place) => (place.kind === 'number' ? `${place.text}.5` : null) },
  {
    name: 'the other literal',
    apply: (place) => (place.kind === 'literal' ? (place.text === 'true' ? 'false' : 'true') : null),
  },
  { name: 'no mark', apply: (place) => (place.kind === 'mark' ? '' : null) },
  { name: 'a mark twice', apply: (place) => (place.kind === 'mark' ? place.text.repeat(2) : null) },
];

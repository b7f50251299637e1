import type { Place } from './places.js';

export type Draw = (bound: number) => number;

/** One way to change the text of a place; null where it does not apply. */
interface Mutation {
  readonly name: string;
  readonly apply: (place: Place, draw: Draw) => string | null;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const isText = ({ kind }: Place): boolean => kind === 'string' || kind === 'name' || kind === 'line';
const isBytes = ({ kind }: Place): boolean => kind === 'bytes';

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
  {
    name: 'a line twice',
    apply: (place) => (place.kind === 'line' ? `${place.text}\\n${place.text}` : null),
  },
  {
    name: 'a bit flipped',
    apply: (place, draw) => {
      if (!isBytes(place)) return null;
      const bytes = Buffer.from(place.text, 'latin1');
      const at = draw(bytes.length);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << draw(8)), at);
      return bytes.toString('latin1');
    },
  },
  { name: 'a byte less', apply: (place) => (isBytes(place) ? place.text.slice(1) : null) },
  { name: 'a byte more', apply: (place) => (isBytes(place) ? `${place.text}\0` : null) },
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

import { equalBytes } from '#canonical';
import { type Draw, mutations } from './mutations.js';
import { type Place, placesOf } from './places.js';

export interface Mutant {
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** Mutations at a drawn place of each class: every kind that fits, or one that is drawn. */
export function* mutantsOf(
  classes: Iterable<readonly [name: string, places: readonly Place[]]>,
  draw: Draw,
  kinds: 'every kind' | 'one kind',
): Generator<Mutant> {
  for (const [name, places] of classes) {
    const place = places[draw(places.length)];
    if (place === undefined) continue;
    const fitting = mutations.flatMap((mutation) => {
      const text = mutation.apply(place, draw);
      return text === null ? [] : [{ what: `${name}: ${mutation.name}`, text }];
    });
    const first = kinds === 'every kind' || fitting.length === 0 ? 0 : draw(fitting.length);
    const chosen = kinds === 'every kind' ? fitting : fitting.slice(first, first + 1);
    for (const { what, text } of chosen) yield { what, bytes: place.write(text) };
  }
}

/** Places by name and kind of token. */
export function classesOf(bundle: Uint8Array): Map<string, Place[]> {
  const classes = new Map<string, Place[]>();
  for (const place of placesOf(bundle)) {
    const name = `${place.name} (${place.kind})`;
    const known = classes.get(name);
    if (known === undefined) classes.set(name, [place]);
    else known.push(place);
  }
  return classes;
}

/** Random changes of the file that know nothing of its form. */
export function* randomMutants(bundle: Uint8Array, count: number, draw: Draw): Generator<Mutant> {
  for (let made = 0; made < count; ) {
    const at = draw(bundle.length);
    const length = 1 + draw(8);
    const [what, bytes] = blindChange(bundle, at, length, draw);
    if (equalBytes(bytes, bundle)) continue;
    made += 1;
    yield { what: `${what} at ${at}`, bytes };
  }
}

function blindChange(bundle: Uint8Array, at: number, length: number, draw: Draw): [string, Uint8Array] {
  const before = bundle.subarray(0, at);
  switch (draw(6)) {
    case 0: {
      const bytes = bundle.slice();
      bytes[at] = (bytes[at] ?? 0) ^ (1 << draw(8));
      return ['a bit flipped', bytes];
    }
    case 1: {
      const bytes = bundle.slice();
      bytes[at] = bundle[draw(bundle.length)] ?? 0;
      return ['a byte of elsewhere', bytes];
    }
    case 2:
      return [`${length} bytes less`, joined(before, bundle.subarray(at + length))];
    case 3: {
      const from = draw(bundle.length);
      return [
        `${length} bytes of elsewhere more`,
        joined(before, bundle.subarray(from, from + length), bundle.subarray(at)),
      ];
    }
    case 4: {
      const bytes = bundle.slice();
      const from = draw(bundle.length);
      bytes.set(
        bundle.subarray(from, Math.min(from + length, bundle.length)).subarray(0, bundle.length - at),
        at,
      );
      return [`${length} bytes of elsewhere over it`, bytes];
    }
    default:
      return ['the rest cut off', bundle.slice(0, at)];
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

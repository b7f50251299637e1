import { describe, expect, it } from 'vitest';
import { fromBase64 } from '#canonical';
import { goldenBundles } from '../golden/golden-bundles.js';
import { derParts } from './der-values.js';
import { jsonTokens } from './json-tokens.js';
import { placesOf } from './places.js';

/** What the corpus aims at must be all that there is. */
describe('the places of a bundle', () => {
  it.each(goldenBundles())('are every byte of $name', ({ bytes }) => {
    const text = new TextDecoder().decode(bytes);
    const covered = jsonTokens(text).map(({ kind, from, to }) => {
      const quotes = kind === 'string' || kind === 'name' ? 2 : 0;
      return to - from + quotes;
    });
    expect(covered.reduce((sum, length) => sum + length, 0)).toBe(text.length);
  });

  it('are every byte of its timestamps and revocation lists', () => {
    const places = goldenBundles().flatMap(({ bytes }) => placesOf(bytes));
    const encoded = places.filter(({ name, kind }) => kind === 'string' && /\.(token|crls\[\])$/.test(name));
    expect(encoded.length).toBeGreaterThan(20);
    for (const { name, text } of encoded) {
      const bytes = fromBase64(text);
      const lengths = (derParts(bytes) ?? []).map(({ from, to }) => to - from);
      expect(`${name} ${lengths.reduce((sum, length) => sum + length, 0)}`).toBe(`${name} ${bytes.length}`);
    }
  });

  it.each([
    ['a bit of a timestamp', /\.timestamps\[\]\.token>/, 'bytes'],
    ['a bit of the timestamp of a renewal', /\.renewals\[\]\.timestamp\.token>/, 'bytes'],
    ['a bit of a revocation list', /\.crls\[\]>/, 'bytes'],
    ['a line of a log proof', /\.log\[\]\.proof>cosignature/, 'line'],
    ['a line of a newer checkpoint', /\.renewals\[\]\.checkpoint>tree/, 'line'],
    ['the salt of a disclosure', /\.disclosures\[\]>salt/, 'string'],
    ['the value of a disclosure', /\.disclosures\[\]>value/, 'string'],
    ['the leaf of a withheld step', /\.withheldSteps\[\]\.leafHash/, 'string'],
    ['a withheld appraisal', /\.withheldAppraisals\[\]/, 'string'],
  ])('have %s among them', (_what, name, kind) => {
    const found = goldenBundles()
      .filter((golden) => golden.name.startsWith('v2/renewed'))
      .flatMap(({ bytes }) => placesOf(bytes))
      .filter((place) => name.test(place.name) && place.kind === kind);
    expect(found).not.toEqual([]);
  });
});

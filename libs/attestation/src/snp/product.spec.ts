import { describe, expect, it } from 'vitest';
import { vendorRootKeys } from '../policy/trust-roots.js';
import { productOfArk, productOfCpuid, productOfName } from './product.js';

describe('the product line of a chip', () => {
  it.each([
    [0x19, 0x01, 'Milan'],
    [0x19, 0x11, 'Genoa'],
    [0x19, 0xa0, 'Genoa'],
    [0x1a, 0x02, 'Turin'],
    [0x1a, 0x11, 'Turin'],
    [0x19, 0x21, null],
    [0x17, 0x31, null],
    [0x00, 0x00, null],
  ])('by CPUID %i/%i is %s', (family, model, product) => {
    expect(productOfCpuid({ family, model, stepping: 0 })).toBe(product);
  });

  it.each([
    ['Milan-B0', 'Milan'],
    ['Genoa', 'Genoa'],
    ['Siena-A0', 'Genoa'],
    ['Bergamo', 'Genoa'],
    ['Turin', 'Turin'],
    ['Milano', null],
    ['', null],
    ['constructor', null],
  ])('by the name %j is %s', (name, product) => {
    expect(productOfName(name)).toBe(product);
  });

  it("is what AMD's key is for, whatever the certificate calls itself", () => {
    expect(productOfArk({ spkiSha256: vendorRootKeys.amdArkTurin, commonName: 'ARK-Milan' })).toBe('Turin');
    expect(productOfArk({ spkiSha256: '00', commonName: 'ARK-Milan' })).toBe('Milan');
    expect(productOfArk({ spkiSha256: '00', commonName: 'ARK-Rome' })).toBeNull();
  });
});

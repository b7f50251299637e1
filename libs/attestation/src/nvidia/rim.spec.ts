import { describe, expect, it } from 'vitest';
import { utf8 } from '#canonical';
import { editRim, rimBody, signRim, signRimBody } from '../simulated/rim-writer.js';
import { parseGpuReport } from './gpu-report.js';
import { DRIVER, driverRim, NOW, nvidia, report, rimRoots, VBIOS } from './nvidia.fixture.js';
import { opaqueType } from './opaque-data.js';
import { parseRim } from './rim.js';
import { rimIds } from './rim-ids.js';
import { verifyRim } from './verify-rim.js';

const body = rimBody(driverRim);
const signed = signRim(driverRim, nvidia.rim);

describe('a reference manifest', () => {
  it('gives back version, chip and values', () => {
    const rim = parseRim(signed);
    expect(rim).toMatchObject({ version: DRIVER, product: 'GH100' });
    expect([...rim.entries.keys()]).toEqual([7, 21, 22, 35]);
    expect(rim.entries.get(7)).toEqual({ active: true, values: driverRim.values.get(7) });
    expect(verifyRim({ bytes: signed, roots: rimRoots, atMs: NOW }).trusted).toBe(true);
  });

  const edits: readonly (readonly [string, string | RegExp, string])[] = [
    ['an index twice', 'index="21"', 'index="7"'],
    ['an index out of range', 'index="21"', 'index="254"'],
    ['a negative index', 'index="21"', 'index="-1"'],
    ['a padded index', 'index="21"', 'index="021"'],
    ['no number of alternatives', 'alternatives="1"', 'alternatives="xyz"'],
    ['zero alternatives', 'alternatives="1"', 'alternatives="0"'],
    ['more alternatives than values', 'alternatives="1"', 'alternatives="2"'],
    ['values that do not count from zero', 'ns2:Hash0', 'ns2:Hash1'],
    ['a value of another size', 'size="48"', 'size="32"'],
    ['a short value', /Hash0="../, 'Hash0="'],
    ['a value that is no hex', /Hash0="../, 'Hash0="zz'],
    ['a value in no namespace', 'ns2:Hash0', 'Hash0'],
    ['neither true nor false', 'active="True"', 'active="yes"'],
    ['another kind of resource', 'type="Measurement"', 'type="File"'],
    ['something else in the payload', '<ns0:Resource ', '<ns0:File '],
    ['an empty payload', /<ns0:Resource[^>]*>/g, ''],
    ['two payloads', '</ns0:Payload>', '</ns0:Payload><ns0:Payload/>'],
    ['no version', `colloquialVersion="${DRIVER}"`, ''],
    ['an empty version', `colloquialVersion="${DRIVER}"`, 'colloquialVersion=""'],
    ['a product that is no name', 'product="GH100"', 'product="../GH100"'],
    ['another root element', /SoftwareIdentity/g, 'Software'],
    ['another namespace', 'xmlns="http://standards', 'xmlns="http://example'],
  ];

  it.each(edits)('with %s is malformed, however well it is signed', (_name, from, to) => {
    const edited = new TextDecoder().decode(editRim(utf8(body), from, to));
    expect(() => parseRim(signRimBody(edited, nvidia.rim))).toThrowError(
      expect.objectContaining({ code: 'RIM_MALFORMED' }),
    );
  });

  const signatures: readonly (readonly [string, string | RegExp, string])[] = [
    ['no signature', /<ds:Signature .*<\/ds:Signature>/s, ''],
    ['a part of the document signed', 'URI=""', 'URI="#x"'],
    ['no statement of what is signed', ' URI=""', ''],
    ['another digest', 'xmldsig-more#sha384', 'xmldsig-more#sha224'],
    ['another signature algorithm', '#ecdsa-sha384', '#hmac-sha384'],
    ['exclusive canonicalisation', /2006\/12\/xml-c14n11/g, '2001/10/xml-exc-c14n#'],
    ['an XPath transform', '#enveloped-signature', '#xpath'],
    ['a third transform', '</ds:Transforms>', '<ds:Transform Algorithm="x"/></ds:Transforms>'],
    ['a second reference', '</ds:SignedInfo>', '<ds:Reference URI=""/></ds:SignedInfo>'],
    ['an object in the signature', '</ds:Signature>', '<ds:Object/></ds:Signature>'],
    ['a short digest', /<ds:DigestValue>..../, '<ds:DigestValue>'],
    ['a digest that is no base64', /<ds:DigestValue>./, '<ds:DigestValue>!'],
    ['no certificate', /<ds:X509Certificate>.*<\/ds:X509Certificate>/s, ''],
  ];

  it.each(signatures)('with %s is malformed', (_name, from, to) => {
    expect(() => parseRim(editRim(signed, from, to))).toThrowError(
      expect.objectContaining({ code: 'RIM_MALFORMED' }),
    );
  });

  it('with keys from elsewhere is ambiguous', () => {
    for (const extra of ['<ds:KeyName>x</ds:KeyName>', '<ds:RetrievalMethod URI="x"/>', '<ds:X509Data/>']) {
      expect(() => parseRim(editRim(signed, '</ds:KeyInfo>', `${extra}</ds:KeyInfo>`))).toThrowError(
        expect.objectContaining({ code: 'RIM_SIGNATURE_AMBIGUOUS' }),
      );
    }
  });
});

describe('names of manifests', () => {
  const opaque = new Map([
    [opaqueType.project, utf8('1010\0')],
    [opaqueType.projectSku, utf8('0200\0')],
    [opaqueType.chipSku, utf8('882\0\0\0\0\0\0')],
    [opaqueType.chipInfo, utf8('GB100\0')],
  ]);
  const parsed = parseGpuReport(report({ opaque }).report);

  it('of a Hopper and of a Blackwell GPU are those of the service', () => {
    const vbios = `NV_GPU_VBIOS_1010_0200_882_${VBIOS.replaceAll('.', '')}`;
    expect(rimIds(parsed, 'GH100')).toEqual({ driver: `NV_GPU_DRIVER_GH100_${DRIVER}`, vbios });
    expect(rimIds(parsed, 'GB100')).toEqual({ driver: `NV_GPU_CC_DRIVER_GB100_${DRIVER}`, vbios });
  });

  it('hold nothing that could lead elsewhere', () => {
    const hostile = parseGpuReport(report({ driver: '../../x' }).report);
    expect(rimIds(hostile, 'GH100')).toEqual({ driver: null, vbios: null });
  });
});

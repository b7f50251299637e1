import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64, toJson } from '#canonical';
import { AT_MS, authority, boot, failures, judge, roots, seededRandom } from '../machine.fixture.js';
import { parseCertificate } from '../x509/certificate.js';
import { createSimulationAuthority, parseSimulationAuthority, simulatedRoots } from './authority.js';

describe('a simulation authority', () => {
  it('says in every certificate that it is simulated, and lives ten years and the day before them', () => {
    for (const { cert } of [...authority.cpu, ...authority.gpu]) {
      const certificate = parseCertificate(fromBase64(cert));
      expect(certificate.commonName).toContain('SIMULATED');
      expect(certificate.notBeforeMs).toBe(AT_MS - 24 * 3_600_000);
      expect(certificate.notAfterMs).toBe(Date.parse('2036-11-20T21:00:00.000Z'));
    }
  });

  it('survives a file, and stays below 8 KB in it', () => {
    const text = JSON.stringify(authority);
    expect(text.length).toBeLessThan(8192);
    const again = parseSimulationAuthority(JSON.parse(text));
    expect(again).toEqual(authority);
    expect(failures(judge(boot({ authority: again, gpus: 1 })).checks)).toEqual([]);
  });

  it('is another one for other randomness', () => {
    const other = createSimulationAuthority(seededRandom('other'), AT_MS);
    expect(simulatedRoots(other)).not.toEqual(simulatedRoots(authority));
    expect(roots.simulatedCpu).toEqual(simulatedRoots(authority).simulatedCpu);
  });

  it('is refused when a part is missing, or a key fits no certificate', () => {
    const [leaf, ...rest] = authority.cpu;
    const wrongKey = [{ cert: leaf?.cert ?? '', key: toBase64(new Uint8Array(32).fill(1)) }, ...rest];
    const zeroKey = [{ cert: leaf?.cert ?? '', key: toBase64(new Uint8Array(32)) }, ...rest];
    for (const value of [
      null,
      {},
      { ...authority, cpu: rest },
      { ...authority, cpu: wrongKey },
      { ...authority, cpu: zeroKey },
    ]) {
      expect(() => parseSimulationAuthority(toJson(value))).toThrowError(
        expect.objectContaining({ code: 'AUTHORITY_MALFORMED' }),
      );
    }
  });
});

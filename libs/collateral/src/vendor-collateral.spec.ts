import { beforeAll, describe, expect, it } from 'vitest';
import {
  type AmdAuthority,
  amdCaChain,
  createAmdAuthority,
  createNvidiaAuthority,
  generateAmdKeys,
  issueVek,
  type SimulatedOcsp,
  signRim,
  simulateAmdCrl,
  simulatedAmdRoots,
  writeOcspResponse,
} from '#attestation';
import { fromBase64, sha256, toBase64, toHex } from '#canonical';
import type { CollateralRequest } from './collateral-request.js';
import {
  answer,
  authority,
  bench,
  codeOf,
  DAY_MS,
  failureOf,
  random,
  roots,
  START_MS,
  startVendors,
  type Vendors,
} from './vendors.fixture.js';

const CHIP = 'c4'.repeat(64);
const tcb = { bootloader: 4, tee: 0, snp: 24, microcode: 219 };
const vcek: CollateralRequest = { kind: 'vcek', product: 'Milan', chipId: CHIP, tcb };
const chip = { product: 'Milan', signer: 'VCEK', vcek: { chipId: CHIP, tcb } } as const;
const window = { notBeforeMs: START_MS - 30 * DAY_MS, notAfterMs: START_MS + 365 * DAY_MS };
const VCEK_PATH = `/vcek/v1/Milan/${CHIP}?blSPL=4&teeSPL=0&snpSPL=24&ucodeSPL=219`;

describe('collateral of AMD', () => {
  let amd: AmdAuthority;
  let other: AmdAuthority;
  let site: typeof roots;
  beforeAll(() => {
    amd = createAmdAuthority('Milan', generateAmdKeys(), window);
    other = createAmdAuthority('Milan', generateAmdKeys(), window);
    site = { ...roots, simulatedCpu: [...roots.simulatedCpu, ...simulatedAmdRoots(amd)] };
  });

  function pem(from: AmdAuthority): string {
    return amdCaChain(from, 'VCEK')
      .map(
        (der) =>
          `-----BEGIN CERTIFICATE-----\n${(toBase64(der).match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`,
      )
      .join('');
  }
  function issue(from: AmdAuthority, chipId = CHIP, snp = tcb.snp): Uint8Array {
    const request = {
      signer: 'VCEK',
      productName: 'Milan-B0',
      tcb: { ...tcb, snp, fmc: null },
      cspId: null,
    } as const;
    return issueVek(from, { ...request, ...window, hwid: Buffer.from(chipId, 'hex') }, random).certificate;
  }
  function serve({ routes }: Vendors, from = amd): void {
    routes.set('/vcek/v1/Milan/cert_chain', answer(pem(from)));
    routes.set(
      '/vcek/v1/Milan/crl',
      answer(simulateAmdCrl(from, { thisUpdateMs: START_MS - DAY_MS, nextUpdateMs: START_MS + 30 * DAY_MS })),
    );
    routes.set(VCEK_PATH, answer(issue(from)));
  }

  it('is a certificate for the chip at its firmware, the chain and the list', async () => {
    const vendors = await startVendors();
    serve(vendors);
    const { service } = bench(vendors.url, {}, { roots: site });
    expect((await service.amd(chip)).map(({ kind }) => kind)).toEqual(['amd-vek', 'amd-chain', 'amd-crl']);
    expect(vendors.asked).toContain(VCEK_PATH);
    await service.amd(chip);
    expect(vendors.asked).toHaveLength(3);
  });

  it('waits ten seconds between two requests to the key server', async () => {
    const vendors = await startVendors();
    serve(vendors);
    const { service, slept } = bench(vendors.url, { kdsIntervalMs: 10_000 }, { roots: site });
    await service.amd(chip);
    expect(slept).toEqual([10_000, 10_000]);
  });

  it('keeps a chip’s certificate for good, and the list for a day', async () => {
    const vendors = await startVendors();
    serve(vendors);
    const { service, at } = bench(vendors.url, {}, { roots: site });
    await service.amd(chip);
    at(START_MS + 2 * DAY_MS);
    await service.amd(chip);
    expect(vendors.asked.slice(3)).toEqual(['/vcek/v1/Milan/crl']);
  });

  it.each<[string, () => Uint8Array, string]>([
    ['of another chip', () => issue(amd, 'c5'.repeat(64)), 'SNP_HWID_MISMATCH'],
    ['for other firmware', () => issue(amd, CHIP, 23), 'SNP_TCB_EXT_MISMATCH'],
    ['of a stranger', () => issue(other), 'SNP_CHAIN_INVALID'],
    ['cut short', () => issue(amd).slice(0, -1), 'CERT_MALFORMED'],
  ])('a certificate %s is refused', async (_, make, reason) => {
    const vendors = await startVendors();
    serve(vendors);
    vendors.routes.set(VCEK_PATH, answer(make()));
    const error = await failureOf(() => bench(vendors.url, {}, { roots: site }).service.get(vcek));
    expect([error?.code, error?.details.reason]).toEqual(['COLLATERAL_REFUSED', reason]);
  });

  it('a chain below another root, and a list of a stranger, are refused', async () => {
    const vendors = await startVendors();
    serve(vendors, other);
    const error = await failureOf(() => bench(vendors.url, {}, { roots: site }).service.get(vcek));
    expect(error?.details.reason).toBe('SNP_ROOT_UNPINNED');
    serve(vendors);
    vendors.routes.set(
      '/vcek/v1/Milan/crl',
      answer(simulateAmdCrl(other, { thisUpdateMs: START_MS, nextUpdateMs: START_MS + DAY_MS })),
    );
    const request = { kind: 'amd-crl', product: 'Milan', signer: 'VCEK' } as const;
    const refusal = await failureOf(() => bench(vendors.url, {}, { roots: site }).service.get(request));
    expect(refusal?.details.reason).toBe('CRL_SIGNATURE_INVALID');
  });

  it('a list that went stale is not handed out', async () => {
    const vendors = await startVendors();
    serve(vendors);
    const { service, at } = bench(vendors.url, {}, { roots: site });
    const request = { kind: 'amd-crl', product: 'Milan', signer: 'VCEK' } as const;
    await service.get(request);
    at(START_MS + 31 * DAY_MS);
    expect(await codeOf(() => service.get(request))).toBe('COLLATERAL_EXPIRED');
  });
});

describe('collateral of NVIDIA', () => {
  const nvidia = createNvidiaAuthority(authority, random);
  const [leaf, , provisioner, identity, root] = authority.gpu;
  const manifest = signRim(
    { version: '550.90.07', values: new Map([[0, [new Uint8Array(48)]]]) },
    nvidia.rim,
  );
  const ID = 'NV_GPU_DRIVER_GH100_550.90.07';
  const wrapped = (parts: object = {}, document = manifest): string =>
    JSON.stringify({
      id: ID,
      rim: toBase64(document),
      sha256: toHex(sha256(document)),
      rim_format: 'XML',
      ...parts,
    });

  it('is a manifest, unwrapped and verified', async () => {
    const vendors = await startVendors();
    vendors.routes.set(`/v1/rim/${ID}`, answer(wrapped()));
    const piece = await bench(vendors.url).service.rim(ID);
    expect([piece.kind, piece.data]).toEqual(['nvidia-rim', manifest]);
  });

  it.each([
    ['about another version', wrapped({ id: 'NV_GPU_DRIVER_GH100_535' }), 'COLLATERAL_MALFORMED'],
    ['with another digest', wrapped({ sha256: '00'.repeat(32) }), 'COLLATERAL_MALFORMED'],
    ['without a manifest', wrapped({ rim: 7 }), 'COLLATERAL_MALFORMED'],
    ['that is no JSON', 'rim', 'COLLATERAL_MALFORMED'],
    ['cut short', wrapped({}, manifest.slice(0, -9)), 'COLLATERAL_REFUSED'],
    ['edited', wrapped({}, edited()), 'COLLATERAL_REFUSED'],
  ])('an answer %s is refused', async (_, body, code) => {
    const vendors = await startVendors();
    vendors.routes.set(`/v1/rim/${ID}`, answer(body));
    expect(await codeOf(() => bench(vendors.url).service.rim(ID))).toBe(code);
  });

  function edited(): Uint8Array {
    return new TextEncoder().encode(new TextDecoder().decode(manifest).replace('550.90.07', '550.90.08'));
  }

  function ocsp(parts: Partial<SimulatedOcsp> = {}): Uint8Array {
    if (provisioner === undefined || identity === undefined) throw new Error('chain');
    const times = { thisUpdateMs: START_MS - 1000, nextUpdateMs: START_MS + DAY_MS };
    return writeOcspResponse({ subject: provisioner, issuer: identity, ...times, ...parts });
  }
  const certificate = fromBase64(provisioner?.cert ?? '');
  const issuer = fromBase64(identity?.cert ?? '');

  it('is an OCSP answer, asked for by SHA-384 hashes', async () => {
    const vendors = await startVendors();
    let request: Buffer = Buffer.alloc(0);
    vendors.routes.set('/ocsp', (incoming, response, body) => {
      request = body;
      expect(incoming.headers['content-type']).toBe('application/ocsp-request');
      response.end(ocsp());
    });
    const { service, at } = bench(vendors.url);
    expect((await service.ocsp(certificate, issuer)).kind).toBe('nvidia-ocsp');
    expect(request.toString('hex')).toContain('06096086480165030402020500');
    at(START_MS + DAY_MS + 1);
    vendors.routes.set('/ocsp', answer('', {}, 500));
    expect(await codeOf(() => service.ocsp(certificate, issuer))).toBe('COLLATERAL_EXPIRED');
  });

  it('keeps an answer that says revoked, which is as genuine as one that says good', async () => {
    const vendors = await startVendors();
    vendors.routes.set('/ocsp', answer(ocsp({ status: { revokedMs: START_MS - DAY_MS, reason: 1 } })));
    expect(await codeOf(() => bench(vendors.url).service.ocsp(certificate, issuer))).toBe('none');
  });

  it.each<[string, Partial<SimulatedOcsp>, string]>([
    ['stale', { thisUpdateMs: START_MS - 3 * DAY_MS, nextUpdateMs: START_MS - DAY_MS }, 'OCSP_STALE'],
    ['of the future', { thisUpdateMs: START_MS + 1000 }, 'OCSP_STALE'],
    ['without an end', { nextUpdateMs: null }, 'OCSP_STALE'],
    ['about another certificate', leaf === undefined ? {} : { subject: leaf }, 'OCSP_MISMATCH'],
    ['signed by a stranger', leaf === undefined ? {} : { responder: leaf }, 'OCSP_SIGNATURE_INVALID'],
    ['of another issuer', root === undefined ? {} : { issuer: root }, 'REVOCATION_UNKNOWN'],
    ['that knows nothing', { status: 'unknown' }, 'REVOCATION_UNKNOWN'],
  ])('an answer %s is refused', async (_, parts, reason) => {
    const vendors = await startVendors();
    vendors.routes.set('/ocsp', answer(ocsp(parts)));
    const error = await failureOf(() => bench(vendors.url).service.ocsp(certificate, issuer));
    expect([error?.code, error?.details.reason]).toEqual(['COLLATERAL_REFUSED', reason]);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { encodeOcspRequest, parseIntelCollateral, vendorRootKeys, vendorTrustRoots } from '#attestation';
import { digestOf } from '#canonical';
import { answer, bench, failureOf, path, serveIntel, startVendors } from './vendors.fixture.js';

const vectors = fileURLToPath(new URL('../../../../shared/vectors/attestation/', import.meta.url));
const present = existsSync(vectors);
if (!present) console.log('vectors absent: collateral of the vendors skipped');

const site = {
  ...vendorTrustRoots,
  amd: [vendorRootKeys.amdArkMilan, vendorRootKeys.amdArkGenoa, vendorRootKeys.amdArkTurin],
  nvidiaRim: [vendorRootKeys.nvidiaCorimSigningRootCa],
  simulatedCpu: [],
  simulatedGpu: [],
};
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(join(vectors, name)));

/** What the vendors really published, behind a local server and a clock of its day. */
describe.skipIf(!present)('published collateral', () => {
  it.each([
    ['tdx-v4-uptodate-1', '2025-06-20T00:00:00.000Z'],
    ['tdx-v4-uptodate-2', '2025-09-03T00:00:00.000Z'],
    ['tdx-v4-outofdate', '2025-07-10T00:00:00.000Z'],
    ['tdx-v4-event-log', '2025-07-10T00:00:00.000Z'],
    ['tdx-v4-debug', '2026-03-20T00:00:00.000Z'],
    ['tdx-v5-tcb-not-supported', '2026-02-20T00:00:00.000Z'],
  ])('of Intel (%s) passes in its window and is stale after it', async (name, at) => {
    const vendors = await startVendors();
    const published = parseIntelCollateral(file(`tdx/${name}/collateral.json`));
    serveIntel(vendors, published);
    const info = JSON.parse(new TextDecoder().decode(published.tcbInfo)) as { fmspc: string };
    const fmspc = info.fmspc.toLowerCase();
    const tcb = vendors.routes.get(path.tcb);
    if (tcb !== undefined) vendors.routes.set(`/tdx/certification/v4/tcb?fmspc=${fmspc}`, tcb);
    const platform = { tee: 'TDX', fmspc, ca: 'platform' } as const;
    const startMs = Date.parse(at);
    const piece = await bench(vendors.url, {}, { roots: site, startMs }).service.intel(platform);
    expect(parseIntelCollateral(piece.data)).toEqual(published);
    const later = bench(vendors.url, {}, { roots: site, startMs: startMs + 90 * 86_400_000 });
    expect((await failureOf(() => later.service.intel(platform)))?.code).toBe('COLLATERAL_REFUSED');
  });

  it.each(['Milan', 'Genoa', 'Turin'] as const)(
    'of AMD: the chain of %s leads to its pinned root',
    async (product) => {
      const vendors = await startVendors();
      vendors.routes.set(
        `/vcek/v1/${product}/cert_chain`,
        answer(file(`snp/certs/${product.toLowerCase()}-ask-ark.pem`)),
      );
      vendors.routes.set(
        `/vlek/v1/${product}/cert_chain`,
        answer(file(`snp/certs/${product.toLowerCase()}-asvk-ark.pem`)),
      );
      const { service } = bench(
        vendors.url,
        {},
        { roots: site, startMs: Date.parse('2026-03-01T00:00:00.000Z') },
      );
      for (const signer of ['VCEK', 'VLEK'] as const) {
        expect(
          (await service.get({ kind: 'amd-chain', product, signer })).document.body.length,
        ).toBeGreaterThan(1000);
      }
    },
  );

  it('of AMD: the certificate of a real chip belongs to its report', async () => {
    const vendors = await startVendors();
    const report = file('snp/snp-genoa-v5/report.bin');
    const chipId = Buffer.from(report.subarray(0x1a0, 0x1e0)).toString('hex');
    const [bootloader = 0, tee = 0, , , , , snp = 0, microcode = 0] = report.subarray(0x180, 0x188);
    vendors.routes.set('/vcek/v1/Genoa/cert_chain', answer(file('snp/certs/genoa-ask-ark.pem')));
    const query = `blSPL=${bootloader}&teeSPL=${tee}&snpSPL=${snp}&ucodeSPL=${microcode}`;
    vendors.routes.set(`/vcek/v1/Genoa/${chipId}?${query}`, answer(file('snp/snp-genoa-v5/vcek.der')));
    const { service } = bench(
      vendors.url,
      {},
      { roots: site, startMs: Date.parse('2026-03-01T00:00:00.000Z') },
    );
    const tcb = { bootloader, tee, snp, microcode };
    expect((await service.get({ kind: 'vcek', product: 'Genoa', chipId, tcb })).document.body[0]).toBe(0x30);
  });

  it.each(['rim-driver', 'rim-vbios'])('of NVIDIA: the manifest %s verifies', async (name) => {
    const vendors = await startVendors();
    const body = JSON.stringify({
      id: 'NV_GPU_X',
      rim: Buffer.from(file(`nvidia/gpu-hopper-full/${name}.xml`)).toString('base64'),
    });
    vendors.routes.set('/v1/rim/NV_GPU_X', answer(body));
    const { service } = bench(
      vendors.url,
      {},
      { roots: site, startMs: Date.parse('2025-10-24T12:00:00.000Z') },
    );
    expect((await service.rim('NV_GPU_X')).data.length).toBeGreaterThan(10_000);
  });

  it('of NVIDIA: OCSP answers about the chain of a real GPU verify', async () => {
    const pem = new TextDecoder().decode(file('nvidia/gpu-hopper-full/chain.pem'));
    const chain = (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
      (block) => new Uint8Array(Buffer.from(block.replace(/-----[^-]+-----/g, ''), 'base64')),
    );
    const startMs = Date.parse('2025-08-21T12:00:00.000Z');
    let verified = 0;
    for (const level of ['l2', 'l3', 'l4']) {
      const vendors = await startVendors();
      const text = new TextDecoder().decode(file(`nvidia/gpu-hopper-full/ocsp-device-${level}.b64`));
      vendors.routes.set('/ocsp', answer(Buffer.from(text, 'base64')));
      for (const [index, certificate] of chain.slice(0, -1).entries()) {
        const issuer = chain[index + 1] ?? certificate;
        const { service } = bench(vendors.url, {}, { roots: site, startMs });
        if ((await failureOf(() => service.ocsp(certificate, issuer))) === null) verified += 1;
      }
    }
    expect(verified).toBe(3);
    // What `openssl ocsp -sha384 -no_nonce -reqout` writes for the same two certificates.
    const request = encodeOcspRequest(chain[2] ?? new Uint8Array(), chain[3] ?? new Uint8Array());
    expect(digestOf(request)).toBe('sha256:be119ad9c046deb5f8855af8870a330044103a166884c739ae1bee446710c0ac');
  });
});

import {
  type Inspection,
  inspectAmdChain,
  inspectAmdCrl,
  inspectIntelCrl,
  inspectOcsp,
  inspectQeIdentity,
  inspectRim,
  inspectTcbInfo,
  inspectVcek,
  type PinnedRoots,
  type TrustRoots,
} from '#attestation';
import { type CollateralDocument, splitSignedJson } from './collateral-document.js';
import type { CollateralRequest } from './collateral-request.js';

/** Roots of the site, each vendor's own. Simulated roots vouch for simulated collateral, as they do for evidence. */
export class CollateralInspector {
  readonly #intel: PinnedRoots;
  readonly #amd: PinnedRoots;
  readonly #rim: PinnedRoots;

  constructor(roots: TrustRoots) {
    this.#intel = { hardware: roots.intel, simulated: roots.simulatedCpu };
    this.#amd = { hardware: roots.amd ?? [], simulated: roots.simulatedCpu };
    this.#rim = { hardware: roots.nvidiaRim ?? [], simulated: roots.simulatedGpu };
  }

  /**
   * @param issuer chain of AMD's CAs for a VCEK or a list, which do not bring it along
   * @throws CollateralError `COLLATERAL_MALFORMED`
   */
  inspect(
    request: CollateralRequest,
    document: CollateralDocument,
    issuer: Uint8Array,
    atMs: number,
  ): Inspection {
    const { body, chain } = document;
    switch (request.kind) {
      case 'tcb-info': {
        const signed = splitSignedJson(request.kind, body);
        return inspectTcbInfo({ ...signed, ...request, issuerChain: chain, roots: this.#intel, atMs });
      }
      case 'qe-identity': {
        const signed = splitSignedJson(request.kind, body);
        return inspectQeIdentity({
          ...signed,
          tee: request.tee,
          issuerChain: chain,
          roots: this.#intel,
          atMs,
        });
      }
      case 'pck-crl': {
        const issuerName = request.ca === 'platform' ? 'Platform CA' : 'Processor CA';
        return inspectIntelCrl({ crl: body, issuerChain: chain, issuerName, roots: this.#intel, atMs });
      }
      case 'intel-root-crl':
        return inspectIntelCrl({
          crl: body,
          issuerChain: chain,
          issuerName: 'Root CA',
          roots: this.#intel,
          atMs,
        });
      case 'amd-chain':
        return inspectAmdChain({ ...request, chain: body, roots: this.#amd, atMs });
      case 'amd-crl':
        return inspectAmdCrl({ ...request, crl: body, chain: issuer, roots: this.#amd, atMs });
      case 'vcek':
        return inspectVcek({ ...request, signer: 'VCEK', vcek: body, chain: issuer, roots: this.#amd, atMs });
      case 'rim':
        return inspectRim({ rim: body, roots: this.#rim, atMs });
      case 'ocsp':
        return inspectOcsp({
          response: body,
          certificate: request.certificate,
          issuer: request.issuer,
          atMs,
        });
    }
  }
}

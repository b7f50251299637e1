import { isAbsolute } from 'node:path';
import { CollateralError } from './collateral-error.js';

/** Where collateral comes from. A vendor without an address is served from cache and offline folder alone. */
export interface CollateralConfig {
  /** Intel PCS or a PCCS, without a trailing slash. */
  readonly pcsUrl: string | null;
  /** Root CRL of Intel as DER; a PCCS serves its own copy. */
  readonly intelRootCrlUrl: string | null;
  readonly kdsUrl: string | null;
  readonly rimUrl: string | null;
  readonly ocspUrl: string | null;
  /** Folder of an air-gapped site: the keys of `collateralKey` as paths. */
  readonly offlineFolder: string | null;
  readonly timeoutMs: number;
  /** Least time between two requests to one host; AMD's key server has its own. */
  readonly hostIntervalMs: number;
  readonly kdsIntervalMs: number;
}

const DEFAULTS = { timeoutMs: 20_000, hostIntervalMs: 100, kdsIntervalMs: 10_000 } as const;
const INTEL_PCS_HOST = 'api.trustedservices.intel.com';
const INTEL_ROOT_CRL = 'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der';
const PREFIX = 'SEALFLOW_COLLATERAL_';

/** Where the vendors publish, as the variables name it: for a caller that asked for them by a command. */
export const vendorAddresses: Readonly<Record<string, string>> = {
  [`${PREFIX}PCS_URL`]: `https://${INTEL_PCS_HOST}`,
  [`${PREFIX}KDS_URL`]: 'https://kdsintf.amd.com',
  [`${PREFIX}RIM_URL`]: 'https://rim.attestation.nvidia.com',
  [`${PREFIX}OCSP_URL`]: 'https://ocsp.ndis.nvidia.com',
};

/**
 * Undefined when no SEALFLOW_COLLATERAL_ variable is set: the orchestrator then fetches nothing.
 *
 * @throws CollateralError `COLLATERAL_CONFIG` that names the variable
 */
export function readCollateralConfig(environment: NodeJS.ProcessEnv): CollateralConfig | undefined {
  const names = Object.keys(environment).filter((name) => name.startsWith(PREFIX));
  if (names.length === 0) return undefined;
  const known = [
    'PCS_URL',
    'ROOT_CRL_URL',
    'KDS_URL',
    'RIM_URL',
    'OCSP_URL',
    'OFFLINE',
    'TIMEOUT_MS',
    'KDS_INTERVAL_MS',
  ];
  const unknown = names.find((name) => !known.includes(name.slice(PREFIX.length)));
  if (unknown !== undefined) fail(unknown, `one of ${known.map((name) => PREFIX + name).join(', ')}`);
  const url = (name: string): string | null => readUrl(PREFIX + name, environment[PREFIX + name]);
  const pcsUrl = url('PCS_URL');
  const offlineFolder = environment[`${PREFIX}OFFLINE`] ?? null;
  if (offlineFolder !== null && !isAbsolute(offlineFolder)) fail(`${PREFIX}OFFLINE`, 'an absolute folder');
  return {
    pcsUrl,
    intelRootCrlUrl: url('ROOT_CRL_URL') ?? rootCrlOf(pcsUrl),
    kdsUrl: url('KDS_URL'),
    rimUrl: url('RIM_URL'),
    ocspUrl: url('OCSP_URL'),
    offlineFolder,
    timeoutMs: milliseconds('TIMEOUT_MS', environment, DEFAULTS.timeoutMs),
    hostIntervalMs: DEFAULTS.hostIntervalMs,
    kdsIntervalMs: milliseconds('KDS_INTERVAL_MS', environment, DEFAULTS.kdsIntervalMs),
  };
}

function rootCrlOf(pcsUrl: string | null): string | null {
  if (pcsUrl === null) return null;
  return new URL(pcsUrl).host === INTEL_PCS_HOST
    ? INTEL_ROOT_CRL
    : `${pcsUrl}/sgx/certification/v4/rootcacrl`;
}

function readUrl(name: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return fail(name, 'an address such as https://host');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') fail(name, 'https or http');
  if (url.username !== '' || url.password !== '') fail(name, 'an address without credentials');
  if (url.search !== '' || url.hash !== '') fail(name, 'an address without query and fragment');
  return text.replace(/\/+$/, '');
}

function milliseconds(name: string, environment: NodeJS.ProcessEnv, standard: number): number {
  const text = environment[PREFIX + name];
  if (text === undefined) return standard;
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= 600_000
    ? value
    : fail(PREFIX + name, '1 to 600000');
}

function fail(name: string, expected: string): never {
  throw new CollateralError('COLLATERAL_CONFIG', `${name}: expected ${expected}`);
}

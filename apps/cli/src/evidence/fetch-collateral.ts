import {
  type Collateral,
  type CollateralKind,
  collateralNeeds,
  type DevicesToEndorse,
  type TrustRoots,
} from '#attestation';
import { digestOf } from '#canonical';
import {
  answerNeeds,
  CollateralInspector,
  CollateralService,
  CollateralStore,
  type CurrentCollateral,
  HostGate,
  type MissingCollateral,
  readCollateralConfig,
  vendorAddresses,
} from '#collateral';
import { exitCode, UsageError } from '../output/failure.js';

/** AMD's key server takes ten seconds between two questions; three of them, and a moment. */
const WAIT_MS_MAX = 45_000;

export interface FetchRequest {
  readonly devices: DevicesToEndorse;
  /** Where pieces, failures and the numbers that never fall are kept between calls. */
  readonly stateFolder: string;
  /** Pieces are judged by these before they are kept. */
  readonly roots: TrustRoots;
  /** SEALFLOW_COLLATERAL_ variables name other places than the vendors' own. */
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: () => number;
}

export interface FetchedCollateral {
  /** In the forms that verifiers read. */
  readonly collateral: readonly Collateral[];
  /** As published, each once. */
  readonly pieces: readonly CurrentCollateral[];
  readonly missing: readonly MissingCollateral[];
}

/**
 * Asks vendors for what verifiers of some devices need. What cannot be had is no failure of the call: it is listed.
 *
 * @throws UsageError when there is nothing to ask
 * @throws CollateralError when a variable or the folder of state is broken
 */
export async function fetchCollateral(request: FetchRequest): Promise<FetchedCollateral> {
  const needs = collateralNeeds(request.devices);
  if (needs.length === 0) {
    throw new UsageError(
      'nothing to ask vendors for: expected devices that can be read and that bring no collateral along',
      exitCode.malformed,
    );
  }
  const config = readCollateralConfig({ ...vendorAddresses, ...request.environment });
  if (config === undefined) throw new UsageError('no address of a vendor: set SEALFLOW_COLLATERAL_…');
  const pieces = new Map<string, CurrentCollateral>();
  const missing: MissingCollateral[] = [];
  const service = new CollateralService({
    config,
    store: new CollateralStore(request.stateFolder),
    inspector: new CollateralInspector(request.roots),
    gate: new HostGate({
      clock: request.clock,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      waitMsMax: WAIT_MS_MAX,
    }),
    // What this command writes is such a folder: it never reads one.
    offline: null,
    clock: request.clock,
    onPiece: (piece) => pieces.set(piece.key, piece),
  });
  const collateral = await answerNeeds(service, needs, (piece) => missing.push(piece));
  return { collateral, pieces: [...pieces.values()], missing };
}

/** Names that `readCollateralFolder` tells apart. */
const fileNames: Readonly<Partial<Record<CollateralKind, readonly [stem: string, ending: string]>>> = {
  'intel-dcap': ['intel-dcap', 'json'],
  'amd-chain': ['amd-chain', 'pem'],
  'amd-crl': ['amd-crl', 'der'],
  'amd-vek': ['vcek', 'der'],
  'nvidia-rim': ['nvidia-rim', 'xml'],
  'nvidia-ocsp': ['nvidia-ocsp', 'der'],
};
/** A file of an earlier call, and no other. */
export const collateralFileName =
  /^(?:intel-dcap|amd-chain|amd-crl|vcek|nvidia-rim|nvidia-ocsp)-[0-9a-f]{12}\.(?:json|pem|der|xml)$/;

export function fileNameOf({ kind, data }: Collateral): string {
  const [stem, ending] = fileNames[kind] ?? [kind, 'bin'];
  return `${stem}-${digestOf(data).slice('sha256:'.length).slice(0, 12)}.${ending}`;
}

/** One line for each piece that is missing, for people. */
export function renderMissing(missing: readonly MissingCollateral[]): string {
  return missing
    .map(({ vendor, reason, message }) => `  missing  ${vendor}  ${reason}: ${message}\n`)
    .join('');
}

import type { Digest } from '#canonical';
import type { ServiceClients } from '#contracts';
import type { TrustFile } from '#evidence';
import type { RandomSource } from './client-identity.js';

export interface ClientOptions {
  /** host:port of an orchestrator. */
  readonly target: string;
  readonly tenant: string;
  /** What this client believes: roots, policy, log and orchestrator keys. */
  readonly trust: TrustFile;
  readonly random: RandomSource;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What the parts of the client share. */
export interface ClientConnection {
  readonly options: ClientOptions;
  readonly services: ServiceClients;
  /** Digest of the appraisal policy that every run pins. */
  readonly policyDigest: Digest;
}

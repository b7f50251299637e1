import { migrationsKnown } from '../database/migrations.js';
import { interpreters } from './config.js';

/** What two releases have to agree on to serve beside each other. */
export interface CodeState {
  /** Migrations that this code knows; it starts on no newer schema. */
  readonly schema: number;
  /** Interpreters of runs that it can go on with, the newest last. */
  readonly interpreters: readonly string[];
}

export function codeState(): CodeState {
  return { schema: migrationsKnown(), interpreters };
}

import type { ReplayedAdditions, ReplayedChain } from './replay.js';

export type ReplayRequest =
  | { readonly kind: 'chain'; readonly statements: readonly Uint8Array[] }
  | { readonly kind: 'add'; readonly version: number; readonly brought: readonly Uint8Array[] };

export type ReplayReply =
  | { readonly kind: 'chained'; readonly chain: ReplayedChain }
  | { readonly kind: 'added'; readonly additions: ReplayedAdditions }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ed25519PublicKey } from '#canonical';
import { formatVerifierKey, noteKeyTypes, noteVerifierKey } from '#evidence';
import { witnessServer } from '../../apps/cli/src/witness/witness-server.js';
import { WitnessState } from '../../apps/cli/src/witness/witness-state.js';
import { SigningKey } from '../../apps/orchestrator/src/evidence/signing-key.js';

export interface GoldenWitness {
  readonly url: string;
  /** For trust files. */
  readonly key: string;
  stop(): Promise<void>;
}

/** An auditor's witness of the log that will be that of an installation. */
export async function startWitness(home: string): Promise<GoldenWitness> {
  const { publicKey } = SigningKey.load(home);
  const log = noteVerifierKey('sealflow.local/log', noteKeyTypes.ed25519, publicKey);
  const seed = new Uint8Array(randomBytes(32));
  const verifier = noteVerifierKey('auditor.example', noteKeyTypes.cosignature, ed25519PublicKey(seed));
  const server = witnessServer({
    key: { verifier, seed },
    logs: [log],
    state: new WitnessState(join(home, 'witness')),
    now: () => Date.now(),
    onJudged: () => undefined,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: formatVerifierKey(verifier),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

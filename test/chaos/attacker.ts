import { type Aim, attacks } from './attacks.js';

/**
 * A process of its own for an attacker, so that it takes nothing from the honest client but the machine:
 * `node attacker.js <attack> <grpc port> <http port>`, with a key in ATTACKER_KEY. It ends when its input does, and says how
 * much it did.
 */
async function main(): Promise<void> {
  const [name = '', grpcPort, httpPort] = process.argv.slice(2);
  const play = attacks[name];
  if (play === undefined) throw new RangeError(`no attack called ${name}`);
  const over = new AbortController();
  process.stdin.on('end', () => over.abort()).resume();
  const key = process.env['ATTACKER_KEY'] ?? '';
  const aim: Aim = { grpcPort: Number(grpcPort), httpPort: Number(httpPort), key, until: over.signal };
  process.stdout.write(`${await play(aim)}\n`);
}

await main();

import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { faultSession } from './session.js';

const USAGE =
  'usage: npm run faults -- [--runs 200] [--minutes 45] [--seed text] [--json file|-] ' +
  '[--runs-per-round 12] [--faults-per-round 6] [--attacks-per-round 2]';

const LEDGERS = 3;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '200' },
      minutes: { type: 'string', default: '45' },
      seed: { type: 'string', default: randomBytes(4).toString('hex') },
      json: { type: 'string' },
      'runs-per-round': { type: 'string', default: '12' },
      'faults-per-round': { type: 'string', default: '6' },
      'attacks-per-round': { type: 'string', default: '2' },
    },
  });
  const { seed, json } = values;
  const [runs, minutes] = [Number(values.runs), Number(values.minutes)];
  if (!(Number.isInteger(runs) && runs > 0 && minutes > 0)) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  say(`seed ${seed}; the same faults again: npm run faults -- --seed ${seed}`);
  const beganMs = performance.now();
  const perRound = {
    runsPerRound: Number(values['runs-per-round']),
    faultsPerRound: Number(values['faults-per-round']),
    attacksPerRound: Number(values['attacks-per-round']),
    ledgers: LEDGERS,
  };
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const tally = await faultSession({ seed, runs, minutes, say, ...perRound, stopped: stop.signal });
  const tookS = Math.round((performance.now() - beganMs) / 1000);
  const report = JSON.stringify({ seed, tookS, ...tally.toJson() }, null, 2);
  if (json === '-') process.stdout.write(`${report}\n`);
  else {
    process.stdout.write(`faults, seed ${seed}, ${tookS} s\n${tally.table()}\n`);
    if (json !== undefined) {
      mkdirSync(dirname(json), { recursive: true });
      writeFileSync(json, `${report}\n`);
    }
  }
  return tally.violations.length === 0 ? 0 : 1;
}

process.exitCode = await main();

import { CATALOGUE, runsAtOwner } from '#workflow';

/** What is measured of each worker, relative to the folder that holds `dist`, and what it may run. */
export interface WorkerImage {
  readonly name: string;
  /** Entry file. */
  readonly entry: string;
  readonly folders: readonly string[];
  readonly operations: readonly string[];
  /** What it may run besides at the owner of the data, where `sealflow prove` starts it. */
  readonly atOwner?: readonly string[];
  /** What it may run besides where its environment names a model server. */
  readonly withModel?: readonly string[];
  readonly gpus: number;
}

const ledger = [
  ...['ledger.open', 'ledger.reserve', 'ledger.commit', 'ledger.release'],
  ...['ledger.found', 'ledger.batch', 'ledger.rotate', 'ledger.key'],
];

/** What a run does with a ledger of pages: submit an intent, say what became of it, make its pages again. */
const settlements = ['pages.reserve', 'pages.commit', 'pages.release'];

/** The same for a payment of what was used; its pages are made again as those of every settlement. */
const usage = ['pages.reserve-usage', 'pages.commit-usage'];

/** The images of this repository. A change of code or model changes the measurement, and with it the reference value. */
export const workerImages: readonly WorkerImage[] = [
  {
    name: 'tee-worker',
    entry: 'dist/apps/tee-worker/main.js',
    folders: ['dist/apps/tee-worker', 'dist/libs', 'apps/tee-worker/models'],
    operations: [
      ...['document.extract', 'credit.decide.enclave', 'ledger.recover', 'ledger.disclose'],
      ...ledger.map((name) => `${name}.authorize`),
      ...settlements.flatMap((name) => [`${name}.submit`, `${name}.confirm`]),
      'pages.reserve-claim.submit',
      ...usage.flatMap((name) => [`${name}.submit`, `${name}.confirm`]),
    ],
    withModel: ['model.converse'],
    gpus: 1,
  },
  {
    name: 'zk-prover',
    entry: 'dist/apps/zk-prover/main.js',
    folders: ['dist/apps/zk-prover', 'dist/libs', 'apps/zk-prover/artifacts'],
    operations: [
      'scorecard.prove',
      'credit.decide.circuit',
      'balance.transfer',
      'claim.adjudicate',
      'spending.prove',
    ],
    atOwner: [...CATALOGUE.values()].flatMap(({ candidates }) =>
      candidates.flatMap(({ tasks }) => tasks.map(({ operation }) => operation)).filter(runsAtOwner),
    ),
    gpus: 0,
  },
  {
    name: 'fhe-service',
    entry: 'dist/apps/fhe-service/main.js',
    folders: ['dist/apps/fhe-service', 'dist/libs'],
    operations: [...ledger.map((name) => `${name}.apply`), ...settlements.map((name) => `${name}.replay`)],
    gpus: 0,
  },
];

export function workerImage(name: string): WorkerImage {
  const image = workerImages.find((candidate) => candidate.name === name);
  if (image === undefined) throw new RangeError(`no worker image ${name}`);
  return image;
}

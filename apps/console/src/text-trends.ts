/** Part of the catalogue in `text.ts`: what stands beside pictures over time. */
export const trendTexts = {
  period: 'Period',
  picture: (title: string) => `Picture: ${title}. The same numbers are in the table below it.`,
  numbers: (title: string) => `The numbers: ${title}`,
  none: 'Nothing in this period. Choose another above.',
  day: 'Day (UTC)',
  worker: 'Worker',
  runs: 'runs',
  steps: 'steps',
  days: 'days',
  seconds: 'seconds',
  assurance: 'Assurance of steps by day',
  ends: 'Runs by day and what became of them',
  endsWhy: 'By the day on which a run began. Open ones wait for a worker, for a person, or are at work.',
  states: {
    succeeded: 'Succeeded',
    rejected: 'Business "no"',
    failed: 'Failed or expired',
    cancelled: 'Cancelled',
    open: 'Open',
  },
  time: 'Worker time per step, in seconds',
  timeWhy: 'From when a step was given to a worker until its result was taken, on average of a day.',
  cost: 'Cost per step, in millionths of a euro',
  costWhy:
    'Worker time by the tariff that plans are estimated with, on average of a day. The tariff is one for all machines; what they cost to buy or rent is not known here.',
  micros: 'millionths of a euro',
  wait: 'Queue: waiting per step, in seconds',
  waitWhy:
    'From when a step was ready until a worker had it, on average of a day. When it grows, more workers of that kind are needed.',
  length: 'Length of a run and its overhead, in seconds',
  lengthWhy:
    'Of runs that ended on the day, on average. Overhead is the time in which no step was out: finding the next one, writing evidence, pauses.',
  parts: { out: 'A step was ready, or at a worker or a person', overhead: 'Overhead' },
  kinds: { tee: 'In an enclave (TEE)', zk: 'Proof (ZK)', fhe: 'On ciphertexts (FHE)' },
  firmware: 'Age of firmware levels, in days',
  firmwareWhy:
    'Of connected workers: days since the date that the vendor gives the firmware level (TCB) of the machine.',
  noDates: 'Of no connected worker a vendor gives a date.',
  undated: (workers: readonly string[]) => `Not known for ${workers.join(', ')}.`,
} as const;

/** Bounds on every definition. A definition above one of them is refused with an error that names it. */
export const limits = {
  documentBytesMax: 64 * 1024,
  /** Maps and lists inside each other, parameters included. */
  depthMax: 12,
  inputsMax: 64,
  stepsMax: 256,
  /** Of a plan. A ledger step with compensation is four tasks. Verifiers of bundles read no more either. */
  tasksMax: 256,
  outputsMax: 64,
  /** References in all `in` maps and all conditions together. */
  edgesMax: 1024,
  conditionsMax: 16,
  valuesMax: 16,
  nameCharsMax: 32,
  valueCharsMax: 64,
  parameterBytesMax: 4096,
  /** Sealed inputs travel inline in a bundle only up to the container's own limit of 16 MiB. */
  inputBytesMax: 16 * 1024 * 1024,
  timeoutMsMin: 1_000,
  timeoutMsMax: 7 * 24 * 3_600_000,
  attemptsMax: 10,
  /** Values of one list; a step that maps over it becomes as many. */
  itemsMax: 64,
  backoffMsMax: 3_600_000,
  /** Persons that one decision can ask for. */
  quorumMax: 2,
  costMicrosMax: 1_000_000_000_000,
  versionMax: 1_000_000,
} as const;

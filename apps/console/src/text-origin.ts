/** Part of the catalogue in `text.ts`: what a step rests on. */
export const originTexts = {
  title: 'From the signature to the source',
  why: 'Each line leads to the next; the checks below say which of them hold.',
  signed: (executor: string) => `Signed by ${executor} with the key`,
  withheld: 'an executor whose name is withheld',
  key: 'Signing key',
  image: 'Image that the evidence for that key names',
  noReference: 'No reference value of your trust file names this image.',
  reference: (name: string, operations: string) =>
    `Your trust file allows it as “${name}” for ${operations}, under the launch measurement`,
  measurement: 'Launch measurement',
  source:
    'Which source it was built from is in its provenance, which travels with the image and not with the run:',
  sourceCommand: (digest: string) =>
    `sealflow provenance verify image.sigstore.json --trusted-root trusted_root.json --digest ${digest} --trust trust.json`,
  parts: 'Raw bytes',
  partsWhy: 'As they lie in the bundle. The name of each is the SHA-256 of its bytes.',
  part: 'Part',
  size: 'Size',
  bytes: (size: number) => `${size.toLocaleString('en')} bytes`,
  take: 'Take away',
  download: 'Download',
  statement: 'Signed statement (DSSE)',
  detached: 'only named here',
  byHand: 'Look at it with other tools:',
  commands: (step: string) => [
    `sha256sum ${step}.statement.json`,
    `sed 's/.*"payload":"\\([^"]*\\)".*/\\1/' ${step}.statement.json | base64 -d`,
  ],
} as const;

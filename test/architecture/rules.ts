/**
 * The import rules of the house, as data and as functions from one file to its violations. The specification
 * runs them over the repository and, so that a rule cannot rot unseen, over small files that break each one.
 */
import { posix } from 'node:path';
import type { SourceFile } from './source-file.js';

/** Pure: no Nest, gRPC, database, network, clock, files or environment. Time, randomness, bytes are arguments. */
export const TRUST_CORE = [
  'canonical',
  'sealing',
  'attestation',
  'proofs',
  'ciphertext',
  'ledger',
  'conversation',
  'evidence',
  'workflow',
  'inference',
] as const;

const CORE_BELOW = ['canonical', 'sealing', 'attestation', 'proofs', 'ciphertext'];

/** Which libs an owner may import. An owner that is missing here may import none. */
export const LIBS_OF: Readonly<Record<string, readonly string[]>> = {
  'libs/canonical': [],
  'libs/contracts': [],
  // Gives every failure the shape of the contract.
  'libs/telemetry': ['contracts'],
  'libs/sealing': ['canonical'],
  'libs/attestation': ['canonical'],
  'libs/proofs': ['canonical'],
  'libs/ciphertext': ['canonical'],
  'libs/inference': ['canonical'],
  'libs/ledger': CORE_BELOW,
  // Frames and receipts of model calls; statements and signatures around them are of the evidence lib.
  'libs/conversation': ['canonical'],
  'libs/evidence': [...CORE_BELOW, 'ledger', 'conversation'],
  'libs/workflow': [...CORE_BELOW, 'ledger'],
  'libs/tls': [],
  // For one machine and for tests: nothing but the command line program may make certificates with it.
  'libs/dev-ca': [],
  // What a program starts beside itself.
  'libs/threads': [],
  'libs/loopback': [],
  // Client and prover of one owner of data meet in a folder of theirs.
  'libs/owner': ['canonical'],
  'libs/worker': [...TRUST_CORE, 'contracts', 'tls', 'threads'],
  'libs/client': [...TRUST_CORE, 'contracts', 'tls', 'owner'],
  'libs/samples': ['canonical'],
  // Draws what it is given.
  'libs/paper': [],
  // Asks vendors over the network; what it gets is judged by the attestation lib alone.
  'libs/collateral': ['canonical', 'attestation'],
  // A library verifies; it is not pure, so it is outside the trust core.
  'libs/provenance': ['canonical'],
  // The orchestrator plans, carries and checks; see also `orchestratorIsBlind`.
  'apps/orchestrator': [
    ...TRUST_CORE,
    'collateral',
    'worker',
    'contracts',
    'telemetry',
    'tls',
    'paper',
    'loopback',
  ],
  'apps/tee-worker': [...TRUST_CORE, 'worker', 'contracts', 'telemetry', 'threads'],
  'apps/zk-prover': [...TRUST_CORE, 'worker', 'contracts', 'telemetry', 'threads', 'owner'],
  'apps/fhe-service': [...TRUST_CORE, 'worker', 'contracts', 'telemetry'],
  // Runs in a browser: the verifier, the replay of a ledger, and nothing that knows Node, keys or the network.
  'apps/console': ['canonical', 'ciphertext', 'evidence', 'ledger'],
  'apps/cli': [
    ...TRUST_CORE,
    'client',
    'collateral',
    'provenance',
    'worker',
    'owner',
    'contracts',
    'telemetry',
    'samples',
    'tls',
    'dev-ca',
    'paper',
    'threads',
    'loopback',
  ],
};

/** Packages that one place alone may reach. */
const PACKAGE_HOMES: readonly {
  readonly packages: readonly string[];
  readonly home: string;
  /** Tests that ask the package for a second opinion on bytes of ours. */
  readonly oracleIn?: string;
  readonly why: string;
}[] = [
  {
    packages: [
      'snarkjs',
      'circom2',
      'circomlib',
      'circomlibjs',
      'ffjavascript',
      'circom_runtime',
      '@zk-kit/groth16',
    ],
    home: 'apps/zk-prover/',
    why: 'GPL-3.0 stays on its island',
  },
  {
    packages: ['@sigstore/bundle', '@sigstore/protobuf-specs', '@sigstore/verify'],
    home: 'libs/provenance/',
    oracleIn: 'test/verifier/',
    why: 'its trusted root is checked there first',
  },
  { packages: ['node-seal'], home: 'libs/ciphertext/', why: 'hostile ciphertexts pass the pre-parser first' },
];

/** What the trust core may take from npm, all of it small and without I/O. */
const CORE_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'libs/canonical': ['@noble/ciphers', '@noble/curves', '@noble/hashes', 'poseidon-lite'],
  'libs/sealing': ['@hpke/core', '@noble/hashes', 'tweetnacl'],
  'libs/attestation': ['@marcbachmann/cel-js', '@noble/curves', '@noble/hashes'],
  'libs/proofs': ['@noble/curves', '@noble/hashes'],
  'libs/ciphertext': ['node-seal'],
  'libs/ledger': [],
  'libs/conversation': [],
  'libs/evidence': [],
  'libs/workflow': ['yaml'],
  'libs/inference': [],
};

/** `node:crypto` computes and has no I/O; a browser build replaces the files that import it. */
const CORE_CRYPTO_HOMES = ['libs/canonical/src/primitives.ts', 'libs/attestation/'];

/** A bare name, one member of it, or `name.*` for all its members. */
const CORE_FORBIDDEN_USES = new Map([
  ...['Date.now', 'new Date()', 'performance.*'].map((use): [string, string] => [
    use,
    'takes time as an argument',
  ]),
  ...[
    'Math.random',
    'randomBytes',
    'randomUUID',
    'getRandomValues',
    '*.getRandomValues',
    '*.randomUUID',
    '*.randomBytes',
  ].map((use): [string, string] => [use, 'takes randomness as an argument']),
  ...[
    'process',
    'process.*',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'fetch',
    'WebSocket',
    'console.*',
  ].map((use): [string, string] => [use, 'has no environment, timer, network or output']),
]);
/** Says on what the code runs, which an error may name. */
const CORE_ALLOWED_USES = new Set(['process.versions']);

function whyForbidden(use: string): string | undefined {
  if (CORE_ALLOWED_USES.has(use)) return undefined;
  const [base = '', member] = use.split('.');
  const patterns = member === undefined ? [use] : [use, `${base}.*`, `*.${member}`];
  return patterns.map((pattern) => CORE_FORBIDDEN_USES.get(pattern)).find((why) => why !== undefined);
}

export const LINES_MAX = 400;
/** A table of hostile cases is read line by line and may be longer. */
export const TEST_LINES_MAX = 700;

export function isTest(path: string): boolean {
  return path.startsWith('test/') || path.endsWith('.spec.ts') || path.endsWith('.spec.tsx');
}

function isTestCode(path: string): boolean {
  return isTest(path) || path.endsWith('.fixture.ts');
}

/** `libs/canonical`, `apps/cli`, or the top folder of anything else. */
export function ownerOf(path: string): string {
  const [top = '', name = ''] = path.split('/');
  return top === 'libs' || top === 'apps' ? `${top}/${name}` : top;
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return (specifier.startsWith('@') ? parts.slice(0, 2) : parts.slice(0, 1)).join('/');
}

function isPackage(specifier: string): boolean {
  return !/^(\.|#|node:)/.test(specifier);
}

function inTrustCore(file: SourceFile): boolean {
  return !isTest(file.path) && TRUST_CORE.some((lib) => file.path.startsWith(`libs/${lib}/`));
}

export type Rule = (file: SourceFile) => readonly string[];

/** Apps and libs import libs by name, and only those of the list. */
export const importsAllowedLibs: Rule = (file) => {
  const owner = ownerOf(file.path);
  return file.imports.flatMap((specifier) => {
    if (!specifier.startsWith('#')) return [];
    const [lib = '', ...rest] = specifier.slice(1).split('/');
    if (rest.length > 0) return [`reaches inside ${lib}: only its index is visible`];
    if (lib === 'samples')
      return mayUseSamples(file) ? [] : ['imports #samples: demo data is for the CLI and tests'];
    if (owner === 'test' || owner === 'scripts' || `libs/${lib}` === owner) return [];
    if (isTestCode(file.path) || (LIBS_OF[owner] ?? []).includes(lib)) return [];
    return [`imports #${lib}, which ${owner} may not`];
  });
};

/** Model training and its tests read the same seeded data as the demo; nothing that runs in production does. */
function mayUseSamples({ path }: SourceFile): boolean {
  return (
    isTest(path) ||
    path.startsWith('libs/samples/') ||
    path.startsWith('apps/cli/') ||
    path.startsWith('apps/tee-worker/scripts/') ||
    path.startsWith('apps/tee-worker/models/') ||
    path.startsWith('apps/zk-prover/networks/') ||
    path.startsWith('scripts/')
  );
}

/** A relative import stays inside its app or lib, and names the file that will exist after the build. */
export const staysAtHome: Rule = (file) => {
  const owner = ownerOf(file.path);
  return file.imports.flatMap((specifier) => {
    if (specifier === '<computed>') return inTrustCore(file) ? ['loads a module whose name is computed'] : [];
    if (specifier.startsWith('/') || /^(apps|libs|dist)\//.test(specifier))
      return [`imports ${specifier} by path`];
    if (!specifier.startsWith('.')) return [];
    const target = posix.join(posix.dirname(file.path), specifier);
    // Tests and benchmarks drive an app or a tool from its sources; nothing may depend on them in turn.
    const drivesApp = owner === 'test' && /^(apps|tools|scripts)\//.test(target);
    // The build leaves fixtures out, so that only tests can lean on them.
    const sharesFixture = isTestCode(file.path) && target.endsWith('.fixture.js');
    if (!drivesApp && !sharesFixture && ownerOf(target) !== owner)
      return [`climbs out of ${owner} to ${target}`];
    // Its build takes styles as modules.
    const known = owner === 'apps/console' ? /\.(js|json|css)$/ : /\.(js|json)$/;
    return known.test(specifier) ? [] : [`imports ${specifier} without its .js ending`];
  });
};

/**
 * All that the orchestrator takes from what workers share: the site's configuration, the context of a proof, and the
 * form in which ciphertexts lie.
 */
const ORCHESTRATOR_WORKER_NAMES = [
  'SiteFile',
  'parseSiteFile',
  'encodeSiteFile',
  'siteDigest',
  'proofContext',
  'packCiphertext',
  'unpackCiphertext',
];
/** It looks at headers of envelopes and has no way to make or open one. */
const ORCHESTRATOR_SEALING_NAMES = [
  'EnvelopeHeader',
  'ParsedEnvelope',
  'SealingError',
  'parseEnvelope',
  'sealKeyId',
];

/** Code that could open an envelope has no place in the process that must not read one. */
export const orchestratorIsBlind: Rule = (file) => {
  if (!file.path.startsWith('apps/orchestrator/') || isTest(file.path)) return [];
  return file.names.flatMap((entry) => {
    const [specifier = '', name = ''] = entry.split(' ');
    const allowed =
      specifier === '#worker'
        ? ORCHESTRATOR_WORKER_NAMES
        : specifier === '#sealing'
          ? ORCHESTRATOR_SEALING_NAMES
          : undefined;
    return allowed === undefined || allowed.includes(name) ? [] : [`imports ${name} of ${specifier}`];
  });
};

export const packagesStayHome: Rule = (file) =>
  file.imports.filter(isPackage).flatMap((specifier) => {
    const name = packageOf(specifier);
    const rule = PACKAGE_HOMES.find(({ packages }) => packages.includes(name));
    if (rule === undefined) return [];
    const homes = rule.oracleIn === undefined ? [rule.home] : [rule.home, rule.oracleIn];
    return homes.some((home) => file.path.startsWith(home))
      ? []
      : [`imports ${name} outside ${rule.home}: ${rule.why}`];
  });

/** Nest lives in apps and telemetry; libs are plain classes and functions. */
export const nestStaysInApps: Rule = (file) => {
  const owner = ownerOf(file.path);
  if (!owner.startsWith('libs/') || owner === 'libs/telemetry') return [];
  return [
    ...file.imports.filter((specifier) => specifier.startsWith('@nestjs/')).map((name) => `imports ${name}`),
    ...file.decorators.map((name) => `has the decorator ${name}`),
  ];
};

export const trustCoreIsPure: Rule = (file) => {
  if (!inTrustCore(file)) return [];
  const allowed = CORE_PACKAGES[ownerOf(file.path)] ?? [];
  const foreign = file.imports
    .filter(isPackage)
    .filter((specifier) => !allowed.includes(packageOf(specifier)));
  const builtins = file.imports.filter(
    (specifier) =>
      specifier.startsWith('node:') &&
      !(specifier === 'node:crypto' && CORE_CRYPTO_HOMES.some((home) => file.path.startsWith(home))),
  );
  const uses = [...new Set(file.uses)].flatMap((use) => {
    const why = whyForbidden(use);
    return why === undefined ? [] : [`uses ${use}: the trust core ${why}`];
  });
  return [...[...foreign, ...builtins].map((name) => `imports ${name} into the trust core`), ...uses];
};

/** SEAL's noise budget of a chosen ciphertext leaks the secret key, so only tests may ask for it. */
export const noiseBudgetIsForTests: Rule = (file) =>
  !isTest(file.path) && file.uses.some((use) => use.split('.').at(-1) === 'invariantNoiseBudget')
    ? ['asks for the noise budget outside a test']
    : [];

/** A lib shows its parts in one folder level. */
export const libsAreFlat: Rule = (file) => {
  const [top, , source, ...rest] = file.path.split('/');
  if (top !== 'libs' || source !== 'src') return [];
  return rest.length > 2 ? ['lies deeper than one folder below src'] : [];
};

export const filesAreShort: Rule = (file) => {
  const lines = file.text.split('\n').length - 1;
  const limit = /\.(spec|fixture)\.ts$/.test(file.path) ? TEST_LINES_MAX : LINES_MAX;
  return lines > limit ? [`has ${lines} lines, limit ${limit}`] : [];
};

export const RULES: Readonly<Record<string, Rule>> = {
  'imports only the libs it may': importsAllowedLibs,
  'never climbs out of its app or lib': staysAtHome,
  'cannot open an envelope in the orchestrator': orchestratorIsBlind,
  'leaves packages with one home there': packagesStayHome,
  'keeps Nest in apps and telemetry': nestStaysInApps,
  'keeps the trust core pure': trustCoreIsPure,
  'asks for a noise budget in tests only': noiseBudgetIsForTests,
  'has one folder level in a lib': libsAreFlat,
  'is short': filesAreShort,
};

/** Paths of somebody's machine: they leak where a text was made and work nowhere else. */
export function machinePaths(text: string): readonly string[] {
  const roots = ['work', 'tmp', 'root', 'home', 'Users'].join('|');
  return text.match(new RegExp(`(?<![\\w.$})\\]-])/(?:${roots})/[\\w.-]+`, 'g')) ?? [];
}

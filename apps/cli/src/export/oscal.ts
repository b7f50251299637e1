import { createHash } from 'node:crypto';
import { type Check, digestOf, formatTime, type Json, type JsonObject } from '#canonical';
import {
  type BundleVerdict,
  headlineOf,
  type StepVerdict,
  simulatedWarning,
  stageNames,
  type TrustFile,
  trustFileDigest,
} from '#evidence';

/*
 * OSCAL assessment results (NIST, 1.1): the stages of the verifier as findings, which OSCAL knows as satisfied or not
 * and nothing between; what a step is worth as observations; what no part of the bundle proves as the assessor's word.
 * It says what was found about one run, and of no control that anybody complies with it.
 */

const OSCAL_VERSION = '1.1.3';
const NAMESPACE = 'https://sealflow.dev/ns/oscal';
/** Of the names below, for UUIDs of version 5 (RFC 9562): equal bundles have equal ids. */
const UUID_NAMESPACE = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';
const TEXT_MAX = 4000;

export interface OscalInput {
  readonly bundle: Uint8Array;
  readonly trust: TrustFile;
  readonly verdict: BundleVerdict;
  readonly madeAtMs: number;
}

export function oscalResults(input: OscalInput): string {
  return `${JSON.stringify({ 'assessment-results': new Results(input).document() }, null, 2)}\n`;
}

class Results {
  readonly #input: OscalInput;
  readonly #bundleDigest: string;

  constructor(input: OscalInput) {
    this.#input = input;
    this.#bundleDigest = digestOf(input.bundle);
  }

  document(): JsonObject {
    const { verdict, madeAtMs } = this.#input;
    const mark = verdict.simulated ? ' [SIMULATED: protects nothing and proves nothing]' : '';
    return {
      uuid: this.#uuid('results'),
      metadata: {
        title: text(`Evidence of run ${verdict.run?.id ?? 'unknown'}${mark}`),
        'last-modified': formatTime(madeAtMs),
        version: '1',
        'oscal-version': OSCAL_VERSION,
        remarks: 'A copy for reading: only the evidence bundle can be verified.',
      },
      'import-ap': {
        href: `#${this.#uuid('rules')}`,
        remarks: 'There is no assessment plan: the rules of the verifier are fixed.',
      },
      results: [this.#result()],
      'back-matter': { resources: this.#resources() },
    };
  }

  #result(): JsonObject {
    const { verdict, madeAtMs } = this.#input;
    const { run, asOf } = verdict;
    const at = formatTime(madeAtMs);
    return {
      uuid: this.#uuid('result'),
      title: text(headlineOf(verdict)),
      description: text(
        `One run, "${run?.name ?? ''} v${run?.version ?? ''}", ${run?.status ?? 'unknown'}, as its evidence bundle shows it${
          verdict.simulated ? `. SIMULATED: ${simulatedWarning}` : ''
        }.`,
      ),
      start: at,
      end: at,
      props: [
        prop('outcome', verdict.outcome),
        prop('exit-code', String(verdict.exitCode)),
        prop('simulated', String(verdict.simulated)),
        ...(verdict.reason === null ? [] : [prop('reason', verdict.reason)]),
        ...(asOf === null ? [] : [prop('as-of', asOf.time), prop('time-source', asOf.source)]),
        ...(run === null ? [] : [prop('run-start', run.start), prop('run-end', run.end)]),
        prop('steps-withheld', String(verdict.withheld)),
      ],
      'reviewed-controls': {
        description: 'Stages of the verifier, each an objective of its own.',
        'control-selections': [{ 'include-all': {} }],
      },
      attestations: this.#attestations(),
      observations: [
        ...stageNames.map((stage) => this.#stageObservation(stage)),
        ...verdict.steps.map((step) => this.#stepObservation(step)),
      ],
      findings: [...stageNames.map((stage) => this.#stageFinding(stage)), this.#hardwareFinding()],
    };
  }

  /** The assessor's own word: the limits come with the result, or it would say too much. */
  #attestations(): JsonObject[] {
    const { notProven, notChecked } = this.#input.verdict;
    const parts = [
      ...notProven.map((prose) => ({ name: 'not-proven', ns: NAMESPACE, prose: text(prose) })),
      ...notChecked.map((prose) => ({ name: 'not-checked', ns: NAMESPACE, prose: text(prose) })),
    ];
    return parts.length === 0 ? [] : [{ parts }];
  }

  #checks(stage: string): readonly Check[] {
    return this.#input.verdict.stages.find(({ name }) => name === stage)?.checks ?? [];
  }

  #stageObservation(stage: string): JsonObject {
    const checks = this.#checks(stage);
    const named = checks.filter(({ result }) => result !== 'pass' && result !== 'skip');
    return {
      uuid: this.#uuid('observation', stage),
      title: `Stage ${stage}`,
      description:
        checks.length === 0
          ? 'Not reached: nothing was checked.'
          : `${checks.length} checks: ${counts(checks)}`,
      methods: ['TEST'],
      'relevant-evidence': this.#evidence(),
      collected: formatTime(this.#input.madeAtMs),
      ...(named.length === 0 ? {} : { remarks: text(named.map(checkText).join(' | ')) }),
    };
  }

  #stepObservation({
    stepId,
    kind,
    integrity,
    confidentiality,
    anchor,
    keyHolder,
    simulated,
  }: StepVerdict): JsonObject {
    return {
      uuid: this.#uuid('step', stepId),
      title: text(`Step ${stepId}`),
      description: text(
        `${kind}: integrity ${integrity}, confidentiality ${confidentiality}; rests on: ${anchor}; keys: ${keyHolder}`,
      ),
      props: [
        prop('integrity', integrity),
        prop('confidentiality', confidentiality),
        prop('simulated', String(simulated)),
      ],
      methods: ['TEST'],
      'relevant-evidence': this.#evidence(),
      collected: formatTime(this.#input.madeAtMs),
    };
  }

  #stageFinding(stage: string): JsonObject {
    const checks = this.#checks(stage);
    const failed = checks.filter(({ result }) => result === 'fail' || result === 'error');
    const status: JsonObject =
      checks.length === 0
        ? { state: 'not-satisfied', reason: 'other', remarks: 'Not reached: nothing was checked.' }
        : failed.length > 0
          ? { state: 'not-satisfied', reason: 'fail', remarks: text(failed.map(checkText).join(' | ')) }
          : { state: 'satisfied', reason: 'pass' };
    return {
      uuid: this.#uuid('finding', stage),
      title: `Stage ${stage}`,
      description: `What the checks of stage ${stage} found together.`,
      target: { type: 'objective-id', 'target-id': `sealflow-${stage}`, status },
      'related-observations': [{ 'observation-uuid': this.#uuid('observation', stage) }],
    };
  }

  /** Apart from the stages, whose checks pass on simulated hardware too where the trust file allows it. */
  #hardwareFinding(): JsonObject {
    const { simulated, outcome, steps } = this.#input.verdict;
    const status: JsonObject = simulated
      ? { state: 'not-satisfied', reason: 'fail', remarks: `SIMULATED: ${simulatedWarning}` }
      : outcome === 'verified'
        ? { state: 'satisfied', reason: 'pass' }
        : { state: 'not-satisfied', reason: 'other', remarks: 'The bundle is not verified.' };
    return {
      uuid: this.#uuid('finding', 'genuine-hardware'),
      title: 'Nothing behind the run is simulated',
      description: 'Neither simulated hardware nor development keys of circuits stand behind a step.',
      target: { type: 'objective-id', 'target-id': 'sealflow-genuine-hardware', status },
      ...(steps.length === 0
        ? {}
        : {
            'related-observations': steps.map(({ stepId }) => ({
              'observation-uuid': this.#uuid('step', stepId),
            })),
          }),
    };
  }

  #evidence(): Json[] {
    return [{ href: `#${this.#uuid('bundle')}`, description: 'The evidence bundle.' }];
  }

  #resources(): JsonObject[] {
    const { trust } = this.#input;
    return [
      {
        uuid: this.#uuid('rules'),
        title: 'Rules of the verifier',
        description: 'The page evidence-format.md of Sealflow, section Verification.',
      },
      {
        uuid: this.#uuid('bundle'),
        title: 'Evidence bundle',
        rlinks: [
          {
            href: 'bundle.evidence.json',
            hashes: [{ algorithm: 'SHA-256', value: this.#bundleDigest.replace('sha256:', '') }],
          },
        ],
      },
      {
        uuid: this.#uuid('trust'),
        title: 'Trust file',
        description: 'What the assessor believed without proof.',
        props: [prop('trust-file-digest', trustFileDigest(trust))],
      },
    ];
  }

  #uuid(...names: readonly string[]): string {
    const { trust, verdict } = this.#input;
    const name = JSON.stringify([this.#bundleDigest, trustFileDigest(trust), verdict.outcome, ...names]);
    const namespace = Buffer.from(UUID_NAMESPACE.replaceAll('-', ''), 'hex');
    const hash = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
    hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
    hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
    return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}

function prop(name: string, value: string): JsonObject {
  return { name, ns: NAMESPACE, value: text(value) };
}

function counts(checks: readonly Check[]): string {
  const found = new Map<string, number>();
  for (const { result } of checks) found.set(result, (found.get(result) ?? 0) + 1);
  return [...found].map(([result, count]) => `${count} ${result}`).join(', ');
}

function checkText({ id, result, reason, title, expected, actual }: Check): string {
  const difference = `${expected === undefined ? '' : `, expected ${expected}`}${actual === undefined ? '' : `, got ${actual}`}`;
  return `${id} ${result} ${reason ?? ''} ${title}${difference}`;
}

/** OSCAL's strings are one line, begin and end with a visible character, and are never empty. */
function text(value: string): string {
  const line = value.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?').trim();
  return line === '' ? '-' : line.slice(0, TEXT_MAX).trim();
}

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { SealflowClient } from '#client';
import { type ListRunsResponse__Output, unary } from '#contracts';
import { type AttackCase, actors, type Place, type Scene } from '../attack/attack-case.js';
import { attackTable } from '../attack/attack-table.js';
import { junitOf } from '../attack/junit.js';
import { caseJson, renderList, renderResult, renderSummary, resultsJson } from '../attack/render-attacks.js';
import { type AttackResult, packPassed, runLanes } from '../attack/run-pack.js';
import { freshScene, placeOfStack } from '../attack/scene.js';
import { selectCases } from '../attack/select-cases.js';
import { Installation } from '../installation/installation.js';
import { credentialOf, DEVELOPMENT_TENANT } from '../installation/installation-keys.js';
import { homeFolder } from '../installation/paths.js';
import { readTrust } from '../installation/read-trust.js';
import { exitCode } from '../output/failure.js';
import { findStack, type RunningStack } from '../stack/stack.js';
import { tlsFor } from '../stack/tls-for.js';
import { withStack } from '../stack/with-stack.js';

interface Flags {
  readonly target?: string;
  readonly tenant: string;
  readonly trust?: string;
  readonly only: readonly string[];
  readonly list?: boolean;
  readonly json?: boolean;
  readonly junit?: string;
}

const CALL_DEADLINE_MS = 10_000;

/** `sealflow attack`: every attacker whom the threat model names, let loose on a deployment of one's own. */
export function attackCommand(): Command {
  return new Command('attack')
    .description('attack a deployment of your own, and see each attack stopped by its reason code')
    .option('--target <address>', 'orchestrator to attack (default: the stack of this installation)')
    .option('--tenant <name>', 'tenant of the API key', DEVELOPMENT_TENANT)
    .option('--trust <file>', 'what an honest client of the target believes (default: the installation)')
    .option(
      '--only <name>',
      `one attack, or all of one actor: ${actors.join(', ')} (repeatable)`,
      (name: string, all: readonly string[]) => [...all, name],
      [] as readonly string[],
    )
    .option('--list', 'list the attacks and make none')
    .option('--json', 'print one JSON document instead of text')
    .option('--junit <file>', 'write the results for a build server as well')
    .action(async (flags: Flags) => {
      const cases = selectCases(attackTable, flags.only);
      if (flags.list === true) {
        process.stdout.write(
          flags.json === true ? `${JSON.stringify(cases.map(caseJson))}\n` : renderList(cases),
        );
        return;
      }
      const results = await withScene(flags, async (scene) => {
        const startMs = performance.now();
        const done: AttackResult[] = [];
        const say = (text: string): void => {
          if (flags.json !== true) process.stdout.write(`${text}\n`);
        };
        say(
          `ATTACKS  on ${scene.place.grpc}${scene.stack === null ? '' : ', the stack of this installation'}`,
        );
        for await (const result of runLanes(cases, scene)) {
          done.push(result);
          say(renderResult(result));
        }
        const ms = performance.now() - startMs;
        const told = inOrderOf(cases, done);
        say(renderSummary(told, { ms, prepared: scene.prepared() }));
        if (flags.json === true) {
          const json = resultsJson(scene.place.grpc, told, { ms, prepared: scene.prepared() });
          process.stdout.write(`${JSON.stringify(json)}\n`);
        }
        return told;
      });
      if (flags.junit !== undefined) writeFileSync(flags.junit, junitOf(results));
      if (!packPassed(results)) process.exitCode = exitCode.failed;
    });
}

/** Attacks end in any order; files tell them in that of the table. */
function inOrderOf(cases: readonly AttackCase[], done: readonly AttackResult[]): readonly AttackResult[] {
  const places = new Map(cases.map(({ name }, index) => [name, index]));
  const place = ({ attack }: AttackResult): number => places.get(attack.name) ?? cases.length;
  return done.toSorted((a, b) => place(a) - place(b));
}

/** The target that was named; or the stack of this installation, which is started where it does not run. */
async function withScene<T>(flags: Flags, work: (scene: Scene) => Promise<T>): Promise<T> {
  const { target } = flags;
  if (target !== undefined) {
    const found = await findStack(Installation.at(homeFolder()));
    if (target !== found?.address.grpc) return onTarget(target, flags, work);
  }
  return withStack(Installation.open(homeFolder()), (stack) => onStack(stack, flags, work));
}

function onStack<T>(stack: RunningStack, flags: Flags, work: (scene: Scene) => Promise<T>): Promise<T> {
  const place = { ...placeOfStack(stack), bearer: credentialOf(stack.installation.home, 'tenant') };
  const trust = flags.trust === undefined ? stack.trust : readTrust(flags.trust);
  const { bundles } = stack.installation;
  return asCustomer(place, { ...flags, trust }, (client) =>
    inScene(freshScene(place, client, { stack, bundles }), work),
  );
}

async function onTarget<T>(target: string, flags: Flags, work: (scene: Scene) => Promise<T>): Promise<T> {
  const place: Place = {
    grpc: target,
    tls: tlsFor(target),
    bearer: credentialOf(homeFolder(), 'tenant'),
  };
  const trust = readTrust(flags.trust);
  const bundles = mkdtempSync(join(tmpdir(), 'sealflow-attack-'));
  try {
    return await asCustomer(place, { ...flags, trust }, (client) =>
      inScene(freshScene(place, client, { stack: null, bundles }), work),
    );
  } finally {
    rmSync(bundles, { recursive: true, force: true });
  }
}

async function inScene<T>(scene: Scene, work: (scene: Scene) => Promise<T>): Promise<T> {
  try {
    return await work(scene);
  } finally {
    await scene.close();
  }
}

/** An attack on what does not answer, or knows nobody by this key, would teach nothing: asked once before the first. */
async function asCustomer<T>(
  place: Place,
  { tenant, trust }: { readonly tenant: string; readonly trust: SealflowClient['options']['trust'] },
  work: (client: SealflowClient) => Promise<T>,
): Promise<T> {
  const { bearer } = place;
  const client = new SealflowClient({
    target: place.grpc,
    tenant,
    ...(typeof bearer === 'string' ? { apiKey: bearer } : {}),
    tls: place.tls ?? undefined,
    trust,
    random: (count) => new Uint8Array(randomBytes(count)),
    now: () => Date.now(),
  });
  try {
    await unary<ListRunsResponse__Output>(
      (options, callback) =>
        client.services.run.listRuns({ parent: `tenants/${tenant}`, pageSize: 1 }, options, callback),
      { deadlineMs: CALL_DEADLINE_MS },
    );
    return await work(client);
  } finally {
    client.close();
  }
}

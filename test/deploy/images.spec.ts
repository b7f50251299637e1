import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#loopback';
import { measureTree, workerImages } from '#worker';
import { Installation } from '../../apps/cli/src/installation/installation.js';
import { EmbeddedPostgres } from '../../apps/orchestrator/src/database/embedded-postgres.js';
import { type BuiltImage, buildImages, type ImagesRequest } from '../../scripts/images/build-images.js';
import { Buildah, missingForImages } from '../../scripts/images/buildah.js';
import { serviceImages } from '../../scripts/images/service-images.js';
import { repositoryRoot } from '../architecture/source-file.js';
import { until } from '../support/until.js';
import { containerArguments, type Mounted } from './container.js';
import { health } from './health.js';

const missing = missingForImages();
if (missing !== null) console.log(`images are not built and not tested here: ${missing}`);

const READY_MS = 240_000;
const COMMIT = 'c0'.repeat(20);
const scratch = mkdtempSync(join(tmpdir(), 'sealflow-images-test-'));
const request: ImagesRequest = {
  root: repositoryRoot,
  work: join(scratch, 'first'),
  commit: COMMIT,
  seconds: 1_700_000_000,
  version: '0.1.0',
  base: null,
};

describe.skipIf(missing !== null)('images', () => {
  const engine = new Buildah();
  const roots = new Map<string, string>();
  let images: readonly BuiltImage[] = [];

  beforeAll(() => {
    images = buildImages(engine, request);
    for (const { name, tag } of images) roots.set(name, engine.mount(tag));
    console.log(images.map(({ name, tag }) => `${name}: ${engine.size(tag)} unpacked`).join('\n'));
    console.log(
      'images are built on packages of Debian here; the pinned bases of the Containerfile are not pulled',
    );
  }, 400_000);

  afterAll(() => {
    engine.close();
    rmSync(scratch, { recursive: true, force: true });
  }, 120_000);

  it('are the same, digest by digest, when they are built again from nothing', () => {
    const again = new Buildah();
    try {
      expect(buildImages(again, { ...request, work: join(scratch, 'second') })).toEqual(images);
    } finally {
      again.close();
    }
  }, 400_000);

  it.each(serviceImages)('$name has one program, and neither a shell nor a package manager', ({ name }) => {
    expect(executablesBelow(rootOf(name))).toEqual(['usr/local/bin/node']);
  });

  it('carry code under the GPL in that of the prover alone', () => {
    const having = serviceImages.filter(({ name }) =>
      billOf(name).components.some(({ licenses }) => JSON.stringify(licenses ?? []).includes('GPL')),
    );
    expect(having.map(({ name }) => name)).toEqual(['zk-prover']);
  });

  it.each(serviceImages)('$name names every package that it has in its bill of materials', ({ name }) => {
    const listed = billOf(name).components.map((component) => `${component.name}@${component.version}`);
    expect(listed).toEqual(expect.arrayContaining(packagesBelow(join(rootOf(name), 'app/node_modules'))));
  });

  it.each(workerImages)('$name is measured inside as the checkout it was built from', ({ name, folders }) => {
    expect(measureTree(join(rootOf(name), 'app'), folders)).toBe(measureTree(repositoryRoot, folders));
  });

  it.each(serviceImages)('$name says which release it is', ({ name }) => {
    const printed = runOnce(name, [`dist/apps/${name}/main.js`, '--version']);
    expect(JSON.parse(printed)).toMatchObject({ program: name, release: '0.1.0', commit: COMMIT });
  });

  it('run as nobody, with no capability, on files that nobody can change', () => {
    const printed = runOnce('orchestrator', ['-e', probe]);
    expect(JSON.parse(printed)).toEqual({
      write: 'EROFS',
      user: 65_532,
      capabilities: '0000000000000000',
      privileges: '1',
      shell: 'ENOENT',
    });
  });

  describe('when they are started together', () => {
    const installation = Installation.open(join(scratch, 'installation'));
    const postgres = new EmbeddedPostgres(installation.postgresHome);
    const children: ChildProcess[] = [];
    let http = '';
    let grpcPort = 0;

    beforeAll(async () => {
      installation.keys.renew(Date.now());
      await postgres.start();
    }, 120_000);

    afterAll(async () => {
      for (const child of children.toReversed()) await ended(child);
      await postgres.stop();
      rmSync(installation.postgresHome, { recursive: true, force: true });
    }, 120_000);

    it('are ready and say so', async () => {
      const httpPort = await freePort();
      grpcPort = await freePort();
      http = `http://127.0.0.1:${httpPort}`;
      const home = { from: installation.home, to: '/var/lib/sealflow', writable: true };
      const shared = { SEALFLOW_HOME: '/var/lib/sealflow', SEALFLOW_ORCHESTRATOR: `127.0.0.1:${grpcPort}` };
      execFileSync('chown', ['-R', '65532:65532', installation.home]);
      const startedMs = performance.now();
      start('orchestrator', [home], {
        ...shared,
        DATABASE_URL: postgres.url(),
        SEALFLOW_GRPC_ADDRESS: `127.0.0.1:${grpcPort}`,
        SEALFLOW_HTTP_PORT: String(httpPort),
      });
      await ready('orchestrator', async () => (await statusOf('/readyz')) === 200);
      const lines = [`orchestrator ready after ${Math.round(performance.now() - startedMs)} ms`];
      for (const { name } of workerImages) {
        const port = await freePort();
        const beganMs = performance.now();
        start(name, [home], {
          ...shared,
          SEALFLOW_WORKER_ID: `${name}-0`,
          SEALFLOW_HEALTH_ADDRESS: `127.0.0.1:${port}`,
        });
        await ready(name, async () => (await health(port, 'ready')) === 'SERVING');
        lines.push(`${name} ready after ${Math.round(performance.now() - beganMs)} ms`);
      }
      console.log(lines.join('\n'));
      const { operations } = (await (await fetch(`${http}/readyz`)).json()) as { operations: string[] };
      const expected = workerImages.flatMap(({ operations }) => [...operations]);
      expect(operations).toEqual(expect.arrayContaining(expected));
    }, 600_000);

    it('answer with their version over HTTP', async () => {
      const version = (await (await fetch(`${http}/version`)).json()) as Record<string, unknown>;
      expect(version).toMatchObject({ program: 'orchestrator', commit: COMMIT, schema: expect.any(Number) });
    });

    function start(name: string, mounts: readonly Mounted[], env: Readonly<Record<string, string>>): void {
      const args = [`dist/apps/${name}/main.js`];
      const container = { root: rootOf(name), work: join(scratch, `run-${name}`), args, env, mounts };
      const log = openSync(logOf(name), 'a');
      const child = spawn('runc', containerArguments(container), { stdio: ['ignore', log, log] });
      closeSync(log);
      children.push(child);
    }

    async function ready(name: string, is: () => Promise<boolean>): Promise<void> {
      await until(`${name} is ready`, is, READY_MS).catch((error: Error) => {
        throw new Error(`${error.message}: ${readFileSync(logOf(name), 'utf8').slice(-2_000)}`);
      });
    }

    function logOf(name: string): string {
      return join(scratch, `${name}.log`);
    }

    async function statusOf(path: string): Promise<number> {
      return fetch(`${http}${path}`).then(
        ({ status }) => status,
        () => 0,
      );
    }
  });

  function rootOf(name: string): string {
    const root = roots.get(name);
    if (root === undefined) throw new Error(`no image ${name}`);
    return root;
  }

  function billOf(name: string): Bill {
    return JSON.parse(readFileSync(join(rootOf(name), 'app/sbom.cdx.json'), 'utf8')) as Bill;
  }

  function runOnce(name: string, args: readonly string[]): string {
    const work = mkdtempSync(join(scratch, 'once-'));
    const container = { root: rootOf(name), work, args, env: {}, mounts: [] };
    return execFileSync('runc', containerArguments(container), { encoding: 'utf8' });
  }
});

interface Bill {
  readonly components: readonly { name: string; version: string; licenses?: unknown }[];
}

const probe = `
  const fs = require('node:fs');
  const codeOf = (run) => { try { run(); return 'done'; } catch (error) { return error.code; } };
  const status = fs.readFileSync('/proc/self/status', 'utf8');
  console.log(JSON.stringify({
    write: codeOf(() => fs.writeFileSync('/app/new', '')),
    user: process.getuid(),
    capabilities: /CapEff:\\s*(\\w+)/.exec(status)[1],
    privileges: /NoNewPrivs:\\s*(\\d)/.exec(status)[1],
    shell: codeOf(() => fs.statSync('/bin/sh')),
  }));`;

/** What can be executed and is no library. */
function executablesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/\.(so|node)(\.|$)/.test(file) && isProgram(file))
    .map((file) => file.slice(root.length + 1));
}

function isProgram(file: string): boolean {
  const head = readFileSync(file).subarray(0, 4).toString('latin1');
  return head === '\x7fELF' || (head.startsWith('#!') && !file.includes('/node_modules/'));
}

function packagesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.name === 'package.json' && /node_modules\/(@[^/]+\/)?[^/]+$/.test(entry.parentPath),
    )
    .map((entry) => {
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
      const { name, version } = JSON.parse(text) as { name: string; version: string };
      return `${name}@${version}`;
    });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const killing = setTimeout(() => child.kill('SIGKILL'), 30_000);
  await gone;
  clearTimeout(killing);
}

import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { canonicalize, digestOf, toJson, utf8 } from '#canonical';
import { writeBlob } from '#contracts';
import { inputsOf } from '../../../apps/cli/src/demo/application.js';
import { openedBlobs } from '../../support/opened-blobs.js';
import { tableNames } from '../refused.js';
import { filesBelow, spellings, TextSearch } from '../search.js';
import { runOf, settled, suite } from '../suite.js';
import { approvalCanaries } from './approvals.js';

const CONTROL = 'CONTROL-4711-in-the-clear';

/** Texts of every input and of every opened result, and secrets of keys that only their owners have. */
async function canaries(): Promise<string[]> {
  const { applications, charter, parties } = suite();
  const results = await Promise.all(
    applications.map(async ({ name }) => (await runOf(name).handle.open('limit')).value),
  );
  return [
    ...approvalCanaries,
    ...applications.flatMap((application) => {
      const { statement, intent } = inputsOf(application);
      const lines = String(statement)
        .split('\n')
        .filter((line) => line.length > 30);
      return [
        ...application.canaries,
        lines[0] ?? '',
        lines[Math.floor(lines.length / 2)] ?? '',
        canonicalize(toJson(application.applicant)).slice(1, 60),
        canonicalize(intent).slice(1, 80),
        String((intent as { signature: string }).signature),
        Buffer.from(application.borrower.seed).toString('base64'),
        Buffer.from(application.borrower.seed).toString('latin1'),
      ];
    }),
    ...results.map((value) => canonicalize(value)),
    canonicalize(charter).slice(1, 100),
    String(charter['signature']),
    Buffer.from(parties.bankSeed).toString('base64'),
    ...applications.map(({ name }) =>
      Buffer.from(runOf(name).prepared.identity.runSecret).toString('base64'),
    ),
  ];
}

/** All rows of all tables as bytes: what is text as text, what is binary as it is and as hex; what is sealed, opened too. */
async function tables(): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const name of await tableNames()) {
    const rows = await suite().stack.query<{ row: string }>(`select t::text as row from ${name} t`);
    const text = rows.map(({ row }) => row).join('\n');
    const binary = text.match(/\\+x[0-9a-f]{2,}/g) ?? [];
    found.set(
      name,
      Buffer.concat([
        Buffer.from(text),
        ...binary.map((hex) => Buffer.from(hex.replace(/^\\+x/, ''), 'hex')),
        ...(name === 'sealflow.blobs' ? await openedBlobs(suite().stack) : []),
      ]),
    );
  }
  return found;
}

/** "Blind": plaintexts put into every input are found nowhere but at their owners. */
export function canarySearch(): void {
  let texts: string[];
  let search: TextSearch;
  let ids: TextSearch;
  let found: Map<string, Buffer>;

  beforeAll(async () => {
    await settled();
    await runOf('reviewed').ended;
    texts = await canaries();
    search = new TextSearch(texts);
    ids = new TextSearch([runOf('approved').runId]);
    // The same search must find what it may find, in every spelling, or it would prove nothing.
    const { blob } = suite().client.services;
    for (const { bytes } of spellings(CONTROL)) {
      const stored = Buffer.concat([utf8('before '), bytes, utf8(' after')]);
      await writeBlob(blob, digestOf(stored), stored, { deadlineMs: 5_000 });
    }
    found = await tables();
  });

  describe('the search', () => {
    it('looks for every input of every application', () => {
      expect(texts.length).toBeGreaterThan(40);
      expect(texts.every((text) => text.length >= 20)).toBe(true);
    });

    it('finds a control text in each of its spellings', () => {
      const blobs = found.get('sealflow.blobs') ?? Buffer.alloc(0);
      const everything = spellings(CONTROL).map(({ name }) => `${CONTROL.slice(0, 24)} as ${name}`);
      expect(new TextSearch([CONTROL]).in(blobs)).toEqual(everything.sort());
    });

    it('finds nothing of anybody in any table', () => {
      expect([...found.keys()]).toEqual(
        expect.arrayContaining(['sealflow.blobs', 'sealflow.runs', 'dbos.workflow_status']),
      );
      const { runId } = runOf('approved');
      const withRun = [...found].filter(([, bytes]) => bytes.includes(runId)).map(([name]) => name);
      expect(withRun).toEqual(
        expect.arrayContaining([
          'sealflow.runs',
          'sealflow.tasks',
          'sealflow.leases',
          'sealflow.run_events',
          'dbos.workflow_status',
        ]),
      );
      for (const [name, bytes] of found) expect({ [name]: search.in(bytes) }).toEqual({ [name]: [] });
    });

    it('finds nothing of anybody in the logs of any service, and does find the runs there', () => {
      const logs = filesBelow(suite().stack.installation.logs);
      expect(logs.map((file) => file.split('/').at(-1)).sort()).toEqual([
        'fhe-service.log',
        ...(suite().stack.second === null ? [] : ['orchestrator-1.log']),
        'orchestrator.log',
        'tee-worker.log',
        'zk-prover.log',
      ]);
      expect(search.inFiles(logs)).toEqual([]);
      expect(ids.inFiles(logs)).not.toEqual([]);
    });

    it('finds nothing of anybody in the files of the database, deleted rows and journal included', () => {
      const files = filesBelow(join(suite().stack.installation.postgresHome, 'data'));
      expect(search.inFiles(files)).toEqual([]);
      expect(ids.inFiles(files)).not.toEqual([]);
    });

    it('finds nothing of anybody in the sealed state of the key enclave', () => {
      const files = filesBelow(suite().stack.home).filter((file) => file.includes('ledger.sealed'));
      expect(files).not.toEqual([]);
      expect(search.inFiles(files)).toEqual([]);
    });

    it('finds nothing of anybody in what callers were told', () => {
      const said = Buffer.from(suite().said.join('\n'));
      expect(said.length).toBeGreaterThan(10_000);
      expect(search.in(said)).toEqual([]);
    });

    it('finds nothing of anybody in the traces, and does find the runs there', async () => {
      await suite().traces.flush();
      const sent = suite().traces.receiver.bytes();
      expect(search.in(sent)).toEqual([]);
      expect(ids.in(sent)).not.toEqual([]);
    });

    it('finds nothing of anybody in the bundles', async () => {
      for (const { name } of suite().applications) {
        const bytes = Buffer.from(await runOf(name).handle.bundle());
        const payloads = (bytes.toString('utf8').match(/[A-Za-z0-9+/]{40,}={0,2}/g) ?? []).map((text) =>
          Buffer.from(text, 'base64'),
        );
        expect(search.in(Buffer.concat([bytes, ...payloads]))).toEqual([]);
      }
    });
  });
}

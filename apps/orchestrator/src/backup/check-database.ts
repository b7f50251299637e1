import pg from 'pg';
import { leafHash, merkleRoot } from '#canonical';
import { growTree, parseCheckpoint, parseNote } from '#evidence';
import { expectGrown, LogHistoryError, type SeenLog } from '../log/log-memory.js';
import { blobFilesCheck } from './check-blob-files.js';

export interface DatabaseCheck {
  readonly name: string;
  /** Null: it holds. */
  readonly code: string | null;
  readonly text: string;
}

const PAGE = 10_000;

/**
 * Whether a database that was restored holds together, and whether its log is the one that others have seen.
 *
 * Nobody is trusted here: every leaf is hashed again, the tree is made again, and what the operator brings from outside
 * (a witness's checkpoint, a mirror's, what this replica signed last) decides about history.
 *
 * @param blobFolder where its large blobs lie
 */
export async function checkDatabase(
  url: string,
  blobFolder: string,
  seen: readonly { readonly log: SeenLog; readonly by: string }[],
): Promise<readonly DatabaseCheck[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const leaves = await readLeaves(client);
    const checks = [leavesCheck(leaves), await treeCheck(client, leaves)];
    for (const { log, by } of seen) checks.push(historyCheck(leaves.hashes, log, by));
    checks.push(
      await count(client, {
        name: 'runs and log',
        code: 'LEAF_MISSING',
        wrong: 'runs with a bundle have no leaf, in the log or waiting for it',
        sql: `select count(*)::int as count from sealflow.runs run where run.bundle is not null
              and not exists (select from sealflow.log_entries leaf where leaf.subject = run.run_id)
              and not exists (select from sealflow.log_queue leaf where leaf.subject = run.run_id)`,
      }),
      await count(client, {
        name: 'ledgers',
        code: 'LEDGER_BROKEN',
        wrong: 'ledgers do not end where their entries end, or entries are missing',
        sql: `select count(*)::int as count from sealflow.ledgers ledger left join lateral (
                select max(version) as last, min(version) as first, count(*) as entries,
                  (array_agg(receipt order by version desc))[1] as receipt
                from sealflow.ledger_entries entry where entry.tenant = ledger.tenant and entry.ledger = ledger.ledger
              ) chain on true
              where chain.entries > 0 and (chain.last <> ledger.version or chain.receipt <> ledger.receipt
                or chain.last - chain.first + 1 <> chain.entries)`,
      }),
      await count(client, {
        name: 'blobs',
        code: 'BLOB_CHANGED',
        wrong: 'blobs are not the bytes that their digest names',
        sql: `select count(*)::int as count from sealflow.blobs where ${await plainOf(client)} and digest <> 'sha256:' || encode(sha256(data), 'hex')`,
      }),
      await count(client, {
        name: 'bundles',
        code: 'BUNDLE_MISSING',
        wrong: 'runs name a bundle that is not there',
        sql: `select count(*)::int as count from sealflow.runs run where run.bundle is not null
              and not exists (select from sealflow.blobs blob where blob.digest = run.bundle)`,
      }),
      await pagesCheck(client),
      await workflowsCheck(client),
    );
    await client.query('commit');
    checks.push(await blobFilesCheck(client, blobFolder));
    return checks;
  } finally {
    await client.end();
  }
}

/** Those that are sealed are compared where their keys are; a database of before has none. */
async function plainOf(client: pg.Client): Promise<string> {
  const { rows } = await client.query(
    `select from information_schema.columns where table_schema = 'sealflow' and table_name = 'blobs' and column_name = 'sealed'`,
  );
  return rows.length > 0 ? 'not sealed' : 'true';
}

interface Leaves {
  readonly hashes: readonly Uint8Array[];
  /** Places that are empty, or whose entry has another hash. */
  readonly wrong: number;
}

async function readLeaves(client: pg.Client): Promise<Leaves> {
  const hashes: Uint8Array[] = [];
  let wrong = 0;
  for (let from = -1; ; ) {
    const { rows } = await client.query<{ index: number; leaf_hash: Buffer; entry: Buffer }>(
      'select index, leaf_hash, entry from sealflow.log_entries where index > $1 order by index limit $2',
      [from, PAGE],
    );
    for (const { index, leaf_hash, entry } of rows) {
      if (index !== hashes.length || !leaf_hash.equals(leafHash(entry))) wrong += 1;
      hashes.push(leafHash(entry));
    }
    const last = rows.at(-1);
    if (last === undefined) return { hashes, wrong };
    from = last.index;
  }
}

function leavesCheck({ hashes, wrong }: Leaves): DatabaseCheck {
  return wrong === 0
    ? { name: 'leaves', code: null, text: `${hashes.length} leaves, each with its hash` }
    : {
        name: 'leaves',
        code: 'LEAVES_CHANGED',
        text: `${wrong} of ${hashes.length} leaves are not what they were`,
      };
}

/** The newest checkpoint and the tiles, against a tree that is made again. */
async function treeCheck(client: pg.Client, { hashes }: Leaves): Promise<DatabaseCheck> {
  const name = 'tree';
  const { rows } = await client.query<{ note: string }>(
    'select note from sealflow.log_checkpoints order by size desc limit 1',
  );
  const [newest] = rows;
  if (newest === undefined || hashes.length === 0) {
    const empty = newest === undefined && hashes.length === 0;
    return {
      name,
      code: empty ? null : 'TREE_BROKEN',
      text: empty ? 'empty' : 'leaves and checkpoints do not match',
    };
  }
  const { size, root } = parseCheckpoint(parseNote(newest.note).text);
  const same = size === hashes.length && Buffer.from(root).equals(merkleRoot([...hashes]));
  if (!same) {
    const text = `expected ${hashes.length} leaves and their root under the newest checkpoint, got ${size} and another root`;
    return { name, code: 'TREE_BROKEN', text };
  }
  const { tiles } = await growTree(0, [...hashes], () =>
    Promise.reject(new Error('a new tree reads nothing')),
  );
  for (const tile of tiles) {
    const { rows: stored } = await client.query<{ hashes: Buffer }>(
      'select hashes from sealflow.log_tiles where level = $1 and index = $2',
      [tile.level, tile.index],
    );
    if (stored[0]?.hashes.equals(tile.hashes) !== true) {
      return {
        name,
        code: 'TREE_BROKEN',
        text: `tile ${tile.level}/${tile.index} is not that of the leaves`,
      };
    }
  }
  return { name, code: null, text: `${size} leaves under the newest checkpoint, ${tiles.length} tiles` };
}

function historyCheck(hashes: readonly Uint8Array[], log: SeenLog, by: string): DatabaseCheck {
  const name = 'history';
  const rootAt = hashes.length < log.size ? null : Buffer.from(merkleRoot(hashes.slice(0, log.size)));
  try {
    expectGrown(log, { size: hashes.length, rootAt }, by);
    return { name, code: null, text: `grown out of the ${log.size} leaves that ${by}` };
  } catch (error) {
    if (error instanceof LogHistoryError) return { name, code: error.code, text: error.message };
    throw error;
  }
}

interface Question {
  readonly name: string;
  readonly code: string;
  readonly wrong: string;
  readonly sql: string;
}

async function count(client: pg.Client, { name, code, wrong, sql }: Question): Promise<DatabaseCheck> {
  const { rows } = await client.query<{ count: number }>(sql);
  const found = rows[0]?.count ?? 0;
  return found === 0 ? { name, code: null, text: 'hold' } : { name, code, text: `${found} ${wrong}` };
}

/** Ledgers of pages; a database of before has none. */
async function pagesCheck(client: pg.Client): Promise<DatabaseCheck> {
  const name = 'ledgers of pages';
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('sealflow.ledger_pages') is not null as there`,
  );
  if (rows[0]?.there !== true) return { name, code: null, text: 'none yet' };
  return count(client, {
    name,
    code: 'LEDGER_BROKEN',
    wrong: 'pages are not there, or heads are behind a batch that was applied',
    sql: `select count(*)::int as count from (
            select from sealflow.ledger_pages page
            where not exists (select from sealflow.blobs blob where blob.digest = page.digest)
            union all
            select from sealflow.page_ledgers head join sealflow.ledger_batches batch using (tenant, ledger)
            where batch.state = 'applied' and batch.version > head.version) wrong`,
  });
}

/**
 * Runs and the journal of the engine; without its tables, no orchestrator was ever started on the database. From
 * interpreter v3 on a run goes on from its rows.
 */
async function workflowsCheck(client: pg.Client): Promise<DatabaseCheck> {
  const name = 'runs and journal';
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('dbos.workflow_status') is not null as there`,
  );
  if (rows[0]?.there !== true) return { name, code: null, text: 'no journal yet' };
  return count(client, {
    name,
    code: 'RUN_WITHOUT_JOURNAL',
    wrong: 'runs that began to work have no workflow to go on with',
    sql: `select count(*)::int as count from sealflow.runs run
          where run.ended_at is null and run.state not in ('PENDING', 'PARKED') and run.interpreter in ('v1', 'v2')
          and not exists (select from dbos.workflow_status flow where flow.workflow_uuid like run.run_id || '%')`,
  });
}

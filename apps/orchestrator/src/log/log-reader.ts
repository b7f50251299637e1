import { Inject, Injectable } from '@nestjs/common';
import { desc, lt, sql } from 'drizzle-orm';
import type {
  GetConsistencyProofRequest__Output,
  GetConsistencyProofResponse,
  GetInclusionProofRequest__Output,
  GetInclusionProofResponse,
  ListCheckpointsRequest,
  ListCheckpointsResponse,
  LogHealth,
} from '#contracts';
import { ApiError } from '#contracts';
import { TreeReader } from '#evidence';
import { asSystem } from '../auth/call-context.js';
import type { Config } from '../config/config.js';
import { Database } from '../database/database.js';
import { logCheckpoints } from '../database/schema.js';
import { pageSize } from '../listing/list-query.js';
import { PageTokens } from '../listing/page-tokens.js';
import { countField, invalidField } from '../request-fields.js';
import { timestamp } from '../runs/timestamp.js';
import { CONFIG } from '../tokens.js';
import { LogStore } from './log-store.js';
import { WitnessFeed } from './witness-feed.js';

/** Leaves of a tree that this code counts exactly. */
const SIZE_MAX = 2 ** 40;

/**
 * The log as a console shows it: how it does, its checkpoints, and proofs between sizes that were shown. All of it can be
 * had from the public tiles too, and is the same.
 */
@Injectable()
export class LogReader {
  readonly #store: LogStore;

  constructor(
    private readonly database: Database,
    private readonly witnesses: WitnessFeed,
    private readonly tokens: PageTokens,
    @Inject(CONFIG) private readonly config: Pick<Config, 'logOrigin'>,
  ) {
    this.#store = new LogStore(database.queries);
  }

  health(): Promise<LogHealth> {
    return asSystem(() => this.#health());
  }

  async #health(): Promise<LogHealth> {
    const [size, published, cosigned, rows] = await Promise.all([
      this.#store.size(),
      this.#store.publishedCheckpoint(),
      Promise.all(
        this.witnesses.ids.map(async (name) => ({ name, size: await this.#store.cosignedUpTo(name) })),
      ),
      this.database.queries.execute<{ waiting: number; oldest: number | null; at: number | null }>(sql`
        select count(*)::int as waiting, extract(epoch from min(since))::float8 * 1000 as oldest,
          (select extract(epoch from at)::float8 * 1000 from sealflow.log_checkpoints
            where published order by size desc limit 1) as at
        from sealflow.log_queue`),
    ]);
    const [queue] = rows.rows;
    return {
      origin: this.config.logOrigin,
      size: String(size),
      publishedSize: String(published?.size ?? 0),
      checkpointTime: timestamp(queue?.at ?? null),
      leavesWaiting: queue?.waiting ?? 0,
      oldestLeafTime: timestamp(queue?.oldest ?? null),
      quorum: this.witnesses.quorum,
      witnesses: cosigned.map((witness) => ({ name: witness.name, cosignedSize: String(witness.size) })),
    };
  }

  checkpoints(request: ListCheckpointsRequest): Promise<ListCheckpointsResponse> {
    return asSystem(() => this.#checkpoints(request));
  }

  async #checkpoints(request: ListCheckpointsRequest): Promise<ListCheckpointsResponse> {
    const question = { method: 'ListCheckpoints', scope: '' };
    const size = pageSize(request.pageSize ?? 0);
    const before = this.tokens.open(question, request.pageToken ?? '')?.['size'];
    const rows = await this.database.queries
      .select()
      .from(logCheckpoints)
      .where(typeof before === 'number' ? lt(logCheckpoints.size, before) : undefined)
      .orderBy(desc(logCheckpoints.size))
      .limit(size + 1);
    const page = rows.slice(0, size);
    const last = page.at(-1);
    const lines = await Promise.all(page.map((row) => this.#store.cosignatures(row.size)));
    return {
      checkpoints: page.map((row, index) => ({
        size: String(row.size),
        time: timestamp(row.at),
        note: row.note + (lines[index] ?? []).join(''),
        cosignatures: lines[index]?.length ?? 0,
        published: row.published,
      })),
      nextPageToken:
        rows.length > size && last !== undefined ? this.tokens.seal(question, { size: last.size }) : '',
    };
  }

  /** Between any two sizes up to what is shown. */
  consistency(request: GetConsistencyProofRequest__Output): Promise<GetConsistencyProofResponse> {
    return asSystem(async () => {
      const to = await this.#shown('to', request.to);
      const from = countField('from', request.from, SIZE_MAX);
      if (from > to) throw invalidField('from', 'a size that is at most `to`');
      const tree = new TreeReader(to, this.#store.readTile);
      return {
        path: (await tree.consistencyPath(from)).map(buffer),
        fromRoot: buffer(await new TreeReader(from, this.#store.readTile).rootAt()),
        toRoot: buffer(await tree.rootAt()),
      };
    });
  }

  inclusion(request: GetInclusionProofRequest__Output): Promise<GetInclusionProofResponse> {
    return asSystem(async () => {
      const size = await this.#shown('size', request.size);
      const index = countField('index', request.index, SIZE_MAX);
      if (index >= size) throw invalidField('index', `a leaf of the tree of ${size}, from 0 on`);
      const tree = new TreeReader(size, this.#store.readTile);
      const [leaf = new Uint8Array(0)] = await this.#store.entries(index, 1);
      const path = await tree.inclusionPath(index);
      return {
        size: String(size),
        leaf: buffer(leaf),
        path: path.map(buffer),
        root: buffer(await tree.rootAt()),
      };
    });
  }

  /** What is signed and not shown yet is nobody's to see; empty is what is shown. */
  async #shown(field: string, text: string): Promise<number> {
    const shown = (await this.#store.publishedCheckpoint())?.size ?? 0;
    const size = text === '' ? shown : countField(field, text, SIZE_MAX);
    if (size > shown) throw invalidField(field, `a size of at most ${shown}, which is shown`);
    if (size === 0) throw new ApiError('NOT_FOUND', 'the log shows no checkpoint yet');
    return size;
  }
}

function buffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes);
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../apps/cli/src/installation/paths.js';
import type { BareAnswer, BareRequest } from './bare-engine-process.js';

/** The peer: DBOS of the same version, with the same pool, on the same database, and nothing of the product. */
export class BareEngine {
  private constructor(private readonly child: ChildProcess) {}

  static async start(databaseUrl: string): Promise<BareEngine> {
    const child = fork(join(projectRoot, 'dist/test/bench/bare-engine-process.js'), {
      env: { ...process.env, NODE_ENV: 'production', DATABASE_URL: databaseUrl },
    });
    await once(child, 'message');
    return new BareEngine(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async run(request: BareRequest): Promise<BareAnswer> {
    const answered = once(this.child, 'message');
    this.child.send(request);
    const [answer] = await answered;
    return answer as BareAnswer;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}

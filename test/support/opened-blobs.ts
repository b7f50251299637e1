import { asSystem } from '../../apps/orchestrator/src/auth/call-context.js';
import { Database } from '../../apps/orchestrator/src/database/database.js';
import { blobStoreIn } from '../../apps/orchestrator/src/keys/keyring.fixture.js';

/** Every small blob of a stack as it was sent: the orchestrator's own keys open what it keeps. */
export async function openedBlobs(stack: {
  readonly home: string;
  databaseUrl(): string;
}): Promise<Buffer[]> {
  const database = await Database.open(stack.databaseUrl());
  try {
    const store = blobStoreIn(database, stack.home);
    const { rows } = await database.queries.execute<{ digest: string }>('select digest from sealflow.blobs');
    const opened: Buffer[] = [];
    for (const { digest } of rows) opened.push(await asSystem(() => store.get(digest)));
    return opened;
  } finally {
    await database.close();
  }
}

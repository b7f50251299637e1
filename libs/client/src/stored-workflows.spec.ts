import { describe, expect, it } from 'vitest';
import type { ServiceClients } from '#contracts';
import { builtinText, definitionDigest, parseDefinition } from '#workflow';
import { parsePin, StoredWorkflows } from './stored-workflows.js';

const CREDIT = builtinText('credit');
const digest = definitionDigest(parseDefinition(CREDIT));
const hex = digest.slice('sha256:'.length);
const NAME = `tenants/acme/workflows/credit/revisions/${hex}`;
const honest = { name: NAME, digest, definition: Buffer.from(CREDIT) };
const untrusted = { name: 'ClientError', code: 'WORKFLOW_UNTRUSTED' };

type Callback = (error: null, response: unknown) => void;

/** An orchestrator that answers every question for a revision with this one. */
function store(revision: object | null) {
  const asked: string[] = [];
  const getWorkflowRevision = (request: { name: string }, _options: object, callback: Callback) => {
    asked.push(request.name);
    callback(null, { revision });
    return { cancel: () => undefined };
  };
  const services = { workflow: { getWorkflowRevision } } as unknown as ServiceClients;
  return { workflows: new StoredWorkflows(services, 'acme'), asked };
}

describe('a stored workflow', () => {
  it.each([
    ['credit', 'current'],
    ['credit@1', 'v1'],
    [`credit@${hex}`, hex],
  ])('%s is asked for as %s, and read when it is what its name says', async (pin, revision) => {
    const { workflows, asked } = store(honest);
    expect(await workflows.get(pin)).toEqual({
      revision: NAME,
      digest,
      workflow: 'credit',
      version: 1,
      definition: CREDIT,
    });
    expect(asked).toEqual([`tenants/acme/workflows/credit/revisions/${revision}`]);
  });

  const changed = CREDIT.replace('[approve, review]', '[approve, review, decline]');
  it.each<[string, object | null, string]>([
    ['nothing', null, 'credit'],
    ['no digest', { ...honest, digest: '' }, 'credit'],
    ['another text under the digest', { ...honest, definition: Buffer.from(changed) }, 'credit'],
    ['another digest over the text', { ...honest, digest: `sha256:${'0'.repeat(64)}` }, 'credit'],
    ['a name of another digest', { ...honest, name: NAME.replace(hex, '0'.repeat(64)) }, 'credit'],
    ['a name of another workflow', { ...honest, name: NAME.replace('credit', 'loans') }, 'credit'],
    ['what is no definition', { ...honest, definition: Buffer.from('name: credit') }, 'credit'],
    ['version 1 for version 2', honest, 'credit@2'],
    ['one revision for another', honest, `credit@${'1'.repeat(64)}`],
  ])('is refused where the orchestrator gives %s', async (_, revision, pin) => {
    await expect(store(revision).workflows.get(pin)).rejects.toMatchObject(untrusted);
  });

  it('is refused where a whole other workflow comes under the name, digest and all', async () => {
    const other = builtinText('ledger-open');
    const itsDigest = definitionDigest(parseDefinition(other));
    const revision = {
      name: `tenants/acme/workflows/credit/revisions/${itsDigest.slice('sha256:'.length)}`,
      digest: itsDigest,
      definition: Buffer.from(other),
    };
    await expect(store(revision).workflows.get('credit')).rejects.toMatchObject(untrusted);
  });
});

describe('a pin', () => {
  it.each([
    '',
    'Credit',
    'credit@',
    'credit@0',
    'credit@v1',
    'credit@1@2',
    'credit@abc',
    '../credit',
    'credit/x',
  ])('is not %j: nothing is asked', async (pin) => {
    const { workflows, asked } = store(honest);
    await expect(workflows.get(pin)).rejects.toThrow('expected NAME, NAME@VERSION or NAME@<64 hex>');
    expect(() => parsePin(pin)).toThrow(RangeError);
    expect(asked).toEqual([]);
  });
});

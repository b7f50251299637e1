import { type ClientSettings, connect, openaiFetch, type PlanInput, type SealflowClient } from '#client';

/*
 * TypeScript that documents show, as it stands there, between two lines that name the document: the compiler checks it
 * here, and a test that it is the same.
 */

type Given = Omit<ClientSettings, 'trust'> & Required<Pick<PlanInput, 'definition' | 'parameters'>>;
type Inputs = Parameters<SealflowClient['run']>[1];

export async function shownInReadme(given: Given, inputs: Inputs) {
  const { target, tenant, apiKey, definition, parameters } = given;
  // begin README.md
  const client = await connect({ target, tenant, apiKey, trust: 'trust.json' });
  const planned = await client.plan({ definition, parameters }); // no data; made again and compared
  const run = await client.run(planned, inputs, { timeoutMs: 60_000 }); // evidence appraised here, then sealed
  await run.wait((event) => console.log(event.step?.id));
  const verdict = await run.verify(); // the same verifier as the CLI
  const limit = await run.open('limit'); // only after the bundle verified
  // end
  return { verdict, limit };
}

export async function shownOfStoredWorkflows(client: SealflowClient, { parameters }: Given) {
  // begin docs/stored-workflows.md
  const stored = await client.workflows.get('pre-approval@2');
  const planned = await client.plan({ ...stored, parameters });
  // end
  return planned;
}

/** What OpenAI's client takes, as far as it is shown. */
declare class OpenAI {
  constructor(options: { readonly fetch: typeof fetch; readonly baseURL: string; readonly apiKey: string });
}

export async function shownOfOwner(client: SealflowClient, workflow: PlanInput, { record }: Inputs) {
  if (record === undefined) return;
  // begin libs/client/README.md
  const own = await client.prove({ folder: '/srv/hospital/owner' });
  const run = await own.client.run(workflow, { record }, { deadlineMs: 300_000 });
  await run.wait();
  await own.stop();
  // end
}

export function shownOfClient(conversation: Parameters<typeof openaiFetch>[0]): OpenAI {
  // begin libs/client/README.md
  const openai = new OpenAI({
    fetch: openaiFetch(conversation),
    baseURL: 'https://sealed.invalid/v1',
    apiKey: 'none',
  });
  // end
  return openai;
}

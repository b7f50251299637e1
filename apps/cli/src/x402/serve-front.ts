import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PageLedger, type PlannedWorkflow, type SealflowClient } from '#client';
import { paidCalls } from './paid-call.js';
import { drawPayment, PaymentBook, PaymentBookError } from './payment-book.js';
import { CALL_PATH, type PaymentFront, paymentFront } from './payment-front.js';
import { offerOf, type SoldModel, soldModel } from './requirements.js';
import { type Listen, ServeError, type ServeSettings } from './serve-settings.js';
import type { PaymentRequirements } from './x402-messages.js';

/** Longer than the deadline of a run: what it pays may be settled as late. */
const ORDER_SECONDS = 3_600;

/** A front that serves. */
export interface ServingFront {
  /** What clients call. */
  readonly url: string;
  readonly accepts: PaymentRequirements;
  readonly planned: PlannedWorkflow;
  readonly front: PaymentFront;
}

/**
 * Plans the workflow, looks at the ledger, opens the book, and listens.
 *
 * @throws ServeError; ClientError LEDGER_UNTRUSTED where the ledger has another key
 */
export async function serveFront(client: SealflowClient, settings: ServeSettings): Promise<ServingFront> {
  const { pin, payTo, cap, weights, definition, listen, resource, book } = settings;
  const { asset } = await new PageLedger(client, pin).head();
  const { ledger } = pin;
  const parameters = { reserve: { ledger }, settle: { ledger }, converse: { weights } };
  const planned = await client.plan({ definition, parameters });
  const price = { pin, asset, payTo, cap, timeoutSeconds: ORDER_SECONDS };
  const accepts = offerOf(soldBy(planned), price);
  const { tenant } = client.options;
  const front = paymentFront({
    calls: paidCalls(client, planned),
    accepts,
    book: opened(book, { tenant, network: accepts.network }),
    resource: {
      url: resource ?? addressOf(listen),
      description: 'one call of a model in an enclave',
      mimeType: 'application/json',
    },
    draw: drawPayment,
  });
  const { server } = front;
  server.listen(listen.port, listen.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ServeError(
      'LISTEN_TAKEN',
      `--listen ${listen.host}:${listen.port}: nobody can listen there: ${code}`,
    );
  }
  const { port } = server.address() as AddressInfo;
  return { url: addressOf({ ...listen, port }), accepts, planned, front };
}

function addressOf({ host, port }: Listen): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}${CALL_PATH}`;
}

function soldBy(planned: PlannedWorkflow): SoldModel {
  const sold = soldModel(planned);
  if (sold !== null) return sold;
  throw new ServeError(
    'WORKFLOW_NOT_PAID',
    '--workflow: expected steps reserve, converse and settle as examples/agent-call.yaml has them',
  );
}

function opened(folder: string, subject: Parameters<typeof PaymentBook.open>[1]): PaymentBook {
  try {
    return PaymentBook.open(folder, subject);
  } catch (error) {
    if (!(error instanceof PaymentBookError) || error.code !== 'BOOK_OF_ANOTHER') throw error;
    throw new ServeError('BOOK_OF_ANOTHER', `--book ${error.message}`);
  }
}

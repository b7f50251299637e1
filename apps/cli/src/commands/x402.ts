import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { isJsonObject, type JsonObject, parseJsonStrict } from '#canonical';
import { homeFolder } from '../installation/paths.js';
import { amountOf } from '../ledger/ledger-client.js';
import { MandateFolder } from '../ledger/mandate-folder.js';
import { exitCode, UsageError } from '../output/failure.js';
import { shownPath } from '../output/format.js';
import { asClient, type ClientFlags } from '../stack/as-client.js';
import { type Answered, KeptPayment, offered, sent } from '../x402/pay-for-answer.js';
import { type ServingFront, serveFront } from '../x402/serve-front.js';
import { type ServeFlags, type ServeSettings, serveSettings } from '../x402/serve-settings.js';

/** Payments under way are finished within this; those that are not are in the book. */
const DRAIN_MS = 60_000;
const REQUEST_BYTES_MAX = 1024 * 1024;

interface Flags extends ServeFlags, ClientFlags {
  readonly json?: boolean;
}

/** `sealflow x402`: calls of a model that agents pay for over HTTP 402. */
export function x402Command(): Command {
  return new Command('x402')
    .description('calls of a model that agents pay for over HTTP 402 (docs/agents.md)')
    .addCommand(serveCommand())
    .addCommand(payCommand());
}

function serveCommand(): Command {
  return new Command('serve')
    .description('answer clients of x402: 402 with the price, then the call and its settlement')
    .requiredOption('--ledger <name>', 'ledger of pages that payments are on')
    .option('--ledger-key <key>', 'key of its receipts, base64 (default: that of the wallet here)')
    .requiredOption('--pay-to <account>', 'account of the seller on it')
    .requiredOption('--cap <amount>', 'the most that one call takes, in whole minor units')
    .option(
      '--weights <digest>',
      'the model, by its weights (default: the small one that comes with the TEE worker)',
    )
    .option('--workflow <file>', 'steps and price of a call (default: examples/agent-call.yaml)')
    .option('--listen <address>', 'host:port', '127.0.0.1:4402')
    .option('--behind-tls', 'allow another address than one of this machine: what ends TLS stands before it')
    .option('--resource <url>', 'address that clients call (default: where it listens)')
    .option(
      '--book <folder>',
      'names of payments, kept over restarts (default: x402/LEDGER in the installation)',
    )
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--tenant <name>', 'whose runs the payments are', 'demo')
    .option(
      '--trust <file>',
      'what you believe without proof (default: the installation, simulated hardware refused)',
    )
    .option('--json', 'print one JSON line when it serves')
    .action((flags: Flags) => {
      // Before anything is dialled: what is wrong with an option is said at once.
      const settings = serveSettings(flags, homeFolder());
      return asClient(flags, async (client) => {
        const interrupted = untilInterrupted();
        const serving = await serveFront(client, settings);
        say(serving, settings, flags);
        await interrupted;
        await serving.front.close(AbortSignal.timeout(DRAIN_MS));
        process.exitCode = exitCode.verified;
      });
    });
}

interface PayFlags extends Omit<ClientFlags, 'tenant'> {
  readonly request: string;
  readonly max?: string;
  readonly payment?: string;
  readonly json?: boolean;
}

function payCommand(): Command {
  return new Command('pay')
    .description('pay for one call as the agent of a mandate, and print the answer')
    .argument('<folder>', 'the agent’s folder, of `ledger mandate grant`')
    .argument('<url>', 'what answers 402, e.g. http://127.0.0.1:4402/v1/chat/completions')
    .requiredOption('--request <file>', 'the request to the model, JSON')
    .option('--max <amount>', 'the most that may be set aside for the call, in whole minor units')
    .option('--payment <file>', 'send this payment again, whose answer was lost, and sign no other')
    .option('--orchestrator <address>', 'orchestrator (default: the stack of this installation)')
    .option('--trust <file>', 'trust file that names the orchestrator (default: the installation)')
    .option('--json', 'print one JSON line')
    .action(async (folder: string, url: string, flags: PayFlags) => {
      const mandate = MandateFolder.open(folder);
      const request = requestOf(flags.request);
      const kept = await paymentOf(mandate, { folder, url, request }, flags);
      tell(await sentOrKept(url, request, kept), kept, flags);
    });
}

/** Signed now, or before. */
function paymentOf(
  mandate: MandateFolder,
  { folder, url, request }: { readonly folder: string; readonly url: string; readonly request: JsonObject },
  flags: PayFlags,
): Promise<KeptPayment> | KeptPayment {
  if (flags.payment !== undefined) return KeptPayment.open(flags.payment);
  if (flags.max === undefined)
    throw new UsageError('expected --max, or --payment with one that was signed before');
  const terms = { folder: join(folder, 'payments'), max: amountOf(flags.max, '--max') };
  return asClient({ ...flags, tenant: mandate.content.tenant }, async (client) =>
    KeptPayment.signed(client, mandate, await offered(url, request), terms),
  );
}

/** A call whose answer is lost is told with what to do about it. */
async function sentOrKept(url: string, request: JsonObject, kept: KeptPayment): Promise<Answered> {
  try {
    return await sent(url, request, kept);
  } catch {
    throw new UsageError(
      `${url}: no answer; payment ${kept.id} may be made: send it again with --payment ${shownPath(kept.path)}`,
      exitCode.failed,
    );
  }
}

function tell({ payment, status, settlement, body }: Answered, kept: KeptPayment, { json }: PayFlags): void {
  if (status !== 200) process.exitCode = exitCode.failed;
  const { path } = kept;
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ payment, status, settlement, body, path })}\n`);
    return;
  }
  process.stdout.write(`${JSON.stringify(body)}\n`);
  const told =
    settlement?.success === true
      ? `${settlement.amount ?? 0} taken, run ${settlement.transaction}`
      : `status ${status}; asked again with --payment ${shownPath(path)}`;
  process.stderr.write(`payment ${payment}: ${told}\n`);
}

function requestOf(path: string): JsonObject {
  const value = parseJsonStrict(readFileSync(path), { bytesMax: REQUEST_BYTES_MAX });
  if (isJsonObject(value)) return value;
  throw new UsageError(`--request ${path}: expected a JSON object`, exitCode.malformed);
}

function say(
  { url, accepts, planned }: ServingFront,
  { pin: { ledger }, weights, book }: ServeSettings,
  { json, tenant }: Flags,
): void {
  const { network, amount, asset, payTo } = accepts;
  const plan = planned.digest;
  if (json === true) {
    const line = { url, network, amount, asset, payTo, ledger, weights, plan, tenant, book };
    process.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  process.stdout.write(
    [
      `serving ${url} for at most ${amount} ${asset} a call`,
      `  pays    ${payTo} on ledger ${ledger}  (${network})`,
      `  model   ${weights}`,
      `  plan    ${plan}  (${planned.plan.definition.name}, tenant ${tenant})`,
      `  book    ${shownPath(book)}`,
      'Ctrl-C stops it, after the payments under way',
      '',
    ].join('\n'),
  );
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

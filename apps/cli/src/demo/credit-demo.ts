import { randomBytes } from 'node:crypto';
import { SealflowClient, signCharter } from '#client';
import type { Report } from '../output/report.js';
import type { RunningStack } from '../stack/stack.js';
import { approveAs, followRun, planBuiltin, prepareRun } from './credit-run.js';
import { makeApplications, inputsOf } from './application.js';
import { makeParties, openingAccounts } from './parties.js';

export async function runCreditDemo(stack: RunningStack, report: Report, _tamper: string | null): Promise<boolean> {
  const client = new SealflowClient({
    target: stack.address.grpc,
    tenant: 'demo',
    trust: stack.trust,
    random: (n) => new Uint8Array(randomBytes(n)),
    now: () => Date.now(),
  });
  const parties = makeParties();
  const { ledger } = parties;
  const bundles = stack.installation.bundles;
  report.line(`stack ${stack.startedMs}`);
  const opening = await planBuiltin(client, 'ledger-open', { open: { ledger } });
  const charter = signCharter({ ledger, accounts: openingAccounts(parties) }, parties.bankSeed);
  const opened = await followRun(client, await prepareRun(client, opening, { charter }), { bundles, onStep: (s) => report.line(`${s.id} ${s.state} ${s.reason}`) });
  report.line(JSON.stringify({ ...opened, verdict: opened.verdict.outcome }));
  const approvers = stack.trust.approvers;
  const plan = await planBuiltin(client, 'credit', { review: { approvers: [...approvers] }, reserve: { ledger, approvers: [...approvers] }, settle: { ledger } });
  for (const application of makeApplications(parties, Date.now())) {
    const prepared = await prepareRun(client, plan, inputsOf(application));
    const done = await followRun(client, prepared, {
      bundles,
      onStep: (s) => report.line(`${s.id} ${s.state} ${s.reason} ${s.publicJson.slice(0, 100)}`),
      onApproval: approveAs(client, prepared, { name: 'reviewer', seed: stack.installation.approverSeed() }, 'approve'),
      open: ['limit', 'settlement'],
    });
    report.line(JSON.stringify({ ...done, verdict: done.verdict.outcome, reason: done.verdict.reason }));
  }
  client.close();
  return true;
}

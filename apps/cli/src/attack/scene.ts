import type { SealflowClient } from '#client';
import type { RunningStack } from '../stack/stack.js';
import { Money } from './agent/money.js';
import { type Credit, type Place, type Prepared, type Scene, stackOf } from './attack-case.js';
import { makeCalls } from './calls-scene.js';
import { makeClaim } from './claim-scene.js';
import { makeCredit } from './credit-scene.js';

/** The stack of this installation, after honest runs that were made already. */
export function localScene(stack: RunningStack, client: SealflowClient, credit: Credit): Scene {
  const { bundles } = stack.installation;
  return sceneOf(placeOfStack(stack), client, { stack, bundles }, async () => credit);
}

/** A target at which nothing was done yet. */
export function freshScene(
  place: Place,
  client: SealflowClient,
  { stack, bundles }: Pick<Scene, 'stack' | 'bundles'>,
): Scene {
  return sceneOf(place, client, { stack, bundles }, () => makeCredit(client, bundles));
}

function sceneOf(
  place: Place,
  client: SealflowClient,
  { stack, bundles }: Pick<Scene, 'stack' | 'bundles'>,
  credit: () => Promise<Credit>,
): Scene {
  const started: (() => Promise<void>)[] = [];
  const prepared: Prepared[] = [];
  /** Made when first asked for; whoever asks later gets the same, also where it failed. */
  const once = <T>(work: Prepared['work'], make: () => Promise<T>): (() => Promise<T>) => {
    let made: Promise<T> | undefined;
    const timed = async (): Promise<T> => {
      const startMs = performance.now();
      try {
        return await make();
      } finally {
        prepared.push({ work, ms: Math.round(performance.now() - startMs) });
      }
    };
    return () => {
      made ??= timed();
      return made;
    };
  };
  const closed = async <T>(made: Promise<{ readonly scene: T; close(): Promise<void> }>): Promise<T> => {
    const { scene, close } = await made;
    started.push(close);
    return scene;
  };
  return {
    ...{ place, client, stack, bundles },
    credit: once('credit', credit),
    money: once('money', () => Money.make(client)),
    claim: once('claim', () => closed(makeClaim(stackOf({ stack })))),
    calls: once('calls', () => closed(makeCalls(stackOf({ stack })))),
    prepared: () => prepared,
    close: async () => {
      for (const end of started.splice(0)) await end();
    },
  };
}

export function placeOfStack({ address, installation }: RunningStack): Place {
  return {
    grpc: address.grpc,
    tls: address.tls ?? null,
    bearer: installation.keys.read('tenant') ?? undefined,
  };
}

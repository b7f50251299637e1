import type { SealflowClient } from '#client';
import type { RunningStack } from '../stack/stack.js';
import { Money } from './agent/money.js';
import { type Credit, type Place, type Scene, stackOf } from './attack-case.js';
import { makeClaim } from './claim-scene.js';
import { makeCredit } from './credit-scene.js';

/** The stack of this installation, after honest runs that were made already. */
export function localScene(stack: RunningStack, client: SealflowClient, credit: Credit): Scene {
  return {
    place: placeOfStack(stack),
    client,
    stack,
    bundles: stack.installation.bundles,
    credit: async () => credit,
    money: once(() => Money.make(client)),
    ...claimOf(stack),
  };
}

/** A target at which nothing was done yet. */
export function freshScene(
  place: Place,
  client: SealflowClient,
  { stack, bundles }: Pick<Scene, 'stack' | 'bundles'>,
): Scene {
  return {
    place,
    client,
    stack,
    bundles,
    credit: once(() => makeCredit(client, bundles)),
    money: once(() => Money.make(client)),
    ...claimOf(stack),
  };
}

function claimOf(stack: RunningStack | null): Pick<Scene, 'claim' | 'close'> {
  const started: (() => Promise<void>)[] = [];
  return {
    claim: once(async () => {
      const made = await makeClaim(stackOf({ stack }));
      started.push(made.close);
      return made.scene;
    }),
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

/** Made when first asked for; whoever asks later gets the same, also where it failed. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

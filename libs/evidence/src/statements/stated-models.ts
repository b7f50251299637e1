import { isDigest } from '#canonical';
import type { RootPredicate } from './root.js';

export type StatedModel = NonNullable<RootPredicate['models']>[number];

const VERSION_DIGITS = 12;
const MODELS_MAX = 64;

/**
 * The models that steps say they ran, each once: `public.model` is the digest of the weights, `modelName` and
 * `modelCard` go with it. A model that a proof is about is a commitment in its step and has no digest to list.
 */
export function statedModels(
  steps: readonly { readonly operation: string; readonly public: Readonly<Record<string, unknown>> }[],
): readonly StatedModel[] {
  const models = new Map<string, StatedModel>();
  for (const { operation, public: facts } of steps) {
    const { model, modelName, modelCard } = facts;
    if (typeof model !== 'string' || !isDigest(model) || models.has(model)) continue;
    const named = typeof modelName === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(modelName);
    models.set(model, {
      name: named ? modelName : operation,
      // Nobody numbers weights: their own digest tells one version from another.
      version: model.slice('sha256:'.length, 'sha256:'.length + VERSION_DIGITS),
      weightsDigest: model,
      cardDigest: typeof modelCard === 'string' && isDigest(modelCard) ? modelCard : null,
    });
  }
  return [...models.values()].slice(0, MODELS_MAX);
}

import type { StageName } from '#evidence';
import { text } from '../text.js';

/** In the verifier's order. Taken from the catalogue, so that pages load nothing of the verifier itself. */
export const stageNames = Object.keys(text.check.stages) as readonly StageName[];

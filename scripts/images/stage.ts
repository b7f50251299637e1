// `node dist/scripts/images/stage.js TARGET`: what the build stage of deploy/images/Containerfile runs.
import { resolve } from 'node:path';
import { stageImages } from './stage-images.js';

const [target] = process.argv.slice(2);
const seconds = Number(process.env['SOURCE_DATE_EPOCH'] ?? '0');
const commit = process.env['SEALFLOW_COMMIT'] ?? '';
if (target === undefined) throw new Error('usage: stage.js TARGET');
if (!Number.isSafeInteger(seconds) || seconds < 0)
  throw new Error('SOURCE_DATE_EPOCH: expected seconds since 1970');
if (!/^([0-9a-f]{40})?$/.test(commit))
  throw new Error('SEALFLOW_COMMIT: expected 40 hex digits of a commit, or nothing');
stageImages({
  root: process.cwd(),
  target: resolve(target),
  commit: commit === '' ? null : commit,
  seconds,
  cpu: process.arch,
});

/**
 * Trains the statement reader and writes `statement-reader.onnx` and `model.json` beside this file.
 *
 *   node --conditions=sealflow-source --experimental-transform-types \
 *     apps/tee-worker/models/statement-reader/train.ts [--check]
 *
 * About two minutes on one core. `--check` writes nothing and fails when the result differs from the
 * committed files, so that anybody can convince themselves where the weights come from.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';

// Node strips types and does not map `./x.js` to the `./x.ts` it was written as; sources are run without a build.
registerHooks({
  resolve: (specifier, context, next) => {
    try {
      return next(specifier, context);
    } catch (error) {
      if (!/^\.{1,2}\/.*\.js$/.test(specifier)) throw error;
      return next(specifier.replace(/\.js$/, '.ts'), context);
    }
  },
});

const { committedPlan, runTraining } = await import('./run-training.js');

const model = runTraining(committedPlan, (line) => console.log(line));
const card = `${JSON.stringify(model.card, null, 2)}\n`;
const files = [
  { name: 'statement-reader.onnx', bytes: Buffer.from(model.onnx) },
  { name: 'model.json', bytes: Buffer.from(card, 'utf8') },
];
console.log(card);

for (const { name, bytes } of files) {
  const path = new URL(name, import.meta.url);
  if (!process.argv.includes('--check')) {
    await writeFile(path, bytes);
  } else if (!bytes.equals(await readFile(path))) {
    console.error(
      `${name} differs from what this source trains: run train.ts without --check and commit both files`,
    );
    process.exitCode = 1;
  }
}

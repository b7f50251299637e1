// What builds for browsers have in common: files that speak to Node have another for browsers beside them, `x-browser.ts`
// beside `x.ts`, which stands in their place; and what no page has is left out wherever nothing of it is used.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Packages of npm that do something when they are loaded, or say they might, and need not be there for it. */
const quiet = /poseidon-lite|@hpke|@noble\/ciphers|@bufbuild|@grpc|@opentelemetry/;

/** Modules that stand for what no page has. */
const absent = {
  '\0no-replay': 'export default undefined;',
  '\0no-webcrypto': 'export const webcrypto = undefined;',
};

export const browserConditions = ['sealflow-source', 'browser', 'module', 'default'];

/** A plugin of Vite, for sources below `root`. */
export function forBrowsers(root) {
  const libs = join(root, 'libs/');
  return {
    name: 'for-browsers',
    enforce: 'pre',
    resolveId(name, importer) {
      // Additions of ciphertexts are plain arithmetic here; the engine is WebAssembly and stays out.
      if (name === 'node-seal') return '\0no-replay';
      // @hpke asks for it where the platform has no WebCrypto, and says so in words of its own where this has none.
      if (name === 'crypto') return '\0no-webcrypto';
      if (/^node:|^@grpc\//.test(name)) return { id: name, external: true, moduleSideEffects: false };
      if (importer === undefined || !importer.startsWith(libs) || !/^\.{1,2}\/.*\.js$/.test(name))
        return null;
      const twin = join(dirname(importer), name.replace(/\.js$/, '-browser.ts'));
      return existsSync(twin) && twin !== importer ? twin : null;
    },
    load: (id) => absent[id] ?? null,
  };
}

/**
 * A module of the house is left out unless something in it is used: with them the engine of ciphertexts, which is
 * WebAssembly. `also` names those that are there to do something.
 */
export function treeshakeFor(also) {
  return {
    moduleSideEffects: (id) => (/\/node_modules\//.test(id) ? !quiet.test(id) : also?.test(id) === true),
  };
}

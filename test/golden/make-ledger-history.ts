/** Writes the golden history of encrypted pages: `node dist/test/golden/make-ledger-history.js FILE`. */
import { writeFileSync } from 'node:fs';
import { createSealEngine, pageParameters } from '#ciphertext';
import { makeHistory } from './ledger-history.js';

const [, , file] = process.argv;
if (file === undefined) throw new Error('expected the file to write');
using engine = await createSealEngine(pageParameters);
writeFileSync(file, `${JSON.stringify(makeHistory(engine, 'golden ledger history 1'), null, 2)}\n`);

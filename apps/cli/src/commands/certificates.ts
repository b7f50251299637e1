import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { loadMaterial, tlsLimits } from '#tls';
import { Installation } from '../installation/installation.js';
import { homeFolder } from '../installation/paths.js';
import { UsageError } from '../output/failure.js';
import { shownPath } from '../output/format.js';

/** Two looks of every process, and one for what takes long. */
const SETTLE_MS = 3 * tlsLimits.reloadMs;

/** `sealflow certificates`: those of the development CA of this installation. */
export function certificatesCommand(): Command {
  return new Command('certificates')
    .description('certificates of the DEVELOPMENT CA that `sealflow up --tls` made')
    .addCommand(
      new Command('list').description('names, files and ends').action(() => {
        const tls = ownTls();
        for (const name of tls.names) {
          const files = tls.files(name);
          const { notAfterMs, leaf } = loadMaterial(files, Date.now());
          const ends = new Date(notAfterMs ?? 0).toISOString();
          process.stdout.write(
            `${name}  until ${ends}  ${leaf?.subjectAltName}  ${shownPath(files.certificate)}\n`,
          );
        }
      }),
    )
    .addCommand(
      new Command('rotate')
        .description('replace the CA and every certificate under a stack that runs')
        .action(async () => {
          const tls = ownTls();
          const phases = ['both roots are believed', 'new certificates are shown', 'the old root is gone'];
          await tls.rotate(Date.now(), async () => {
            await sleep(SETTLE_MS);
            process.stdout.write(`${phases.shift()}\n`);
          });
        }),
    );
}

function ownTls(): Installation['tls'] {
  const { tls } = Installation.at(homeFolder());
  if (tls.exists) return tls;
  throw new UsageError('no certificates of this installation: `sealflow up --tls` makes them');
}

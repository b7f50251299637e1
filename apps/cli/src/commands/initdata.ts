import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { readBounded } from '../batch/read-bundle.js';
import {
  encodeInitdata,
  type InitdataAlgorithm,
  type InitdataDigests,
  initdataAlgorithms,
  initdataDigests,
  initdataToml,
  readInitdata,
} from '../initdata/initdata.js';
import { exitCode } from '../output/failure.js';

interface BuildOptions {
  readonly algorithm: InitdataAlgorithm;
  readonly aa?: string;
  readonly cdh?: string;
  readonly policy?: string;
  readonly toml?: string;
  readonly json?: true;
}

/** `sealflow initdata`: what a confidential guest is told from outside, and what its hardware will sign of that. */
export function initdataCommand(): Command {
  return new Command('initdata')
    .description('initdata of confidential containers, and the digests that hardware signs of it')
    .addCommand(
      new Command('build')
        .description('pack files for a guest: the value of tee.initdata.inline, and what to allow for it')
        .addOption(
          new Option('--algorithm <name>', 'of the digest').choices(initdataAlgorithms).default('sha384'),
        )
        .option('--aa <file>', 'aa.toml of the attestation agent')
        .option('--cdh <file>', 'cdh.toml of the confidential data hub')
        .option('--policy <file>', 'policy.rego of the agent, made from the rendered pod')
        .option('--toml <file>', 'write the text here too')
        .option('--json', 'as JSON')
        .action((options: BuildOptions) => {
          const toml = initdataToml(options.algorithm, {
            ...textOf('aa.toml', options.aa),
            ...textOf('cdh.toml', options.cdh),
            ...textOf('policy.rego', options.policy),
          });
          if (options.toml !== undefined) writeFileSync(options.toml, toml);
          show({ initdata: encodeInitdata(toml), ...initdataDigests(toml) }, options);
        }),
    )
    .addCommand(
      new Command('hash')
        .description('digests of a TOML text, or of the packed value')
        .argument('<file>', 'TOML, or base64 of its gzip')
        .option('--json', 'as JSON')
        .action((file: string, options: { json?: true }) => {
          show(initdataDigests(readInitdata(readBounded(file, exitCode.malformed))), options);
        }),
    );
}

function textOf(name: string, file: string | undefined): Record<string, string> {
  return file === undefined
    ? {}
    : { [name]: Buffer.from(readBounded(file, exitCode.malformed)).toString('utf8') };
}

function show(found: InitdataDigests & { readonly initdata?: string }, { json }: { json?: true }): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify(found)}\n`);
    return;
  }
  const lines = [
    ...(found.initdata === undefined ? [] : [`initdata    ${found.initdata}`]),
    `${found.algorithm}      ${found.digest}`,
    `HOSTDATA    ${found.hostData}  (SEV-SNP; snp.hostData of a policy)`,
    `MRCONFIGID  ${found.mrConfigId}  (TDX; tdx.mrConfigId of a policy)`,
    `RPV         ${found.realmPersonalization}  (Arm CCA)`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

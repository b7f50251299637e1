// Generates libs/contracts/src/generated from proto/ with the options that run time uses (libs/contracts/src/loader.ts).
// `--check` generates into a temporary folder and fails on a difference.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const target = join(root, 'libs/contracts/src/generated');

function protoFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.proto'))
    .map((entry) => relative(join(root, 'proto'), join(entry.parentPath, entry.name)))
    .sort();
}

function generate(folder) {
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/@grpc/proto-loader/build/bin/proto-loader-gen-types.js'),
      '--longs=String',
      '--enums=String',
      '--oneofs',
      '--defaults',
      '--grpcLib=@grpc/grpc-js',
      '--importFileExtension=.js',
      '-I',
      join(root, 'proto'),
      '-O',
      folder,
      ...protoFiles(join(root, 'proto')),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  // The generator writes the absolute path of the checkout into a comment.
  for (const [name, text] of contents(folder)) {
    // A proto file without a service gets a root module that nothing can use.
    if (!name.includes('/') && !text.includes('SubtypeConstructor<typeof')) {
      rmSync(join(folder, name));
      continue;
    }
    writeFileSync(
      join(folder, name),
      text.replace(/^\/\/ Original file: .*?(\/node_modules\/|\/proto\/|null)/m, '// Original file: $1'),
    );
  }
}

function contents(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [relative(folder, file), readFileSync(file, 'utf8')])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

const scratch = mkdtempSync(join(tmpdir(), 'contracts-'));
try {
  generate(scratch);
  if (process.argv.includes('--check')) {
    if (JSON.stringify(contents(scratch)) !== JSON.stringify(contents(target))) {
      console.error('libs/contracts/src/generated differs from proto/: run `npm run proto:generate`');
      process.exitCode = 1;
    }
  } else {
    rmSync(target, { recursive: true, force: true });
    cpSync(scratch, target, { recursive: true });
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

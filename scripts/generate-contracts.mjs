// Generates libs/contracts/src/generated from proto/ with the options that run time uses (libs/contracts/src/loader.ts): the
// types, and wire-table.ts, by which a browser reads and writes the same messages.
// `--check` generates into a temporary folder and fails on a difference.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createFileRegistry, fromBinary, ScalarType } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

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

/** What a codec without reflection has to know of every message, enumeration and method, in the words of the proto files. */
function wireTable() {
  const buf = join(root, 'node_modules/.bin/buf');
  const image = execFileSync(buf, ['build', '-o', '-#format=binpb'], {
    cwd: root,
    maxBuffer: 16 * 1024 * 1024,
  });
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, image));
  const messages = {};
  const enums = {};
  const services = {};
  for (const type of registry) {
    if (type.kind === 'message' && !isMapEntry(type))
      messages[type.typeName] = type.fields.map(fieldLine).join('; ');
    if (type.kind === 'enum')
      enums[type.typeName] = Object.fromEntries(type.values.map(({ name, number }) => [name, number]));
    if (type.kind === 'service') services[type.typeName] = type.methods.map(methodLine).join('; ');
  }
  const table = { messages, enums, services };
  return [
    '// Made of proto/ by scripts/generate-contracts.mjs.',
    ...Object.entries(table).map(([name, of]) => {
      const lines = Object.keys(of)
        .sort()
        .map((key) => `  ${JSON.stringify(key)}: ${JSON.stringify(of[key])},`);
      const type = name === 'enums' ? 'Readonly<Record<string, number>>' : 'string';
      return `export const ${name}: Readonly<Record<string, ${type}>> = {\n${lines.join('\n')}\n};`;
    }),
    '',
  ].join('\n\n');
}

/** Entries of maps are messages that no proto file writes. */
function isMapEntry({ proto }) {
  return proto.options?.mapEntry === true;
}

/** `<type> <name> = <number>`, with `repeated`, `map` or, for a member of a oneof, `<oneof>.` before it. */
function fieldLine(field) {
  const { localName: name, number } = field;
  if (field.fieldKind === 'map') return `map ${typeOf(field.mapKind, field)} ${name} = ${number}`;
  if (field.fieldKind === 'list') return `repeated ${typeOf(field.listKind, field)} ${name} = ${number}`;
  // A field with `optional` is alone in a oneof of its own (https://protobuf.dev/programming-guides/field_presence/).
  const oneof = field.oneof?.localName ?? (field.proto.proto3Optional ? `_${name}` : null);
  return `${oneof === null ? '' : `${oneof}.`}${typeOf(field.fieldKind, field)} ${name} = ${number}`;
}

function typeOf(kind, field) {
  if (kind === 'scalar') return ScalarType[field.scalar].toLowerCase();
  return kind === 'enum' ? `enum:${field.enum.typeName}` : `:${field.message.typeName}`;
}

function methodLine({ name, input, output, methodKind }) {
  const stream = (kind) => (methodKind === kind || methodKind === 'bidi_streaming' ? 'stream ' : '');
  return `${name} ${stream('client_streaming')}${input.typeName} returns ${stream('server_streaming')}${output.typeName}`;
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
  writeFileSync(join(scratch, 'wire-table.ts'), wireTable());
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

import { type Access, methodTable } from '../../apps/orchestrator/src/auth/access-table.js';
import {
  commentsOf,
  type EnumDescriptor,
  type FieldDescriptor,
  type FileDescriptor,
  type MessageDescriptor,
  type ServiceDescriptor,
} from './contract-descriptors.js';
import { anchorOf, cell, tableOf } from './markdown.js';

// Field numbers of google/protobuf/descriptor.proto, of which places in a file are made.
const IN_FILE = { message: 4, enum: 5, service: 6 };
const IN_MESSAGE = { field: 2, nested: 3, enum: 4 };
const IN_ENUM = { value: 2 };
const IN_SERVICE = { method: 2 };

/** A page of the reference. */
export interface Page {
  /** Below docs/reference. */
  readonly path: string;
  readonly text: string;
}

/** One page for each package of the contract. */
export function apiPages(files: readonly FileDescriptor[]): Page[] {
  const packages = [...new Set(files.map((file) => file.package))];
  return packages.map((name) => ({
    path: `api/${areaOf(name)}.md`,
    text: pageOf(
      name,
      files.filter((file) => file.package === name),
    ),
  }));
}

/** `run` of `sealflow.run.v1`. */
export function areaOf(name: string): string {
  const [, area = ''] = name.split('.');
  return area;
}

function pageOf(name: string, files: readonly FileDescriptor[]): string {
  const services = files.flatMap((file) => (file.service ?? []).map((one, i) => serviceOf(file, one, i)));
  const messages = files.flatMap((file) => {
    const place = [IN_FILE.message];
    return (file.messageType ?? []).flatMap((one, i) => messageOf(file, one, [...place, i], ''));
  });
  const enums = files.flatMap((file) =>
    (file.enumType ?? []).map((one, i) => enumOf(file, one, [IN_FILE.enum, i], '')),
  );
  return [
    `# ${name}`,
    `Made of ${files.map((file) => `[\`proto/${file.name}\`](../../../proto/${file.name})`).join(', ')} by \`npm run docs\`. [All packages](../api.md) has what holds for every call.`,
    ...services,
    ...(messages.length === 0 ? [] : ['## Messages', ...messages]),
    ...(enums.length === 0 ? [] : ['## Enums', ...enums]),
  ]
    .join('\n\n')
    .concat('\n');
}

function serviceOf(file: FileDescriptor, service: ServiceDescriptor, index: number): string {
  const comment = commentsOf(file);
  const place = [IN_FILE.service, index];
  const rows = service.method.map((method, i) => {
    const access = methodTable[`/${file.package}.${service.name}/${method.name}`];
    if (access === undefined) throw new Error(`${method.name} is not in the table of the guard`);
    const takes = `${method.clientStreaming === true ? 'stream of ' : ''}${linkTo(method.inputType, file)}`;
    const gives = `${method.serverStreaming === true ? 'stream of ' : ''}${linkTo(method.outputType, file)}`;
    return [
      `\`${method.name}\``,
      `${takes} → ${gives}`,
      callersOf(access),
      cell(comment([...place, IN_SERVICE.method, i])),
    ];
  });
  return [
    `## ${service.name}`,
    cell(comment(place)),
    tableOf(['Method', 'Takes → gives', 'Who may call it', ''], rows),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Whom the guard lets through, in words. */
export function callersOf(access: Access): string {
  if (access.kind === 'open') return `everybody: ${cell(access.why)}`;
  const roles = access.roles.join(', ');
  return access.kind === 'tenant' ? `${roles}, of the tenant that \`${access.field}\` names` : roles;
}

function messageOf(
  file: FileDescriptor,
  message: MessageDescriptor,
  place: readonly number[],
  outer: string,
): string[] {
  if (message.options?.mapEntry === true) return [];
  const comment = commentsOf(file);
  const name = outer + message.name;
  const rows = (message.field ?? []).map((field, i) => [
    `\`${field.name}\``,
    typeOf(field, file, message),
    String(field.number),
    fieldText(field, message, comment([...place, IN_MESSAGE.field, i])),
  ]);
  const nested = (message.nestedType ?? []).flatMap((one, i) =>
    messageOf(file, one, [...place, IN_MESSAGE.nested, i], `${name}.`),
  );
  const enums = (message.enumType ?? []).map((one, i) =>
    enumOf(file, one, [...place, IN_MESSAGE.enum, i], `${name}.`),
  );
  const fields = rows.length === 0 ? 'No fields.' : tableOf(['Field', 'Type', 'No.', ''], rows);
  const own = [`### ${name}`, cell(comment(place)), fields].filter((part) => part !== '');
  return [own.join('\n\n'), ...nested, ...enums];
}

function fieldText(field: FieldDescriptor, message: MessageDescriptor, comment: string): string {
  const oneof = field.proto3Optional === true ? undefined : message.oneofDecl?.[field.oneofIndex ?? -1];
  return [oneof === undefined ? '' : `*One of \`${oneof.name}\`.*`, cell(comment)]
    .filter((part) => part !== '')
    .join(' ');
}

function typeOf(field: FieldDescriptor, file: FileDescriptor, message: MessageDescriptor): string {
  const entry = message.nestedType?.find(
    ({ name, options }) => options?.mapEntry === true && field.typeName?.endsWith(`.${name}`) === true,
  );
  const [key, value] = entry?.field ?? [];
  if (key !== undefined && value !== undefined)
    return `map of ${typeOf(key, file, message)} to ${typeOf(value, file, message)}`;
  const named = field.typeName === undefined ? plainType(field.type) : linkTo(field.typeName, file);
  if (field.label === 'LABEL_REPEATED') return `repeated ${named}`;
  return field.proto3Optional === true ? `optional ${named}` : named;
}

function plainType(type: string): string {
  return type.replace(/^TYPE_/, '').toLowerCase();
}

/** Of `.sealflow.run.v1.Run`, as a page shows it. */
function linkTo(typeName: string, file: FileDescriptor): string {
  const [, area = '', name = ''] = /^\.sealflow\.([a-z]+)\.v1\.(.+)$/.exec(typeName) ?? [];
  if (name === '') return `\`${typeName.slice(1)}\``;
  const page = area === areaOf(file.package) ? '' : `${area}.md`;
  return `[${name}](${page}#${anchorOf(name)})`;
}

function enumOf(
  file: FileDescriptor,
  { name, value }: EnumDescriptor,
  place: readonly number[],
  outer: string,
): string {
  const comment = commentsOf(file);
  const rows = value.map((one, i) => [
    `\`${one.name}\``,
    String(one.number ?? 0),
    cell(comment([...place, IN_ENUM.value, i])),
  ]);
  return [`### ${outer}${name}`, cell(comment(place)), tableOf(['Value', 'No.', ''], rows)]
    .filter((part) => part !== '')
    .join('\n\n');
}

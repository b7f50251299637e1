import { toHex } from '#canonical';
import type { Certificate } from '../x509/certificate.js';
import { DerReader, derOid, derSmallInteger, derTag, derWhole, malformed } from '../x509/der-reader.js';
import { oid } from '../x509/oids.js';

/**
 * What a PCK certificate says about its platform (Intel SGX PCK certificate specification, section 1.3.5).
 * These values select and are compared with TCB info; they mean nothing before the certificate's chain holds.
 */
export interface PckPlatform {
  /** Lower-case hex, 16 bytes: one machine. Null in certificates that leave it out. */
  readonly ppid: string | null;
  /** Lower-case hex, 16 bytes: one registration of a multi-package machine. */
  readonly platformInstanceId: string | null;
  /** Lower-case hex, 16 bytes. */
  readonly cpuSvn: string;
  /** Lower-case hex, 6 bytes. */
  readonly fmspc: string;
  /** Lower-case hex, 2 bytes. */
  readonly pceId: string;
  readonly pceSvn: number;
  /** The 16 SGX TCB component versions. */
  readonly componentSvns: readonly number[];
}

const COMPONENTS = 16;

/** @throws AttestationError `CERT_MALFORMED` */
export function parsePckPlatform(pck: Certificate): PckPlatform {
  const extension = pck.extensions.get(oid.sgxExtensions);
  if (extension === undefined) return malformed('PCK certificate lacks the SGX extension');
  const fields = readFields(new DerReader(derWhole(extension.value, derTag.sequence).content));
  const tcb = readFields(new DerReader(required(fields, 2, derTag.sequence)));
  const componentSvns = Array.from({ length: COMPONENTS }, (_, index) =>
    derSmallInteger(required(tcb, index + 1, derTag.integer, '2.')),
  );
  return {
    ppid: fields.has(1) ? octets(fields, 1, 16) : null,
    platformInstanceId: fields.has(6) ? octets(fields, 6, 16) : null,
    cpuSvn: octets(tcb, COMPONENTS + 2, 16),
    fmspc: octets(fields, 4, 6),
    pceId: octets(fields, 3, 2),
    pceSvn: derSmallInteger(required(tcb, COMPONENTS + 1, derTag.integer, '2.')),
    componentSvns,
  };
}

type Fields = ReadonlyMap<number, { readonly tag: number; readonly content: Uint8Array }>;

/** A list of `SEQUENCE { OID <arc>.n, value }`, by the last number of the identifier. */
function readFields(list: DerReader): Fields {
  const fields = new Map<number, { tag: number; content: Uint8Array }>();
  while (!list.done) {
    const field = list.enter(derTag.sequence);
    const id = derOid(field.next(derTag.oid).content);
    const { tag, content } = field.any();
    field.end();
    if (!id.startsWith(`${oid.sgxExtensions}.`)) malformed(`SGX extension holds a field ${id}`);
    const number = Number(id.slice(id.lastIndexOf('.') + 1));
    if (fields.has(number)) malformed(`SGX extension field ${id} appears twice`);
    fields.set(number, { tag, content });
  }
  return fields;
}

function required(fields: Fields, number: number, tag: number, group = ''): Uint8Array {
  const field = fields.get(number);
  return field?.tag === tag
    ? field.content
    : malformed(`SGX extension field .${group}${number} is missing or of another type`);
}

function octets(fields: Fields, number: number, length: number): string {
  const content = required(fields, number, derTag.octetString);
  return content.length === length
    ? toHex(content)
    : malformed(`SGX extension field .${number} has ${content.length} bytes`);
}

/**
 * Intel's TCB info and enclave identity (Intel PCS API version 4): which firmware levels exist and what Intel
 * thinks of them. Both are JSON texts whose exact bytes Intel signed; nothing here says that the signature holds.
 */
import { parseJsonStrict, toHex } from '#canonical';
import { AttestationError } from '../attestation-error.js';
import { attestationLimits } from '../limits.js';
import { JsonFields } from './json-fields.js';

export type Tee = 'TDX' | 'SGX';

export const tcbStatuses = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
] as const;

/** What Intel says of one firmware level. */
export type TcbLevelStatus = (typeof tcbStatuses)[number];

/** A status with what follows from it and its date. */
export interface TcbVerdict {
  readonly status: TcbLevelStatus;
  /** Intel enforces no mitigation that was published after this time. */
  readonly tcbDateMs: number;
  readonly advisories: readonly string[];
}

export interface TcbLevel extends TcbVerdict {
  /** 16 component versions of the CPU. */
  readonly sgxComponents: readonly number[];
  readonly pceSvn: number;
  /** 16 component versions of TDX; null in SGX TCB info. */
  readonly tdxComponents: readonly number[] | null;
}

/** A level of an enclave or a module: one version number decides. */
export interface SvnLevel extends TcbVerdict {
  readonly isvSvn: number;
}

export interface TdxModule {
  readonly mrSigner: Uint8Array;
  readonly attributes: Uint8Array;
  readonly attributesMask: Uint8Array;
}

export interface TdxModuleIdentity extends TdxModule {
  /** `TDX_01`: the number is that of the module's major version. */
  readonly id: string;
  readonly levels: readonly SvnLevel[];
}

export interface TcbInfo extends CollateralWindow {
  readonly id: Tee;
  /** Lower-case hex. */
  readonly fmspc: string;
  readonly pceId: string;
  /** Sorted high to low by Intel; matching depends on the order. */
  readonly levels: readonly TcbLevel[];
  /** For module version 0. Null in SGX TCB info. */
  readonly tdxModule: TdxModule | null;
  readonly tdxModuleIdentities: readonly TdxModuleIdentity[];
}

export interface QeIdentity extends CollateralWindow {
  /** `QE` for SGX, `TD_QE` for TDX, `QVE` for Intel's verification enclave. */
  readonly id: string;
  readonly miscSelect: Uint8Array;
  readonly miscSelectMask: Uint8Array;
  readonly attributes: Uint8Array;
  readonly attributesMask: Uint8Array;
  readonly mrSigner: Uint8Array;
  readonly isvProdId: number;
  readonly levels: readonly SvnLevel[];
}

export interface CollateralWindow {
  readonly issueDateMs: number;
  readonly nextUpdateMs: number;
  readonly evaluationDataNumber: number;
}

const COMPONENTS = 16;
const LEVELS_MAX = 64;
const MODULES_MAX = 32;
const ADVISORIES_MAX = 256;
const SVN_MAX = 255;
const U16_MAX = 65535;
const DEPTH_MAX = 8;

/** @throws AttestationError `COLLATERAL_MALFORMED` */
export function parseTcbInfo(bytes: Uint8Array): TcbInfo {
  const fields = parseFields(bytes, 'TCB info');
  const id = fields.word('id', ['TDX', 'SGX']);
  if (fields.integer('version', U16_MAX) !== 3) refuse('TCB info: version must be 3');
  // Type 0 is the only one that Intel defined: how components are compared.
  if (fields.integer('tcbType', U16_MAX) !== 0) refuse('TCB info: tcbType must be 0');
  const isTdx = id === 'TDX';
  return {
    id,
    ...readWindow(fields),
    fmspc: toHex(fields.hex('fmspc', 6)),
    pceId: toHex(fields.hex('pceId', 2)),
    levels: fields.list('tcbLevels', LEVELS_MAX).map((level) => readLevel(level, isTdx)),
    tdxModule: isTdx ? readModule(fields.fields('tdxModule')) : null,
    tdxModuleIdentities:
      isTdx && fields.has('tdxModuleIdentities')
        ? fields.list('tdxModuleIdentities', MODULES_MAX).map(readModuleIdentity)
        : [],
  };
}

/** @throws AttestationError `COLLATERAL_MALFORMED` */
export function parseQeIdentity(bytes: Uint8Array): QeIdentity {
  const fields = parseFields(bytes, 'QE identity');
  if (fields.integer('version', U16_MAX) !== 2) refuse('QE identity: version must be 2');
  return {
    id: fields.text('id', 16),
    ...readWindow(fields),
    miscSelect: fields.hex('miscselect', 4),
    miscSelectMask: fields.hex('miscselectMask', 4),
    attributes: fields.hex('attributes', 16),
    attributesMask: fields.hex('attributesMask', 16),
    mrSigner: fields.hex('mrsigner', 32),
    isvProdId: fields.integer('isvprodid', U16_MAX),
    levels: fields.list('tcbLevels', LEVELS_MAX).map(readSvnLevel),
  };
}

function parseFields(bytes: Uint8Array, what: string): JsonFields {
  try {
    const limits = { bytesMax: attestationLimits.signedJsonBytesMax, depthMax: DEPTH_MAX };
    return new JsonFields(parseJsonStrict(bytes, limits), what);
  } catch (error) {
    if (error instanceof AttestationError) throw error;
    return refuse(`${what}: ${error instanceof Error ? error.message : 'is not JSON'}`);
  }
}

function readWindow(fields: JsonFields): CollateralWindow {
  return {
    issueDateMs: fields.time('issueDate'),
    nextUpdateMs: fields.time('nextUpdate'),
    evaluationDataNumber: fields.integer('tcbEvaluationDataNumber', 0xffffffff),
  };
}

function readLevel(fields: JsonFields, isTdx: boolean): TcbLevel {
  const tcb = fields.fields('tcb');
  return {
    ...readVerdict(fields),
    sgxComponents: readComponents(tcb, 'sgxtcbcomponents'),
    pceSvn: tcb.integer('pcesvn', U16_MAX),
    tdxComponents: isTdx ? readComponents(tcb, 'tdxtcbcomponents') : null,
  };
}

function readComponents(fields: JsonFields, name: string): readonly number[] {
  const components = fields.list(name, COMPONENTS).map((component) => component.integer('svn', SVN_MAX));
  return components.length === COMPONENTS
    ? components
    : refuse(`TCB info: ${name} must have ${COMPONENTS} items`);
}

function readModule(fields: JsonFields): TdxModule {
  return {
    mrSigner: fields.hex('mrsigner', 48),
    attributes: fields.hex('attributes', 8),
    attributesMask: fields.hex('attributesMask', 8),
  };
}

function readModuleIdentity(fields: JsonFields): TdxModuleIdentity {
  const levels = fields.list('tcbLevels', LEVELS_MAX).map(readSvnLevel);
  return { id: fields.text('id', 16), ...readModule(fields), levels };
}

function readSvnLevel(fields: JsonFields): SvnLevel {
  return { ...readVerdict(fields), isvSvn: fields.fields('tcb').integer('isvsvn', U16_MAX) };
}

function readVerdict(fields: JsonFields): TcbVerdict {
  return {
    status: fields.word('tcbStatus', tcbStatuses),
    tcbDateMs: fields.time('tcbDate'),
    advisories: fields.has('advisoryIDs') ? fields.texts('advisoryIDs', ADVISORIES_MAX) : [],
  };
}

function refuse(message: string): never {
  throw new AttestationError('COLLATERAL_MALFORMED', message);
}

/**
 * Judges an Intel TDX quote.
 *
 * Trusted: the pinned root keys. The root vouches for the PCK, the PCK for the quoting enclave's report, that
 * report for the attestation key, and that key for the guest's measurements and REPORTDATA. The root also vouches
 * for the signer of TCB info and QE identity and, by its CAs, for the revocation lists. Without collateral only
 * simulated roots can pass, because a hardware root without revocation data fails (`REVOCATION_UNKNOWN`).
 */
import { type Check, digestOf, equalBytes, type JsonObject, toHex } from '#canonical';
import { isZero } from '../byte-reader.js';
import { CheckList, fail, type Outcome, pass, passIf, warn } from '../check-list.js';
import type { PinnedRoots } from '../x509/chain.js';
import type { IntelCollateral } from './collateral.js';
import { type EventLog, parseEventLog } from './event-log.js';
import { checkIntelQuote, type IntelVerification } from './intel-quote.js';
import { defaultIntelRequirements, type IntelRequirements, intelRules } from './intel-rules.js';
import { parseTdxQuote, type TdBody, type TdxQuote } from './quote.js';
import { judgeRevocation } from './quote-checks.js';
import { tcbClaims } from './tcb-evaluation.js';

export interface TdxVerification extends IntelVerification {
  readonly checks: readonly Check[];
  /** Null when the quote could not be parsed. Its fields are proved only if no check failed. */
  readonly quote: TdxQuote | null;
  /** Null when none was supplied, or it could not be read. */
  readonly eventLog: EventLog | null;
}

export interface TdxVerificationInput {
  /** Null when the package around it could not be read: every rule is then skipped. */
  readonly quote: Uint8Array | null;
  readonly roots: PinnedRoots;
  readonly atMs: number;
  /** As a file or parsed; null or left out when none came. */
  readonly collateral?: Uint8Array | IntelCollateral | null;
  /** CCEL data area. */
  readonly eventLog?: Uint8Array | null;
  readonly requirements?: IntelRequirements;
}

const rules = intelRules('TDX');

/** TDATTRIBUTES bit 28. */
const SEPT_VE_DISABLE = { byte: 3, mask: 0x10 };

export function verifyTdxQuote(input: TdxVerificationInput): TdxVerification {
  const requirements = input.requirements ?? defaultIntelRequirements;
  const list = new CheckList(input.quote === null ? [] : [digestOf(input.quote)]);
  const quote = list.parse(rules.parse, input.quote, parseTdxQuote);
  const body = quote?.body ?? null;
  const { known, ...verification } = checkIntelQuote(list, rules, {
    ...input,
    tee: 'TDX',
    quote,
    body,
    collateral: input.collateral ?? null,
    requirements,
  });

  list.judge(rules.debug, body, judgeDebug);
  list.judge(rules.septVe, body, (present) => judgeSeptVe(present, requirements));
  list.judge(rules.serviceTd, body, judgeServiceTd);
  const eventLog = checkEventLog(list, body, input.eventLog ?? null);
  list.judge(rules.revocation, quote, () => judgeRevocation(verification.root, known));
  return { checks: list.checks, quote, eventLog, ...verification };
}

/** The values a reader of the verdict may want to see, unknown flag bits included. */
export function tdxClaims(verification: TdxVerification): JsonObject | null {
  const { quote, platform, root, tcb } = verification;
  if (quote === null) return null;
  const { body } = quote;
  return {
    quoteVersion: quote.version,
    bodyType: quote.version === 4 ? null : body.teeTcbSvn2 === null ? 2 : 3,
    root,
    mrtd: toHex(body.mrTd),
    rtmrs: body.rtmrs.map(toHex),
    mrConfigId: toHex(body.mrConfigId),
    mrOwner: toHex(body.mrOwner),
    mrOwnerConfig: toHex(body.mrOwnerConfig),
    mrSeam: toHex(body.mrSeam),
    mrServiceTd: body.mrServiceTd === null ? null : toHex(body.mrServiceTd),
    teeTcbSvn: toHex(body.teeTcbSvn),
    teeTcbSvn2: body.teeTcbSvn2 === null ? null : toHex(body.teeTcbSvn2),
    tdAttributes: toHex(body.tdAttributes),
    debug: body.tdAttributes[0] !== 0,
    xfam: toHex(body.xfam),
    fmspc: platform?.fmspc ?? null,
    pceId: platform?.pceId ?? null,
    ppid: platform?.ppid ?? null,
    platformInstanceId: platform?.platformInstanceId ?? null,
    tcb: tcb === null ? null : tcbClaims(tcb),
    evaluationDataNumbers: verification.evaluationDataNumbers,
    revocation: verification.revocation,
    rtmrsReplay: replayed(verification),
  };
}

function judgeDebug(body: TdBody): Outcome {
  // All bits of the first byte stand for a TD whose owner gave up its secrets; DEBUG is bit 0.
  return passIf(
    body.tdAttributes[0] === 0,
    'DEBUG_ENABLED',
    'first attribute byte 00',
    toHex(body.tdAttributes),
  );
}

function judgeSeptVe(body: TdBody, { septVeDisable }: IntelRequirements): Outcome {
  const set = ((body.tdAttributes[SEPT_VE_DISABLE.byte] ?? 0) & SEPT_VE_DISABLE.mask) !== 0;
  if (set) return pass(toHex(body.tdAttributes));
  const judge = septVeDisable ? fail : warn;
  return judge('SEPT_VE_DISABLE_NOT_SET', 'attribute bit 28 set', toHex(body.tdAttributes));
}

function judgeServiceTd({ mrServiceTd }: TdBody): Outcome {
  if (mrServiceTd === null) return pass('a TD 1.0 guest has none');
  return passIf(isZero(mrServiceTd), 'SERVICE_TD_PRESENT', '48 zero bytes', toHex(mrServiceTd));
}

/** Step m. Measurements are compared with reference values by the policy; a log is compared with the quote here. */
function checkEventLog(list: CheckList, body: TdBody | null, bytes: Uint8Array | null): EventLog | null {
  let eventLog: EventLog | null = null;
  list.judge(rules.eventLog, bytes, (given) => {
    eventLog = parseEventLog(given);
    if (body === null)
      return fail('EVENT_LOG_MISMATCH', 'the registers of a quote', 'the quote is malformed');
    const differing = differingRtmrs(eventLog, body);
    return passIf(
      differing.length === 0,
      'EVENT_LOG_MISMATCH',
      'the four registers of the quote',
      differing.length === 0 ? `${eventLog.events.length} events` : `RTMR ${differing.join(', ')} differ`,
    );
  });
  return eventLog;
}

function differingRtmrs({ rtmrs }: EventLog, body: TdBody): number[] {
  return [0, 1, 2, 3].filter(
    (index) => !equalBytes(rtmrs[index] ?? new Uint8Array(0), body.rtmrs[index] ?? new Uint8Array(0)),
  );
}

function replayed({ eventLog, quote }: TdxVerification): number[] | null {
  if (eventLog === null || quote === null) return null;
  const differing = differingRtmrs(eventLog, quote.body);
  return [0, 1, 2, 3].filter((index) => !differing.includes(index));
}

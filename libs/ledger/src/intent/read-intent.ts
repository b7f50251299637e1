/**
 * Intents from outside. Whoever sends them is not trusted: the bytes are bounded before they are parsed, every member
 * is named and checked, and the signature must be of the key that the intent names. What that key may do is decided
 * against the state of the ledger, by `applyBatch`.
 */
import { CanonicalError, type Digest, digestOf, isJsonObject, type Json, parseJsonStrict } from '#canonical';
import { ledgerLimits } from '../limits.js';
import { readField } from '../notes/note.js';
import { packedProofBytes } from '../notes/packed-proof.js';
import {
  type BurnBody,
  delegableOps,
  type Intent,
  type IntentBody,
  type IntentHead,
  type IntentOp,
  type IntentReading,
  intentOps,
  intentVersion,
  type MintBody,
  type SpendBody,
} from './intent.js';
import { isSignedDocument, unsignedBytes } from './signed-document.js';
import { MemberError, StrictMembers } from './strict-members.js';

const headMembers = [
  'v',
  'ledger',
  'asset',
  'epoch',
  'op',
  'account',
  'nonce',
  'seen',
  'notAfter',
  'memoKey',
];
const tailMembers = ['signer', 'signature'];

/** Members that an operation has besides those of every intent. */
const bodyMembers: Readonly<Record<IntentOp, readonly string[]>> = {
  open: ['owner', 'rollover'],
  deposit: ['amount'],
  withdraw: ['amount'],
  transfer: ['to', 'amount'],
  reserve: ['to', 'amount', 'closer', 'until'],
  commit: ['reservation', 'amount'],
  release: ['reservation'],
  freeze: [],
  unfreeze: [],
  rollover: [],
  close: [],
  delegate: ['delegate', 'ops', 'perCall', 'perDay', 'until', 'allow'],
  revoke: ['delegate'],
  settle: ['auction', 'floor'],
};

/** Members that it has on a ledger in `zk-check`. Which mode a ledger has is for `applyBatch` to know. */
const noteMembers: Readonly<Partial<Record<IntentOp, string>>> = {
  open: 'noteOwner',
  deposit: 'mint',
  withdraw: 'burn',
  transfer: 'spend',
};

const jsonLimits = { bytesMax: ledgerLimits.intentBytesMax, depthMax: 4, valuesMax: 256 };

/** Reads and verifies one intent. Never throws for what is in the bytes: the reading says what is wrong. */
export function readIntent(bytes: Uint8Array): IntentReading {
  let intentId: Digest | null = null;
  try {
    const document = parseJsonStrict(bytes, jsonLimits);
    const op = opOf(document);
    const members = new StrictMembers(
      document,
      [...headMembers, ...bodyMembers[op], ...notesOf(op, document), ...tailMembers],
      'intent',
    );
    const unsigned = unsignedBytes(members.value);
    intentId = digestOf(unsigned);
    const intent: Intent = { ...readHead(members, intentId), ...readBody(members, op) };
    const signature = members.base64('signature', 64);
    const keys = { publicKey: intent.signer, signature };
    return isSignedDocument(unsigned, intentVersion, keys)
      ? { intent, reason: null }
      : refused(intentId, 'SIGNATURE_INVALID', 'intent.signature');
  } catch (error) {
    if (error instanceof MemberError)
      return refused(intentId, error.kind === 'amount' ? 'AMOUNT_RANGE' : 'INTENT_MALFORMED', error.place);
    if (error instanceof CanonicalError) return refused(null, 'INTENT_MALFORMED', 'intent');
    throw error;
  }
}

function refused(
  intentId: Digest | null,
  reason: NonNullable<IntentReading['reason']>,
  place: string,
): IntentReading {
  return { intent: null, intentId, reason, place };
}

function opOf(document: Json): IntentOp {
  const stated = isJsonObject(document) ? document['op'] : undefined;
  const op = intentOps.find((known) => known === stated);
  if (op === undefined) throw new MemberError('form', 'intent.op', intentOps.join(' | '));
  return op;
}

function notesOf(op: IntentOp, document: Json): readonly string[] {
  const member = noteMembers[op];
  return member !== undefined && isJsonObject(document) && Object.hasOwn(document, member) ? [member] : [];
}

function readHead(members: StrictMembers, intentId: Digest): IntentHead {
  members.constant('v', intentVersion);
  return {
    intentId,
    ledger: members.name('ledger'),
    asset: members.name('asset'),
    epoch: members.integer('epoch'),
    account: members.name('account'),
    nonce: members.integer('nonce'),
    seen: members.integer('seen'),
    notAfterMs: members.timeMs('notAfter'),
    memoKey: members.base64('memoKey', 32),
    signer: members.base64('signer', 32),
  };
}

function readBody(members: StrictMembers, op: IntentOp): IntentBody {
  switch (op) {
    case 'open':
      return {
        op,
        owner: members.base64('owner', 32),
        rollover: members.oneOf('rollover', ['auto', 'manual']),
        ...(members.has('noteOwner') ? { noteOwner: readField(members, 'noteOwner') } : {}),
      };
    case 'deposit':
      return {
        op,
        amount: members.amount('amount'),
        ...(members.has('mint') ? { mint: readMint(members) } : {}),
      };
    case 'withdraw':
      return {
        op,
        amount: members.amount('amount'),
        ...(members.has('burn') ? { burn: readBurn(members) } : {}),
      };
    case 'transfer':
      return {
        op,
        to: members.name('to'),
        amount: members.amount('amount'),
        ...(members.has('spend') ? { spend: readSpend(members) } : {}),
      };
    case 'reserve':
      return {
        op,
        to: members.name('to'),
        amount: members.amount('amount'),
        closer: members.base64('closer', 32),
        untilMs: members.timeMs('until'),
      };
    case 'commit':
      return { op, reservation: members.digest('reservation'), amount: members.amount('amount') };
    case 'release':
      return { op, reservation: members.digest('reservation') };
    case 'delegate':
      return readDelegation(members);
    case 'revoke':
      return { op, delegate: members.base64('delegate', 32) };
    case 'settle':
      return { op, auction: members.name('auction'), floor: members.amount('floor') };
    default:
      return { op };
  }
}

function readMint(members: StrictMembers): MintBody {
  const names = ['serial', 'salt', 'signature'];
  const mint = new StrictMembers(members.value['mint'], names, members.place('mint'));
  return {
    serial: mint.integer('serial'),
    salt: readField(mint, 'salt'),
    signature: mint.base64('signature', 64),
  };
}

const spendMembers = ['note', 'restSalt', 'paymentSalt', 'order', 'nullifier', 'proof'];

function readSpend(members: StrictMembers): SpendBody {
  return spendOf(new StrictMembers(members.value['spend'], spendMembers, members.place('spend')));
}

function readBurn(members: StrictMembers): BurnBody {
  const names = [...spendMembers, 'signature'];
  const burn = new StrictMembers(members.value['burn'], names, members.place('burn'));
  return { ...spendOf(burn), signature: burn.base64('signature', 64) };
}

function spendOf(spend: StrictMembers): SpendBody {
  return {
    note: spend.integer('note'),
    restSalt: readField(spend, 'restSalt'),
    paymentSalt: readField(spend, 'paymentSalt'),
    order: readField(spend, 'order'),
    nullifier: readField(spend, 'nullifier'),
    proof: spend.base64('proof', packedProofBytes),
  };
}

function readDelegation(members: StrictMembers): IntentBody {
  const ops = delegableOps.filter((op) => members.list('ops', 1, delegableOps.length).includes(op));
  // A list that names an operation twice, or one that cannot be delegated, has another length.
  if (ops.length !== members.list('ops', 1, delegableOps.length).length)
    members.refuse('ops', `distinct names of ${delegableOps.join(', ')}`);
  return {
    op: 'delegate',
    delegate: members.base64('delegate', 32),
    ops,
    perCall: members.amount('perCall'),
    perDay: members.amount('perDay'),
    untilMs: members.timeMs('until'),
    allow: members.isNull('allow') ? null : members.names('allow', 1, ledgerLimits.allowMax),
  };
}

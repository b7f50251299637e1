import { Metadata, type ServiceError, type sendUnaryData, status } from '@grpc/grpc-js';
import { fromJSON, type MessageTypeDefinition } from '@grpc/proto-loader';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiError, fromServiceError } from './api-error.js';
import { unary } from './call.js';
import { ERROR_DOMAIN } from './error-details.js';
import type { ValidateWorkflowResponse__Output } from './generated/sealflow/workflow/v1/ValidateWorkflowResponse.js';
import { type Loopback, serve } from './loopback.fixture.js';
import { REASONS, type Reason, reasonFacts } from './reasons.js';

const reasons = Object.keys(REASONS) as Reason[];

/** google/rpc/status.proto and error_details.proto, written again by hand: what a foreign client would use. */
const google = fromJSON(
  {
    nested: {
      Any: { fields: { typeUrl: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } },
      Status: {
        fields: {
          code: { type: 'int32', id: 1 },
          message: { type: 'string', id: 2 },
          details: { rule: 'repeated', type: 'Any', id: 3 },
        },
      },
      ErrorInfo: {
        fields: {
          reason: { type: 'string', id: 1 },
          domain: { type: 'string', id: 2 },
          // map<string, string>, as the wire format defines it.
          metadata: { rule: 'repeated', type: 'Entry', id: 3 },
        },
      },
      Entry: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
      FieldViolation: {
        fields: { field: { type: 'string', id: 1 }, description: { type: 'string', id: 2 } },
      },
      BadRequest: { fields: { fieldViolations: { rule: 'repeated', type: 'FieldViolation', id: 1 } } },
      Failed: {
        fields: {
          type: { type: 'string', id: 1 },
          subject: { type: 'string', id: 2 },
          description: { type: 'string', id: 3 },
        },
      },
      PreconditionFailure: { fields: { violations: { rule: 'repeated', type: 'Failed', id: 1 } } },
      Exceeded: { fields: { subject: { type: 'string', id: 1 }, description: { type: 'string', id: 2 } } },
      QuotaFailure: { fields: { violations: { rule: 'repeated', type: 'Exceeded', id: 1 } } },
      Duration: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
      RetryInfo: { fields: { retryDelay: { type: 'Duration', id: 1 } } },
      ResourceInfo: {
        fields: {
          resourceType: { type: 'string', id: 1 },
          resourceName: { type: 'string', id: 2 },
          owner: { type: 'string', id: 3 },
          description: { type: 'string', id: 4 },
        },
      },
    },
  },
  { defaults: true, longs: String },
);

function decode(type: string, bytes: Buffer): Record<string, unknown> {
  return (google[type] as MessageTypeDefinition<object, object>).deserialize(bytes) as Record<
    string,
    unknown
  >;
}

/** Details of an error by the last part of their type. */
function detailsOf({ metadata }: ServiceError): Map<string, Record<string, unknown>> {
  const status = decode('Status', metadata.get('grpc-status-details-bin')[0] as Buffer);
  const details = status['details'] as { typeUrl: string; value: Buffer }[];
  return new Map(
    details.map(({ typeUrl, value }) => {
      const type = typeUrl.slice('type.googleapis.com/google.rpc.'.length);
      return [type, decode(type, value)];
    }),
  );
}

let thrown: ApiError;
let loopback: Loopback;

beforeAll(async () => {
  // A method that clients do not call again by themselves, or each unavailable server would be waited for.
  loopback = await serve('sealflow.workflow.v1.WorkflowService', {
    validateWorkflow: (_call: unknown, callback: sendUnaryData<unknown>) => callback(thrown.toStatus()),
  });
});

afterAll(() => loopback.close());

/** Sends the error over a real connection and gives back what the caller's library has of it. */
async function overTheWire(error: ApiError): Promise<{ raw: ServiceError; received: ApiError }> {
  thrown = error;
  const raw = await new Promise<ServiceError>((resolve, reject) => {
    loopback.services.workflow.validateWorkflow({}, (failure) => {
      if (failure === null) reject(new Error('the call succeeded'));
      else resolve(failure);
    });
  });
  const received = await unary<ValidateWorkflowResponse__Output>(
    (options, callback) => loopback.services.workflow.validateWorkflow({}, options, callback),
    { deadlineMs: 5_000 },
  ).then(
    () => {
      throw new Error('the call succeeded');
    },
    (failure: unknown) => failure as ApiError,
  );
  return { raw, received };
}

describe('every reason of the contract', () => {
  it.each(reasons)('%s arrives with its code, message, facts and violations', async (reason) => {
    const facts = { expected: 'one', actual: 'two' };
    const violations = [{ field: 'inputs[0]', description: 'a digest' }];
    const { raw, received } = await overTheWire(
      new ApiError(reason, `${reason}: what to do`, { facts, violations }),
    );
    expect(raw.code).toBe(REASONS[reason].code);
    expect(received).toBeInstanceOf(ApiError);
    expect(received).toMatchObject({
      reason,
      code: REASONS[reason].code,
      message: `${reason}: what to do`,
      facts,
      violations,
    });
  });

  it.each(reasons)(
    '%s is google.rpc.Status with ErrorInfo for a client that never saw ours',
    async (reason) => {
      const { raw } = await overTheWire(new ApiError(reason, 'text', { facts: { a: 'b' } }));
      const [trailer] = raw.metadata.get('grpc-status-details-bin');
      const decoded = decode('Status', trailer as Buffer);
      expect(decoded).toMatchObject({ code: REASONS[reason].code, message: 'text' });
      const [detail] = decoded['details'] as { typeUrl: string; value: Buffer }[];
      expect(detail?.typeUrl).toBe('type.googleapis.com/google.rpc.ErrorInfo');
      expect(decode('ErrorInfo', detail?.value ?? Buffer.alloc(0))).toEqual({
        reason,
        domain: ERROR_DOMAIN,
        metadata: [{ key: 'a', value: 'b' }],
      });
    },
  );

  it.each(reasons)('%s has the details that the table names for it', async (reason) => {
    const { detail, retry } = reasonFacts(reason);
    const { raw, received } = await overTheWire(
      new ApiError(reason, 'text', { facts: { resource: 'runs/x' } }),
    );
    const details = detailsOf(raw);
    expect([...details.keys()]).toEqual([
      'ErrorInfo',
      ...(detail === 'none' ? [] : [detail]),
      ...(typeof retry === 'number' ? ['RetryInfo'] : []),
    ]);
    expect(details.get(detail)).toEqual(
      {
        none: undefined,
        BadRequest: { fieldViolations: [{ field: 'runs/x', description: 'text' }] },
        PreconditionFailure: { violations: [{ type: reason, subject: 'runs/x', description: 'text' }] },
        QuotaFailure: { violations: [{ subject: 'runs/x', description: 'text' }] },
        ResourceInfo: { resourceType: '', resourceName: 'runs/x', owner: '', description: 'text' },
      }[detail],
    );
    expect(received.retryMs).toBe(typeof retry === 'number' ? retry : null);
  });

  it('has a code that is an error', () => {
    for (const reason of reasons) expect(REASONS[reason].code).not.toBe(status.OK);
  });
});

describe('an error of the API', () => {
  it('names wrong fields as google.rpc.BadRequest', async () => {
    const violations = [
      { field: 'run_id', description: 'a ULID' },
      { field: 'plan', description: 'a digest' },
    ];
    const { raw } = await overTheWire(new ApiError('INVALID_REQUEST', 'two fields', { violations }));
    const status = decode('Status', raw.metadata.get('grpc-status-details-bin')[0] as Buffer);
    const details = status['details'] as { typeUrl: string; value: Buffer }[];
    expect(details.map(({ typeUrl }) => typeUrl)).toEqual([
      'type.googleapis.com/google.rpc.ErrorInfo',
      'type.googleapis.com/google.rpc.BadRequest',
    ]);
    expect(decode('BadRequest', details[1]?.value ?? Buffer.alloc(0))).toEqual({
      fieldViolations: violations,
    });
  });

  it('keeps letters that are not ASCII', async () => {
    const { received } = await overTheWire(
      new ApiError('NOT_FOUND', 'kein Lauf für „Müller“ 💶', { facts: { who: 'Müller' } }),
    );
    expect(received.message).toBe('kein Lauf für „Müller“ 💶');
    expect(received.facts).toEqual({ who: 'Müller' });
  });

  it('with a text as long as a caller can make it still arrives with its reason', async () => {
    const long = `ä${'💶'.repeat(500_000)}`;
    const violations = Array.from({ length: 1_000 }, () => ({ field: long, description: long }));
    const { raw, received } = await overTheWire(
      new ApiError('INVALID_REQUEST', long, { facts: { got: long }, violations }),
    );
    expect(raw.code).toBe(status.INVALID_ARGUMENT);
    expect(received.reason).toBe('INVALID_REQUEST');
    expect(received.message).toMatch(/^ä(💶){400,500}\.\.\.$/u);
  });

  it('says when to come again, to the millisecond and not later than in an hour', async () => {
    const { raw, received } = await overTheWire(new ApiError('LIMIT_EXCEEDED', 'x', { retryMs: 61_250 }));
    expect(detailsOf(raw).get('RetryInfo')).toEqual({ retryDelay: { seconds: '61', nanos: 250_000_000 } });
    expect(received.retryMs).toBe(61_250);
    expect(new ApiError('LIMIT_EXCEEDED', 'x', { retryMs: 1e12 }).retryMs).toBe(3_600_000);
  });

  it('of a newer service keeps a reason that this version does not know', () => {
    const content = {
      code: status.ABORTED,
      reason: 'NEWER',
      message: 'x',
      facts: {},
      violations: [],
      retryMs: null,
    };
    expect(fromServiceError(ApiError.received(content))).toMatchObject({
      reason: 'NEWER',
      code: status.ABORTED,
    });
  });
});

describe('an error of the transport', () => {
  const serviceError = (code: status, trailer?: Buffer): ServiceError => {
    const metadata = new Metadata();
    if (trailer !== undefined) metadata.set('grpc-status-details-bin', trailer);
    return Object.assign(new Error('text'), { code, details: 'details', metadata });
  };

  it.each([
    [status.UNAVAILABLE, 'UNAVAILABLE'],
    [status.NOT_FOUND, 'NOT_FOUND'],
    [status.DEADLINE_EXCEEDED, 'DEADLINE_EXCEEDED'],
    [status.CANCELLED, 'CANCELLED'],
  ])('of code %s has the reason %s', (code, reason) => {
    expect(fromServiceError(serviceError(code))).toMatchObject({ reason, code, message: 'details' });
  });

  it('is UNAVAILABLE when a stream was reset that nobody cancelled', () => {
    const reset = Object.assign(serviceError(status.CANCELLED), { details: 'Call cancelled' });
    expect(fromServiceError(reset)).toMatchObject({ reason: 'UNAVAILABLE', code: status.UNAVAILABLE });
    const cancelled = Object.assign(serviceError(status.CANCELLED), { details: 'Cancelled on client' });
    expect(fromServiceError(cancelled)).toMatchObject({ reason: 'CANCELLED' });
  });

  it('keeps its code when the trailer is not a status', () => {
    const garbage = Buffer.from([0xff, 0xff, 0xff, 0xff, 0x01]);
    expect(fromServiceError(serviceError(status.ABORTED, garbage))).toMatchObject({ reason: 'ABORTED' });
  });

  it('is an error in any case', () => {
    expect(fromServiceError(undefined)).toMatchObject({ reason: 'UNKNOWN', code: status.UNKNOWN });
    expect(fromServiceError('text')).toMatchObject({ reason: 'UNKNOWN' });
    const own = new ApiError('NOT_FOUND', 'x');
    expect(fromServiceError(own)).toBe(own);
  });
});

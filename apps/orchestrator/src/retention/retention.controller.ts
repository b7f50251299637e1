import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import type {
  LiftHoldRequest__Output,
  LiftHoldResponse,
  ListHoldsRequest__Output,
  ListHoldsResponse,
  ListRetentionRecordsRequest__Output,
  ListRetentionRecordsResponse,
  ListRetentionRequest__Output,
  ListRetentionResponse,
  PlaceHoldRequest__Output,
  PlaceHoldResponse,
  SetRetentionRequest__Output,
  SetRetentionResponse,
} from '#contracts';
import { LegalHolds } from './legal-holds.js';
import { RetentionReader } from './retention-reader.js';
import { RetentionRules } from './retention-rules.js';

/** How long a tenant's runs are kept, and what keeps them longer. */
@Controller()
export class RetentionController {
  constructor(
    private readonly rules: RetentionRules,
    private readonly reader: RetentionReader,
    private readonly legalHolds: LegalHolds,
  ) {}

  @GrpcMethod('RetentionService', 'SetRetention')
  setRetention(request: SetRetentionRequest__Output): Promise<SetRetentionResponse> {
    return this.rules.set(request);
  }

  @GrpcMethod('RetentionService', 'ListRetention')
  listRetention(request: ListRetentionRequest__Output): Promise<ListRetentionResponse> {
    return this.reader.rules(request);
  }

  @GrpcMethod('RetentionService', 'PlaceHold')
  placeHold(request: PlaceHoldRequest__Output): Promise<PlaceHoldResponse> {
    return this.legalHolds.place(request);
  }

  @GrpcMethod('RetentionService', 'LiftHold')
  liftHold(request: LiftHoldRequest__Output): Promise<LiftHoldResponse> {
    return this.legalHolds.lift(request);
  }

  @GrpcMethod('RetentionService', 'ListHolds')
  listHolds(request: ListHoldsRequest__Output): Promise<ListHoldsResponse> {
    return this.reader.holds(request);
  }

  @GrpcMethod('RetentionService', 'ListRetentionRecords')
  listRecords(request: ListRetentionRecordsRequest__Output): Promise<ListRetentionRecordsResponse> {
    return this.reader.records(request);
  }
}

// Messages of WorkflowService; visible through `types.ts`.

export type {
  CreateWorkflowRequest,
  CreateWorkflowRequest__Output,
} from './generated/sealflow/workflow/v1/CreateWorkflowRequest.js';
export type {
  CreateWorkflowResponse,
  CreateWorkflowResponse__Output,
} from './generated/sealflow/workflow/v1/CreateWorkflowResponse.js';
export type {
  DeleteWorkflowRequest,
  DeleteWorkflowRequest__Output,
} from './generated/sealflow/workflow/v1/DeleteWorkflowRequest.js';
export type {
  DeleteWorkflowResponse,
  DeleteWorkflowResponse__Output,
} from './generated/sealflow/workflow/v1/DeleteWorkflowResponse.js';
export type {
  GetWorkflowRequest,
  GetWorkflowRequest__Output,
} from './generated/sealflow/workflow/v1/GetWorkflowRequest.js';
export type {
  GetWorkflowResponse,
  GetWorkflowResponse__Output,
} from './generated/sealflow/workflow/v1/GetWorkflowResponse.js';
export type {
  GetWorkflowRevisionRequest,
  GetWorkflowRevisionRequest__Output,
} from './generated/sealflow/workflow/v1/GetWorkflowRevisionRequest.js';
export type {
  GetWorkflowRevisionResponse,
  GetWorkflowRevisionResponse__Output,
} from './generated/sealflow/workflow/v1/GetWorkflowRevisionResponse.js';
export type {
  ListWorkflowRevisionsRequest,
  ListWorkflowRevisionsRequest__Output,
} from './generated/sealflow/workflow/v1/ListWorkflowRevisionsRequest.js';
export type {
  ListWorkflowRevisionsResponse,
  ListWorkflowRevisionsResponse__Output,
} from './generated/sealflow/workflow/v1/ListWorkflowRevisionsResponse.js';
export type {
  ListWorkflowsRequest,
  ListWorkflowsRequest__Output,
} from './generated/sealflow/workflow/v1/ListWorkflowsRequest.js';
export type {
  ListWorkflowsResponse,
  ListWorkflowsResponse__Output,
} from './generated/sealflow/workflow/v1/ListWorkflowsResponse.js';
export type {
  MinimumForClass,
  MinimumForClass__Output,
} from './generated/sealflow/workflow/v1/MinimumForClass.js';
export type {
  MinimumForField,
  MinimumForField__Output,
} from './generated/sealflow/workflow/v1/MinimumForField.js';
export type {
  PlanWorkflowRequest,
  PlanWorkflowRequest__Output,
} from './generated/sealflow/workflow/v1/PlanWorkflowRequest.js';
export type {
  PlanWorkflowResponse,
  PlanWorkflowResponse__Output,
} from './generated/sealflow/workflow/v1/PlanWorkflowResponse.js';
export type {
  UndeleteWorkflowRequest,
  UndeleteWorkflowRequest__Output,
} from './generated/sealflow/workflow/v1/UndeleteWorkflowRequest.js';
export type {
  UndeleteWorkflowResponse,
  UndeleteWorkflowResponse__Output,
} from './generated/sealflow/workflow/v1/UndeleteWorkflowResponse.js';
export type {
  UpdateWorkflowRequest,
  UpdateWorkflowRequest__Output,
} from './generated/sealflow/workflow/v1/UpdateWorkflowRequest.js';
export type {
  UpdateWorkflowResponse,
  UpdateWorkflowResponse__Output,
} from './generated/sealflow/workflow/v1/UpdateWorkflowResponse.js';
export type {
  UpdateWorkflowRevisionRequest,
  UpdateWorkflowRevisionRequest__Output,
} from './generated/sealflow/workflow/v1/UpdateWorkflowRevisionRequest.js';
export type {
  UpdateWorkflowRevisionResponse,
  UpdateWorkflowRevisionResponse__Output,
} from './generated/sealflow/workflow/v1/UpdateWorkflowRevisionResponse.js';
export type {
  ValidateWorkflowRequest,
  ValidateWorkflowRequest__Output,
} from './generated/sealflow/workflow/v1/ValidateWorkflowRequest.js';
export type {
  ValidateWorkflowResponse,
  ValidateWorkflowResponse__Output,
} from './generated/sealflow/workflow/v1/ValidateWorkflowResponse.js';
export type { Workflow, Workflow__Output } from './generated/sealflow/workflow/v1/Workflow.js';
export type {
  WorkflowRevision,
  WorkflowRevision__Output,
} from './generated/sealflow/workflow/v1/WorkflowRevision.js';
export type { WorkflowServiceHandlers } from './generated/sealflow/workflow/v1/WorkflowService.js';

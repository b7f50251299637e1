import { DBOS } from '@dbos-inc/dbos-sdk';
import { Injectable } from '@nestjs/common';

/** Where nothing is recorded any more; a workflow of another status may still write. */
const over = ['SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'] as const;

/** What the engine recorded of runs: steps with what they gave, messages, timers. Its own tables, by its public API. */
@Injectable()
export class RunJournals {
  /** Of runs that ended: each durable workflow of a run has an id that begins with the run's. */
  async forget(runIds: readonly string[]): Promise<void> {
    const workflows = await DBOS.listWorkflows({
      workflow_id_prefix: [...runIds],
      status: [...over],
      loadInput: false,
      loadOutput: false,
    });
    if (workflows.length === 0) return;
    await DBOS.deleteWorkflows(workflows.map(({ workflowID }) => workflowID));
  }
}

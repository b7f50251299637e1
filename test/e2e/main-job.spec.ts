import { afterAll, beforeAll, describe } from 'vitest';
import { anyInput } from './stories/any-input.js';
import { apiRules } from './stories/api-rules.js';
import { approvals } from './stories/approvals.js';
import { authorisation } from './stories/authorisation.js';
import { badCalls } from './stories/bad-calls.js';
import { badRuns } from './stories/bad-runs.js';
import { badWorkflows } from './stories/bad-workflows.js';
import { brokenCommitments } from './stories/broken-commitments.js';
import { canarySearch } from './stories/canaries.js';
import { changingCalls } from './stories/changing-calls.js';
import { consoleApi } from './stories/console-api.js';
import { creditRuns } from './stories/credit-runs.js';
import { disclosure } from './stories/disclosure.js';
import { evidenceAccess } from './stories/evidence-access.js';
import { readApi } from './stories/read-api.js';
import { reappraisal } from './stories/reappraisal.js';
import { repeatedRequests } from './stories/repeated-requests.js';
import { replay } from './stories/replay.js';
import { replicas } from './stories/replicas.js';
import { runLifecycle } from './stories/run-lifecycle.js';
import { servicesOfTheStack } from './stories/services.js';
import { storedWorkflows } from './stories/stored-workflows.js';
import { tracesOfRuns } from './stories/traces.js';
import { transparency } from './stories/transparency.js';
import { verifyCommand } from './stories/verify-command.js';
import { watching } from './stories/watching.js';
import { workers } from './stories/workers.js';
import { replicaCount, startSuite, stopSuite } from './suite.js';

/** Long tables, and what takes two replicas, are told by test:replicas alone. */
const isWhole = replicaCount() === 2;

/*
 * One stack serves all stories, told in this order: good runs first, then bad input while nothing else moves, so that
 * a row too many has one cause, and last the search of everything that was stored or said.
 */
beforeAll(startSuite);
afterAll(stopSuite);

describe('applications', creditRuns);
describe('bad workflows', badWorkflows);
describe('bad runs', badRuns);
describe('repeated requests', repeatedRequests);
describe('bad calls', badCalls);
describe('watching', watching);
describe('stored workflows', storedWorkflows);
describe('calls that change something', changingCalls);
describe('rules of the API', apiRules);
describe.runIf(isWhole)('any input', anyInput);
describe('reading over HTTP', readApi);
describe('a console over HTTP', consoleApi);
describe('what people do to runs', runLifecycle);
describe('services', servicesOfTheStack);
describe('access to evidence', evidenceAccess);
describe('approvals', approvals);
describe('authorisation', authorisation);
describe('broken commitments', brokenCommitments);
describe.runIf(isWhole)('sealflow verify', verifyCommand);
describe('disclosure', disclosure);
describe('reappraisal', reappraisal);
describe('replay', replay);
describe('transparency', transparency);
describe.runIf(isWhole)('replicas', replicas);
describe('workers', workers);
describe('traces', tracesOfRuns);
describe('canaries', canarySearch);

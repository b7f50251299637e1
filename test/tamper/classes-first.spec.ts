import { describeClassChanges } from './class-changes.fixture.js';

describeClassChanges('v1', 0);

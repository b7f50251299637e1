import { describeClassChanges } from './class-changes.fixture.js';

describeClassChanges('v2', 1);

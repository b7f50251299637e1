import { describeRandomChanges } from './random-changes.fixture.js';

describeRandomChanges('first half');

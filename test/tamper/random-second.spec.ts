import { describeRandomChanges } from './random-changes.fixture.js';

describeRandomChanges('second half');

export * from './claim/claim.js';
export * from './claim/members.js';
export * from './credit/applicant.js';
export * from './credit/scorecard.js';
export * from './demo/demo-case.js';
export * from './random.js';
export * from './statement/profile.js';
export * from './statement/statement.js';

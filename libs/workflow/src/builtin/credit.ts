/**
 * A private credit decision with encrypted settlement: an enclave reads the bank statement, a circuit proves the
 * decision, a person decides the cases between, and an encrypted reserve becomes a settlement.
 */
export const CREDIT_WORKFLOW = `schema: sealflow/workflow/v1
name: credit
version: 1
inputs:
  application: { class: personal, type: json, bytesMax: 4096 }
  statement: { class: secret-text, type: text, bytesMax: 65536 }
  intent: { class: financial-state, type: json, bytesMax: 4096 }
steps:
  extract:
    operation: document.extract
    in: { statement: inputs/statement, application: inputs/application }
  score:
    operation: scorecard.prove
    in: { features: extract/features }
  review:
    operation: human.approve
    in: { decision: score/decision }
    when: { field: score/decision, in: [review] }
  reserve:
    operation: ledger.reserve
    in:
      intent: inputs/intent
      limit: score/limit
      decision: score/decision
      review: review/decision
    when:
      - { field: score/decision, in: [approve, review] }
      - { field: review/decision, in: [approve], orSkipped: true }
  settle:
    operation: ledger.commit
    in: { reservation: reserve/reservation }
    when: { field: reserve/outcome, in: [reserved] }
    compensate: ledger.release
outputs:
  findings: extract/findings
  decision: score/decision
  limit: score/limit
  settlement: settle/settlement
rejected:
  - { field: score/decision, in: [decline] }
  - { field: review/decision, in: [decline] }
  - { field: reserve/outcome, in: [insufficient] }
minimums:
  classes:
    personal: { confidentiality: ENCLAVE }
    secret-text: { confidentiality: ENCLAVE }
    financial-state: { confidentiality: ENCLAVE }
  fields:
    # A third party must be able to check the decision without trusting hardware.
    score/decision: { integrity: PROVED }
`;

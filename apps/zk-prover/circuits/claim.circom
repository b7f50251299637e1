// SPDX-License-Identifier: GPL-3.0
pragma circom 2.1.0;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/poseidon.circom";
include "shared.circom";
include "tree.circom";

// Statement: "I know a claim, committed, and what the tables of codes and members say about it, such that rule is the
//   first rule that it breaks, or `accepted`, and outcomeCommitment holds what insurer and patient pay."
//
// Tables are trees over sorted, linked rows: a row names its key and the next one, so that exactly one row answers for
// any key, found or not. A prover can therefore neither hide a member nor invent one, and an insurer that denies a
// claim has a proof of the rule. The rows are the issuer's: the circuit proves what follows from the two roots.

// The row of a sorted, linked table that answers for `key`: row.key <= key < row.next. found = (row.key == key).
template RowFor(bits, levels) {
    signal input key;              // held below 2^bits by the caller
    signal input rowKey;
    signal input rowNext;
    signal input rowHash;
    signal input places[levels];
    signal input siblings[levels][3];
    signal output found;
    signal output root;

    component fromRow = AtLeast(bits);
    fromRow.in[0] <== key;
    fromRow.in[1] <== rowKey;
    fromRow.out === 1;
    component toNext = AtLeast(bits);
    toNext.in[0] <== key;
    toNext.in[1] <== rowNext;
    toNext.out === 0;

    component same = Equal();
    same.in[0] <== key;
    same.in[1] <== rowKey;
    found <== same.out;

    component path = PathRoot(levels);
    path.leaf <== rowHash;
    for (var level = 0; level < levels; level++) {
        path.places[level] <== places[level];
        for (var i = 0; i < 3; i++) path.siblings[level][i] <== siblings[level][i];
    }
    root <== path.root;
}

// One line of the claim, and the row of the code table that answers for its code.
template Line(levels) {
    signal input code;             // 40 bits: five ASCII characters; 0 for a line that is not used
    signal input units;            // 16 bits
    signal input unitCents;        // 32 bits
    signal input modifier;         // 1: a distinct service, which some pairs allow

    signal input rowCode;
    signal input rowNext;          // 40 bits
    signal input unitsMax;         // 16 bits
    signal input unitCentsMax;     // 32 bits
    signal input conflictCodes[4]; // 40 bits each; 0 for none
    signal input conflictBypass[4];// 1: the pair is allowed with a modifier
    signal input places[levels];
    signal input siblings[levels][3];

    signal output packed;          // what the claim's commitment holds of the line
    signal output root;
    signal output found;
    signal output tooMany;
    signal output tooDear;
    signal output cents;

    component codeBits = Num2Bits(40);
    codeBits.in <== code;
    component unitBits = Num2Bits(16);
    unitBits.in <== units;
    component centBits = Num2Bits(32);
    centBits.in <== unitCents;
    modifier * (modifier - 1) === 0;
    packed <== code + units * (1 << 40) + unitCents * (1 << 56) + modifier * (1 << 88);
    cents <== units * unitCents;

    // Ranges make the packing of the row one-to-one.
    component nextBits = Num2Bits(40);
    nextBits.in <== rowNext;
    component unitsMaxBits = Num2Bits(16);
    unitsMaxBits.in <== unitsMax;
    component centsMaxBits = Num2Bits(32);
    centsMaxBits.in <== unitCentsMax;
    component conflictBits[4];
    var conflicts = 0;
    for (var k = 0; k < 4; k++) {
        conflictBits[k] = Num2Bits(40);
        conflictBits[k].in <== conflictCodes[k];
        conflictBypass[k] * (conflictBypass[k] - 1) === 0;
        conflicts += (conflictCodes[k] + conflictBypass[k] * (1 << 40)) * (1 << (41 * k));
    }
    component row = Poseidon(3);
    row.inputs[0] <== rowCode;
    row.inputs[1] <== rowNext + unitsMax * (1 << 40) + unitCentsMax * (1 << 56);
    row.inputs[2] <== conflicts;

    component answer = RowFor(40, levels);
    answer.key <== code;
    answer.rowKey <== rowCode;
    answer.rowNext <== rowNext;
    answer.rowHash <== row.out;
    for (var level = 0; level < levels; level++) {
        answer.places[level] <== places[level];
        for (var i = 0; i < 3; i++) answer.siblings[level][i] <== siblings[level][i];
    }
    found <== answer.found;
    root <== answer.root;

    component unitsFit = AtLeast(16);
    unitsFit.in[0] <== unitsMax;
    unitsFit.in[1] <== units;
    tooMany <== 1 - unitsFit.out;
    component centsFit = AtLeast(32);
    centsFit.in[0] <== unitCentsMax;
    centsFit.in[1] <== unitCents;
    tooDear <== 1 - centsFit.out;
}

// out = 1 if any of the bits is.
template Any(n) {
    signal input in[n];
    signal output out;

    var sum = 0;
    for (var i = 0; i < n; i++) sum += in[i];
    component none = Zero();
    none.in <== sum;
    out <== 1 - none.out;
}

template Claim(lines, codeLevels, memberLevels) {
    signal input claimId;
    signal input encounterId;
    signal input memberId;         // 40 bits
    signal input providerSecret;
    signal input diagnoses;        // packed; committed, not judged
    signal input totalCents;       // 52 bits: what the provider says the lines come to
    signal input code[lines];
    signal input units[lines];
    signal input unitCents[lines];
    signal input modifier[lines];
    signal input claimSalt;

    signal input rowCode[lines];
    signal input rowNext[lines];
    signal input unitsMax[lines];
    signal input unitCentsMax[lines];
    signal input conflictCodes[lines][4];
    signal input conflictBypass[lines][4];
    signal input codePlaces[lines][codeLevels];
    signal input codeSiblings[lines][codeLevels][3];

    signal input rowMember;
    signal input rowNextMember;
    signal input deductibleCents;  // 32 bits
    signal input metCents;         // 32 bits
    signal input coinsurance;      // percent that the patient bears, 0 to 100
    signal input memberPlaces[memberLevels];
    signal input memberSiblings[memberLevels][3];

    signal input outcomeSalt;
    signal input context;          // public

    // The public signals are these outputs in this order, then `context`.
    signal output claimCommitment;
    signal output rule;            // 0 accepted; else the number of the first rule that the claim breaks
    signal output outcomeCommitment;
    signal output codesRoot;
    signal output membersRoot;
    signal output provider;
    signal output claimNullifier;
    signal output encounterNullifier;

    // 1. The lines, and what the table of codes says of each.
    component line[lines];
    component together = Poseidon(lines + 7);
    var sum = 0;
    for (var i = 0; i < lines; i++) {
        line[i] = Line(codeLevels);
        line[i].code <== code[i];
        line[i].units <== units[i];
        line[i].unitCents <== unitCents[i];
        line[i].modifier <== modifier[i];
        line[i].rowCode <== rowCode[i];
        line[i].rowNext <== rowNext[i];
        line[i].unitsMax <== unitsMax[i];
        line[i].unitCentsMax <== unitCentsMax[i];
        for (var k = 0; k < 4; k++) {
            line[i].conflictCodes[k] <== conflictCodes[i][k];
            line[i].conflictBypass[k] <== conflictBypass[i][k];
        }
        for (var level = 0; level < codeLevels; level++) {
            line[i].places[level] <== codePlaces[i][level];
            for (var s = 0; s < 3; s++) line[i].siblings[level][s] <== codeSiblings[i][level][s];
        }
        if (i > 0) line[i].root === line[0].root;
        together.inputs[6 + i] <== line[i].packed;
        sum += line[i].cents;
    }
    codesRoot <== line[0].root;

    // 2. The claim that came in, and the numbers that name it without telling it.
    component totalBits = Num2Bits(52);
    totalBits.in <== totalCents;
    together.inputs[0] <== claimId;
    together.inputs[1] <== encounterId;
    together.inputs[2] <== memberId;
    together.inputs[3] <== providerSecret;
    together.inputs[4] <== diagnoses;
    together.inputs[5] <== totalCents;
    together.inputs[lines + 6] <== claimSalt;
    claimCommitment <== together.out;

    component providerHash = Poseidon(1);
    providerHash.inputs[0] <== providerSecret;
    provider <== providerHash.out;
    component claimHash = Poseidon(2);
    claimHash.inputs[0] <== providerSecret;
    claimHash.inputs[1] <== claimId;
    claimNullifier <== claimHash.out;
    component encounterHash = Poseidon(3);
    encounterHash.inputs[0] <== providerSecret;
    encounterHash.inputs[1] <== memberId;
    encounterHash.inputs[2] <== encounterId;
    encounterNullifier <== encounterHash.out;

    // 3. The member.
    component memberBits = Num2Bits(40);
    memberBits.in <== memberId;
    component deductibleBits = Num2Bits(32);
    deductibleBits.in <== deductibleCents;
    component metBits = Num2Bits(32);
    metBits.in <== metCents;
    component coinsuranceBits = Num2Bits(7);
    coinsuranceBits.in <== coinsurance;
    component coinsuranceFits = AtLeast(7);
    coinsuranceFits.in[0] <== 100;
    coinsuranceFits.in[1] <== coinsurance;
    coinsuranceFits.out === 1;

    component memberRow = Poseidon(3);
    memberRow.inputs[0] <== rowMember;
    memberRow.inputs[1] <== rowNextMember;
    memberRow.inputs[2] <== deductibleCents + metCents * (1 << 32) + coinsurance * (1 << 64);
    component member = RowFor(40, memberLevels);
    member.key <== memberId;
    member.rowKey <== rowMember;
    member.rowNext <== rowNextMember;
    member.rowHash <== memberRow.out;
    for (var level = 0; level < memberLevels; level++) {
        member.places[level] <== memberPlaces[level];
        for (var s = 0; s < 3; s++) member.siblings[level][s] <== memberSiblings[level][s];
    }
    membersRoot <== member.root;

    // 4. The rules. Every pair of lines is looked at from both sides.
    var pairs = lines * (lines - 1);
    component unlisted = Any(lines);
    component tooMany = Any(lines);
    component tooDear = Any(lines);
    component repeated = Any(pairs / 2);
    component conflict = Any(pairs * 4);
    component unused[lines];
    for (var i = 0; i < lines; i++) {
        unlisted.in[i] <== 1 - line[i].found;
        tooMany.in[i] <== line[i].tooMany;
        tooDear.in[i] <== line[i].tooDear;
        unused[i] = Zero();
        unused[i].in <== code[i];
    }
    component same[pairs / 2];
    component conflicting[pairs * 4];
    signal allowed[pairs * 4];
    signal conflictWithLine[pairs * 4];
    var pair = 0;
    var ordered = 0;
    for (var i = 0; i < lines; i++) {
        for (var j = 0; j < lines; j++) {
            if (i < j) {
                // One code on two lines would have twice the units of one line.
                same[pair] = Equal();
                same[pair].in[0] <== code[i];
                same[pair].in[1] <== code[j];
                repeated.in[pair] <== same[pair].out * (1 - unused[i].out);
                pair++;
            }
            if (i != j) {
                for (var k = 0; k < 4; k++) {
                    conflicting[ordered] = Equal();
                    conflicting[ordered].in[0] <== conflictCodes[i][k];
                    conflicting[ordered].in[1] <== code[j];
                    allowed[ordered] <== conflictBypass[i][k] * modifier[j];
                    conflictWithLine[ordered] <== conflicting[ordered].out * (1 - allowed[ordered]);
                    // No code at all is not in conflict with no code at all.
                    conflict.in[ordered] <== conflictWithLine[ordered] * (1 - unused[j].out);
                    ordered++;
                }
            }
        }
    }
    component sumsUp = Equal();
    sumsUp.in[0] <== sum;
    sumsUp.in[1] <== totalCents;

    // The first broken rule counts: passed[i] says that none of the rules up to i was broken.
    var rules = 7;
    signal broken[rules];
    broken[0] <== 1 - member.found;   // 1 member-unknown
    broken[1] <== unlisted.out;       // 2 code-unlisted
    broken[2] <== repeated.out;       // 3 code-repeated
    broken[3] <== conflict.out;       // 4 pair-conflict
    broken[4] <== tooMany.out;        // 5 units-exceeded
    broken[5] <== tooDear.out;        // 6 fee-above-schedule
    broken[6] <== 1 - sumsUp.out;     // 7 total-mismatch
    signal passed[rules + 1];
    passed[0] <== 1;
    var number = 0;
    for (var i = 0; i < rules; i++) {
        passed[i + 1] <== passed[i] * (1 - broken[i]);
        number += (i + 1) * (passed[i] - passed[i + 1]);
    }
    rule <== number;

    // 5. Who pays. applied = min(max(deductible - met, 0), total); the insurer's share of the rest is rounded down.
    component openDeductible = AtLeast(32);
    openDeductible.in[0] <== deductibleCents;
    openDeductible.in[1] <== metCents;
    signal left;
    left <== openDeductible.out * (deductibleCents - metCents);
    component covers = AtLeast(52);
    covers.in[0] <== totalCents;
    covers.in[1] <== left;
    signal applied;
    applied <== totalCents + covers.out * (left - totalCents);
    signal share;                     // hundredths of a cent
    share <== (totalCents - applied) * (100 - coinsurance);
    signal insurer;
    signal remainder;
    insurer <-- share \ 100;
    remainder <-- share % 100;
    insurer * 100 + remainder === share;
    component insurerBits = Num2Bits(60);
    insurerBits.in <== insurer;
    component remainderBits = Num2Bits(7);
    remainderBits.in <== remainder;
    component remainderFits = AtLeast(7);
    remainderFits.in[0] <== 99;
    remainderFits.in[1] <== remainder;
    remainderFits.out === 1;

    signal insurerPays;
    insurerPays <== insurer * passed[rules];
    signal patientPays;
    patientPays <== (totalCents - insurer) * passed[rules];
    signal appliedCounts;
    appliedCounts <== applied * passed[rules];
    component outcome = Poseidon(4);
    outcome.inputs[0] <== insurerPays;
    outcome.inputs[1] <== patientPays;
    outcome.inputs[2] <== appliedCounts;
    outcome.inputs[3] <== outcomeSalt;
    outcomeCommitment <== outcome.out;

    // 6. Keeps `context` inside the constraint system.
    signal contextSquared;
    contextSquared <== context * context;
}

// 81 codes and 243 members, the first row of each being the one below every key.
component main {public [context]} = Claim(4, 4, 5);

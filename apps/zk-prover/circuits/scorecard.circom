// SPDX-License-Identifier: GPL-3.0
pragma circom 2.1.0;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/comparators.circom";
include "circomlib/circuits/poseidon.circom";

// Statement: "I know attributes x, model weights w and salts such that
//   featuresCommitment = Poseidon(x, featuresSalt), modelCommitment = Poseidon(pack(w), modelSalt),
//   decision and limit follow from score(x, w) by the fixed table below,
//   limitCommitment = Poseidon(limit, score, limitSalt)."
//
// Every value that a hint (`<--`) produces is pinned by constraints in the template that hints it:
// soundness must not depend on the witness program. Every comparator gets range-checked operands,
// because circomlib's LessThan is meaningless for operands wider than it was built for.

// One of n consecutive values starting at `first`. The bits alone admit "none" and "several", so their sum is
// pinned to one; then the weighted sum pins which one.
template OneHot(n, first) {
    signal input in;
    signal output out[n];

    var sum = 0;
    var value = 0;
    for (var i = 0; i < n; i++) {
        out[i] <-- in == first + i ? 1 : 0;
        out[i] * (out[i] - 1) === 0;
        sum += out[i];
        value += out[i] * (first + i);
    }
    sum === 1;
    value === in;
}

// out[i] = in > thresholds[i]; `in` is held below 2^bits.
template Thresholds(n, bits, thresholds) {
    signal input in;
    signal output out[n];

    component range = Num2Bits(bits);
    range.in <== in;

    component greater[n];
    for (var i = 0; i < n; i++) {
        greater[i] = GreaterThan(bits);
        greater[i].in[0] <== in;
        greater[i].in[1] <== thresholds[i];
        out[i] <== greater[i].out;
    }
}

// Commits 33 signed 8-bit weights (shifted by +128) and a 10-bit base. 31 bytes fill 248 bits of a field
// element, so that no packed value can wrap around the modulus: the packing is injective.
template ModelCommitment() {
    signal input base;
    signal input weights[33]; // shifted: weight + 128
    signal input salt;
    signal output out;

    component byte[33];
    for (var i = 0; i < 33; i++) {
        byte[i] = Num2Bits(8);
        byte[i].in <== weights[i];
    }
    component baseBits = Num2Bits(10);
    baseBits.in <== base;

    var low = 0;
    for (var i = 0; i < 31; i++) {
        low += weights[i] * (1 << (8 * i));
    }
    var high = weights[31] + weights[32] * (1 << 8) + base * (1 << 16);

    component hash = Poseidon(3);
    hash.inputs[0] <== low;
    hash.inputs[1] <== high;
    hash.inputs[2] <== salt;
    out <== hash.out;
}

template Scorecard() {
    // Raw attributes, in the order in which they are committed.
    signal input checking;    // 1..4, A11..A14
    signal input duration;    // months, 7 bits
    signal input history;     // 0..4, A30..A34
    signal input savings;     // 1..5, A61..A65
    signal input employment;  // 1..5, A71..A75
    signal input guarantors;  // 1..3, A101..A103
    signal input otherPlans;  // 1..3, A141..A143
    signal input amount;      // DM, 16 bits
    signal input rate;        // 1..4
    signal input incomeBand;  // 0..3; committed and range-checked, not scored
    signal input consistent;  // 1 if the statement agrees with the form
    signal input featuresSalt;

    signal input base;
    signal input weights[33]; // shifted by +128, see ModelCommitment
    signal input modelSalt;

    signal input limitSalt;
    signal input context;     // public

    // The public signals are these outputs in this order, then `context`.
    signal output featuresCommitment;
    signal output modelCommitment;
    signal output decision;   // 0 decline, 1 review, 2 approve
    signal output limitCommitment;

    // 1. The features the commitment opens to.
    component features = Poseidon(12);
    features.inputs[0] <== checking;
    features.inputs[1] <== duration;
    features.inputs[2] <== history;
    features.inputs[3] <== savings;
    features.inputs[4] <== employment;
    features.inputs[5] <== guarantors;
    features.inputs[6] <== otherPlans;
    features.inputs[7] <== amount;
    features.inputs[8] <== rate;
    features.inputs[9] <== incomeBand;
    features.inputs[10] <== consistent;
    features.inputs[11] <== featuresSalt;
    featuresCommitment <== features.out;

    // 2. The 33 indicator bits, in the order of the weights.
    component checkingIs = OneHot(4, 1);
    checkingIs.in <== checking;
    component durationOver = Thresholds(3, 7, [12, 24, 36]);
    durationOver.in <== duration;
    component historyIs = OneHot(5, 0);
    historyIs.in <== history;
    component savingsIs = OneHot(5, 1);
    savingsIs.in <== savings;
    component employmentIs = OneHot(5, 1);
    employmentIs.in <== employment;
    component guarantorsIs = OneHot(3, 1);
    guarantorsIs.in <== guarantors;
    component otherPlansIs = OneHot(3, 1);
    otherPlansIs.in <== otherPlans;
    component amountOver = Thresholds(3, 16, [1000, 4000, 8000]);
    amountOver.in <== amount;
    component rateIs = OneHot(4, 1);
    rateIs.in <== rate;
    component incomeBandIs = OneHot(4, 0);
    incomeBandIs.in <== incomeBand;
    consistent * (consistent - 1) === 0;

    signal indicator[33];
    for (var i = 0; i < 4; i++) indicator[i] <== checkingIs.out[i];
    for (var i = 0; i < 3; i++) indicator[4 + i] <== durationOver.out[i];
    for (var i = 0; i < 5; i++) indicator[7 + i] <== historyIs.out[i];
    for (var i = 0; i < 5; i++) indicator[12 + i] <== savingsIs.out[i];
    for (var i = 0; i < 5; i++) indicator[17 + i] <== employmentIs.out[i];
    for (var i = 0; i < 3; i++) indicator[22 + i] <== guarantorsIs.out[i];
    for (var i = 0; i < 3; i++) indicator[25 + i] <== otherPlansIs.out[i];
    for (var i = 0; i < 3; i++) indicator[28 + i] <== amountOver.out[i];
    indicator[31] <== rateIs.out[2] + rateIs.out[3]; // > 2
    indicator[32] <== rateIs.out[3];                 // > 3

    // 3. The model, and the score under it.
    component model = ModelCommitment();
    model.base <== base;
    model.salt <== modelSalt;
    signal term[33];
    var sum = 0;
    for (var i = 0; i < 33; i++) {
        model.weights[i] <== weights[i];
        term[i] <== indicator[i] * (weights[i] - 128);
        sum += term[i];
    }
    modelCommitment <== model.out;

    signal score;
    score <== base + sum;
    // 466..730 is the range of the card; it also makes `score` a small non-negative number for the comparators.
    component scoreFloor = Num2Bits(9);
    scoreFloor.in <== score - 466;
    component scoreCeiling = Num2Bits(9);
    scoreCeiling.in <== 730 - score;

    // 4. Decision and limit.
    var bands[4] = [580, 620, 650, 680];
    component atLeast[4];
    for (var i = 0; i < 4; i++) {
        atLeast[i] = GreaterEqThan(10);
        atLeast[i].in[0] <== score;
        atLeast[i].in[1] <== bands[i];
    }
    // An inconsistent statement turns "approve" into "review", and with it the higher limits into the lowest.
    signal approve;
    approve <== atLeast[1].out * consistent;
    signal approve650;
    approve650 <== atLeast[2].out * consistent;
    signal approve680;
    approve680 <== atLeast[3].out * consistent;
    decision <== atLeast[0].out + approve;

    signal limit; // cents: 0, 300000, 600000 or 1000000
    limit <== 300000 * atLeast[0].out + 300000 * approve650 + 400000 * approve680;

    component limitHash = Poseidon(3);
    limitHash.inputs[0] <== limit;
    limitHash.inputs[1] <== score;
    limitHash.inputs[2] <== limitSalt;
    limitCommitment <== limitHash.out;

    // 5. Keeps `context` inside the constraint system: a public input that no constraint names could be
    // swapped by whoever holds the proof.
    signal contextSquared;
    contextSquared <== context * context;
}

component main {public [context]} = Scorecard();

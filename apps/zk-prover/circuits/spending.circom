// SPDX-License-Identifier: GPL-3.0
pragma circom 2.1.0;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/poseidon.circom";
include "shared.circom";

// Statement: "I know the caps of a mandate and what was settled under it in one period, both committed, such that
//   outcome says whether every single amount and their sum keep to the caps, and totalCommitment holds the sum and how
//   many amounts are not zero."
//
// Five amounts of 48 bits fill 240 bits of a field element: the packing is one-to-one.
template Spending(words) {
    var perWord = 5;
    var count = words * perWord;

    signal input mandate;
    signal input period;          // which day, in the mandate's own count
    signal input perCall;         // 48 bits
    signal input perPeriod;       // 56 bits
    signal input mandateSalt;
    signal input amount[count];   // 48 bits each; zero for none
    signal input settledSalt;
    signal input totalSalt;
    signal input context;         // public

    // The public signals are these outputs in this order, then `context`.
    signal output mandateCommitment;
    signal output settledCommitment;
    signal output outcome;        // 0 within, 1 call-over-cap, 2 period-over-cap
    signal output totalCommitment;

    // 1. What came in. Both name the mandate and the period: amounts of another one do not open.
    component caps = Poseidon(5);
    caps.inputs[0] <== mandate;
    caps.inputs[1] <== period;
    caps.inputs[2] <== perCall;
    caps.inputs[3] <== perPeriod;
    caps.inputs[4] <== mandateSalt;
    mandateCommitment <== caps.out;

    component perCallBits = Num2Bits(48);
    perCallBits.in <== perCall;
    component perPeriodBits = Num2Bits(56);
    perPeriodBits.in <== perPeriod;

    component settled = Poseidon(words + 3);
    settled.inputs[0] <== mandate;
    settled.inputs[1] <== period;
    settled.inputs[words + 2] <== settledSalt;

    // 2. Each amount, and all of them.
    component amountBits[count];
    component fits[count];
    component none[count];
    var sum = 0;
    var over = 0;
    var calls = count;
    for (var word = 0; word < words; word++) {
        var packed = 0;
        for (var i = 0; i < perWord; i++) {
            var at = word * perWord + i;
            amountBits[at] = Num2Bits(48);
            amountBits[at].in <== amount[at];
            packed += amount[at] * (1 << (48 * i));
            fits[at] = AtLeast(48);
            fits[at].in[0] <== perCall;
            fits[at].in[1] <== amount[at];
            none[at] = Zero();
            none[at].in <== amount[at];
            sum += amount[at];
            over += 1 - fits[at].out;
            calls -= none[at].out;
        }
        settled.inputs[2 + word] <== packed;
    }
    settledCommitment <== settled.out;

    // 3. The answer: a single amount above its cap comes first.
    component noneOver = Zero();
    noneOver.in <== over;
    component sumFits = AtLeast(56);
    sumFits.in[0] <== perPeriod;
    sumFits.in[1] <== sum;
    signal periodOver;
    periodOver <== noneOver.out * (1 - sumFits.out);
    outcome <== 1 - noneOver.out + 2 * periodOver;

    component total = Poseidon(3);
    total.inputs[0] <== sum;
    total.inputs[1] <== calls;
    total.inputs[2] <== totalSalt;
    totalCommitment <== total.out;

    // 4. Keeps `context` inside the constraint system.
    signal contextSquared;
    contextSquared <== context * context;
}

// 25 amounts.
component main {public [context]} = Spending(5);

// SPDX-License-Identifier: GPL-3.0
pragma circom 2.1.0;

include "circomlib/circuits/bitify.circom";

// Parts of several circuits. Each hint (`<--`) is pinned in the template that gives it, to one value: a witness
// that satisfies the constraints is the only one for its inputs, so that no prover has a choice that nobody sees.

// out = (in == 0). circomlib's IsZero leaves the inverse free when `in` is zero; the last line does not.
template Zero() {
    signal input in;
    signal output out;

    signal inverse;
    inverse <-- in != 0 ? 1 / in : 0;
    out <== 1 - in * inverse;
    in * out === 0;
    inverse * out === 0;
}

template Equal() {
    signal input in[2];
    signal output out;

    component zero = Zero();
    zero.in <== in[0] - in[1];
    out <== zero.out;
}

// out = (in[0] >= in[1]), for operands that differ by less than 2^bits. They are not range-checked here: a caller
// that gives wider ones has no witness, because the shifted difference then does not fit into bits + 1 bits.
template AtLeast(bits) {
    signal input in[2];
    signal output out;

    component difference = Num2Bits(bits + 1);
    difference.in <== in[0] - in[1] + (1 << bits);
    out <== difference.out[bits];
}

// out[i] = (in == i), and in < n.
template Choice(n) {
    signal input in;
    signal output out[n];

    var sum = 0;
    var value = 0;
    for (var i = 0; i < n; i++) {
        out[i] <-- in == i ? 1 : 0;
        out[i] * (out[i] - 1) === 0;
        sum += out[i];
        value += out[i] * i;
    }
    sum === 1;
    value === in;
}

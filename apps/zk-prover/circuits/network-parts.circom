// SPDX-License-Identifier: GPL-3.0
pragma circom 2.1.0;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/poseidon.circom";

// Parts of compiled networks. Every bit width in here is a parameter that the compiler derived from the shapes and
// widths of the network: a width below what a value can reach would leave honest inputs without a witness, and
// widths far above it would let a value wrap around the modulus.

// min <= in <= max, for 0 <= max - min < 2^bits.
template InRange(min, max, bits) {
    signal input in;
    component low = Num2Bits(bits);
    low.in <== in - min;
    // Where the range is a whole power of two, the bits alone say it.
    if (max - min != (1 << bits) - 1) {
        component high = Num2Bits(bits);
        high.in <== max - in;
    }
}

// in >= 0, for -2^bits <= in < 2^bits. The top bit of the shifted value is its sign.
template NotNegative(bits) {
    signal input in;
    signal output out;
    component shifted = Num2Bits(bits + 1);
    shifted.in <== in + (1 << bits);
    out <== shifted.out[bits];
}

// in > 0 ? floor(in / 2^shift) : 0, for -2^bits <= in < 2^bits and shift < bits.
template ReluShift(bits, shift) {
    signal input in;
    signal output out;
    component shifted = Num2Bits(bits + 1);
    shifted.in <== in + (1 << bits);
    var value = 0;
    for (var i = shift; i < bits; i++) value += shifted.out[i] * (1 << (i - shift));
    out <== shifted.out[bits] * value;
}

// Index of the first of the largest values, for |in[i] - in[j]| < 2^bits.
template ArgMax(n, bits) {
    signal input in[n];
    signal output out;
    signal best[n];
    signal index[n];
    signal ahead[n];
    component notAfter[n];
    best[0] <== in[0];
    index[0] <== 0;
    ahead[0] <== 0;
    for (var i = 1; i < n; i++) {
        // in[i] > best is not (best - in[i] >= 0): a tie stays with the lower index.
        notAfter[i] = NotNegative(bits);
        notAfter[i].in <== best[i - 1] - in[i];
        ahead[i] <== 1 - notAfter[i].out;
        best[i] <== best[i - 1] + ahead[i] * (in[i] - best[i - 1]);
        index[i] <== index[i - 1] + ahead[i] * (i - index[i - 1]);
    }
    out <== index[n - 1];
}

// How many of the thresholds the value reaches, for |in - threshold| < 2^bits.
template CountReached(n, thresholds, bits) {
    signal input in;
    signal output out;
    component reached[n];
    var sum = 0;
    for (var i = 0; i < n; i++) {
        reached[i] = NotNegative(bits);
        reached[i].in <== in - thresholds[i];
        sum += reached[i].out;
    }
    out <== sum;
}

// Poseidon(state, 15 elements) again and again, from the start value; the last block is as long as what is left.
template PoseidonChain(n) {
    signal input start;
    signal input in[n];
    signal output out;
    var blocks = (n + 14) \ 15;
    component hash[blocks];
    for (var b = 0; b < blocks; b++) {
        var count = n - 15 * b < 15 ? n - 15 * b : 15;
        hash[b] = Poseidon(count + 1);
        hash[b].inputs[0] <== b == 0 ? start : hash[b - 1].out;
        for (var i = 0; i < count; i++) hash[b].inputs[i + 1] <== in[15 * b + i];
    }
    out <== hash[blocks - 1].out;
}

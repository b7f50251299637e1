// SPDX-License-Identifier: GPL-3.0
pragma circom 2.1.0;

include "circomlib/circuits/poseidon.circom";
include "shared.circom";

// Root of a tree of Poseidon(3) nodes over `leaf`: for the size of keys the best arity, since Poseidon of more than
// three values has many more coefficients. At each level `places` says which of the three children is the path's; the
// others are given, and the place of the path's own is held at zero, so that there is one witness.
template PathRoot(levels) {
    signal input leaf;
    signal input places[levels];
    signal input siblings[levels][3];
    signal output root;

    component place[levels];
    component node[levels];
    signal at[levels + 1];
    signal own[levels][3];
    at[0] <== leaf;
    for (var level = 0; level < levels; level++) {
        place[level] = Choice(3);
        place[level].in <== places[level];
        node[level] = Poseidon(3);
        for (var i = 0; i < 3; i++) {
            siblings[level][i] * place[level].out[i] === 0;
            own[level][i] <== at[level] * place[level].out[i];
            node[level].inputs[i] <== siblings[level][i] + own[level][i];
        }
        at[level + 1] <== node[level].out;
    }
    root <== at[levels];
}

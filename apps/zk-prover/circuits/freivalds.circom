// SPDX-License-Identifier: GPL-3.0
pragma circom 2.1.0;

// out[b] = weights * in[b] + bias for every b of the batch, checked at once (R. Freivalds, 1977): both sides are summed
// with powers of a challenge first, so that the matrix is multiplied once and not once an item. Wrong outputs agree at
// fewer than `batch` challenges of about 2^254, so the challenge has to be a hash of weights, inputs and all outputs:
// whoever could choose it before an output could choose the output.
template Freivalds(batch, width, units) {
    signal input challenge;
    signal input weights[units][width];
    signal input bias[units];
    signal input in[batch][width];
    signal input out[batch][units];

    signal power[batch];
    power[0] <== 1;
    var total = 1;
    for (var b = 1; b < batch; b++) {
        power[b] <== power[b - 1] * challenge;
        total += power[b];
    }

    signal partIn[batch][width];
    signal mixedIn[width];
    for (var j = 0; j < width; j++) {
        var sum = 0;
        for (var b = 0; b < batch; b++) {
            partIn[b][j] <== power[b] * in[b][j];
            sum += partIn[b][j];
        }
        mixedIn[j] <== sum;
    }

    signal partOut[batch][units];
    signal product[units][width];
    signal biased[units];
    for (var i = 0; i < units; i++) {
        var wanted = 0;
        for (var b = 0; b < batch; b++) {
            partOut[b][i] <== power[b] * out[b][i];
            wanted += partOut[b][i];
        }
        biased[i] <== bias[i] * total;
        var found = biased[i];
        for (var j = 0; j < width; j++) {
            product[i][j] <== weights[i][j] * mixedIn[j];
            found += product[i][j];
        }
        found === wanted;
    }
}

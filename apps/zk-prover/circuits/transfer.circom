// SPDX-License-Identifier: GPL-3.0
pragma circom 2.1.0;

include "circomlib/circuits/bitify.circom";
include "circomlib/circuits/poseidon.circom";
include "shared.circom";

// Statement: "I know a balance and an order on it, both committed, and the key of the balance's owner, such that
//   the rest and the payment are committed in restCommitment and paymentCommitment, nothing was made or lost,
//   and outcome says whether the balance covered the order: if not, everything stays where it is."
//
// What the hashes are of can be told from their arity: 1 owner, 2 nullifier, 4 note, 5 order.
//   note      Poseidon(asset, amount, owner, salt)      the edge at `balance`, `rest` and `payment`
//   order     Poseidon(asset, amount, recipient, spendKey, salt)
//   owner     Poseidon(spendKey)
//   nullifier Poseidon(spendKey, balanceCommitment): one for each note, whatever is paid from it. Two proofs with
//             the same nullifier spend one note twice.
template Transfer() {
    signal input asset;         // public

    signal input balance;       // 64 bits
    signal input balanceSalt;

    signal input amount;        // 64 bits, at least 1
    signal input recipient;
    signal input spendKey;
    signal input orderSalt;

    signal input restSalt;
    signal input paymentSalt;
    signal input context;       // public

    // The public signals are these outputs in this order, then `asset` and `context`.
    signal output balanceCommitment;
    signal output orderCommitment;
    signal output outcome;      // 0 insufficient, 1 transferred
    signal output restCommitment;
    signal output paymentCommitment;
    signal output nullifier;

    // 1. What came in. Only who knows the spend key can name the owner of the balance.
    component owner = Poseidon(1);
    owner.inputs[0] <== spendKey;

    component note = Poseidon(4);
    note.inputs[0] <== asset;
    note.inputs[1] <== balance;
    note.inputs[2] <== owner.out;
    note.inputs[3] <== balanceSalt;
    balanceCommitment <== note.out;

    component order = Poseidon(5);
    order.inputs[0] <== asset;
    order.inputs[1] <== amount;
    order.inputs[2] <== recipient;
    order.inputs[3] <== spendKey;
    order.inputs[4] <== orderSalt;
    orderCommitment <== order.out;

    component spent = Poseidon(2);
    spent.inputs[0] <== spendKey;
    spent.inputs[1] <== balanceCommitment;
    nullifier <== spent.out;

    // 2. Ranges. An order of nothing would look like a payment.
    component balanceBits = Num2Bits(64);
    balanceBits.in <== balance;
    component amountBits = Num2Bits(64);
    amountBits.in <== amount;
    signal amountInverse;
    amountInverse <-- amount != 0 ? 1 / amount : 0;
    amount * amountInverse === 1;

    // 3. The move. The rest needs no range check of its own: it is the balance, or the balance minus no more than it.
    component covered = AtLeast(64);
    covered.in[0] <== balance;
    covered.in[1] <== amount;
    outcome <== covered.out;

    signal moved;
    moved <== amount * covered.out;

    component rest = Poseidon(4);
    rest.inputs[0] <== asset;
    rest.inputs[1] <== balance - moved;
    rest.inputs[2] <== owner.out;
    rest.inputs[3] <== restSalt;
    restCommitment <== rest.out;

    component payment = Poseidon(4);
    payment.inputs[0] <== asset;
    payment.inputs[1] <== moved;
    payment.inputs[2] <== recipient;
    payment.inputs[3] <== paymentSalt;
    paymentCommitment <== payment.out;

    // 4. Keeps `context` inside the constraint system.
    signal contextSquared;
    contextSquared <== context * context;
}

component main {public [asset, context]} = Transfer();

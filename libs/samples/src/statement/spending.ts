import type { SeededRandom } from '../random.js';
import { type Booking, statementMonths } from './booking.js';
import type { IncomeBand } from './profile.js';
import { coinedName, firmName, list, personName, reference } from './wording.js';

/** Payments that come back every month, one list an order: home, energy, insurance, instalments, subscriptions. */
export function standingOrders(band: IncomeBand, rng: SeededRandom): Booking[][] {
  const scale = householdScale(band, rng);
  const orders: [text: string, cents: number][] = [
    [`${rng.pick(homeWords)} ${personName(rng)}`, Math.round(rng.integer(38_000, 62_000) * scale)],
    [`${rng.pick(energyWords)} ${reference(rng)}`, rng.integer(3_500, 14_000)],
    [`${rng.pick(phoneWords)}`, rng.integer(999, 4_999)],
  ];
  const optional: readonly [chance: number, words: readonly string[], from: number, to: number][] = [
    [0.6, insuranceWords, 900, 14_000],
    [0.45, instalmentWords, 3_500, 32_000],
    [0.6, subscriptionWords, 499, 2_999],
    [0.4, subscriptionWords, 499, 4_999],
    [0.25, savingWords, 2_500, 30_000],
  ];
  for (const [chance, words, from, to] of optional) {
    if (rng.chance(chance)) orders.push([`${rng.pick(words)} ${reference(rng)}`, rng.integer(from, to)]);
  }
  // The word of an income on the wrong side: the holder pays somebody, or pays something back.
  if (rng.chance(0.12)) {
    orders.push([`${rng.pick(outgoingPayWords)} ${personName(rng)}`, rng.integer(8_000, 60_000)]);
  }
  return orders.map(([text, cents]) => {
    const day = rng.integer(1, 28);
    return Array.from({ length: statementMonths }, (_, month) => ({ month, day, text, cents: -cents }));
  });
}

/** One everyday payment: food, transport, cash and the like. */
export function everydayBooking(band: IncomeBand, rng: SeededRandom): Booking {
  const [words, from, to] = rng.weighted(everyday);
  const place = rng.chance(0.5) ? ` ${rng.pick(places)}` : '';
  const shop = rng.weighted(shopNames)(rng.pick(words), rng);
  const card = rng.chance(0.35) ? ` card ${rng.integer(1000, 9999)}` : '';
  const cents = Math.round(rng.integer(from, to) * householdScale(band, rng));
  return { ...someDay(rng), text: `${shop}${place}${card}`, cents: -cents };
}

/** Money in that is no income: refunds, own transfers, gifts, one-off sales, loans, reimbursements. */
export function windfalls(rng: SeededRandom): Booking[] {
  return Array.from({ length: rng.integer(0, 4) }, () => {
    const [words, from, to] = rng.weighted(oneOffs);
    const who = rng.chance(0.5) ? personName(rng) : firmName(rng);
    return { ...someDay(rng), text: `${rng.pick(words)} ${who}`, cents: rng.integer(from, to) };
  });
}

/** What a shop calls itself: by its trade, by a name beside it, or by a name alone. */
const shopNames: readonly (readonly [(trade: string, rng: SeededRandom) => string, number])[] = [
  [(trade) => trade, 6],
  [(trade, rng) => `${coinedName(rng)} ${trade}`, 2],
  [(_, rng) => `${coinedName(rng)} ${coinedName(rng)}`, 1],
];

function someDay(rng: SeededRandom): { month: number; day: number } {
  return { month: rng.integer(0, statementMonths - 1), day: rng.integer(1, 28) };
}

/** Richer homes spend somewhat more, and homes differ: spending hints at income and does not tell it. */
function householdScale(band: IncomeBand, rng: SeededRandom): number {
  return (0.75 + 0.16 * band) * (0.7 + 0.6 * rng.float());
}

const homeWords = list(
  'Rent flat|Monthly rent|Rent and service charge|Mortgage instalment house|Housing co-op fee|Rent',
);
const energyWords = list(
  'Electricity advance|Municipal utilities|Gas and heating|Water and power|District heating',
);
const phoneWords = list('Mobile contract|Broadband and phone|Prepaid top up|Phone and internet bundle');
const insuranceWords = list(
  'Liability insurance|Household insurance|Car insurance premium|Life cover premium|Dental plan',
);
const instalmentWords = list(
  'Loan instalment|Hire purchase instalment|Car finance rate|Instalment plan furniture|Consumer credit rate',
);
const subscriptionWords = list(
  'Gym membership|Film streaming|Music streaming|Newspaper subscription|Cloud storage|Transit pass',
);
const savingWords = list('Transfer to savings|Savings plan|Building society savings|Fund savings plan');
const outgoingPayWords = list(
  'Wages cleaning help|Pay for childminder|Salary carer|Maintenance for child|Refund to customer',
);
const places = list(
  'Mitte|Nordstadt|Altona|Bahnhof|Markt|Westend|Hafen|Sued|Ring|Seestrasse|Alte Post|Domplatz|Lindenallee',
);

type Spending = readonly [words: readonly string[], fromCents: number, toCents: number];

const everyday: readonly (readonly [Spending, number])[] = [
  [
    [
      list('Supermarket|Discount grocer|Grocery store|Weekly market|Organic shop|Bakery|Butcher|Greengrocer'),
      320,
      9_500,
    ],
    42,
  ],
  [[list('Cash withdrawal|ATM withdrawal|Cash machine|Cashpoint'), 2_000, 20_000], 10],
  [[list('Petrol station|Train ticket|Bus ticket|Car park|Bicycle shop|Taxi ride'), 250, 8_500], 14],
  [[list('Pharmacy|Drugstore|Doctor bill|Optician|Physiotherapy'), 480, 7_500], 9],
  [[list('Cafe|Pizzeria|Canteen|Kebab house|Beer garden|Ice cream parlour|Restaurant'), 300, 6_900], 14],
  [
    [
      list('Online shop|Clothing store|Shoe shop|Electronics store|Furniture store|Hardware store|Bookshop'),
      900,
      24_000,
    ],
    9,
  ],
  [[list('Cinema|Zoo|Museum|Swimming pool|Concert tickets|Library fee'), 300, 9_000], 4],
  [[list('Account fee|Card fee|Overdraft interest|Returned debit charge'), 150, 2_500], 3],
];

const oneOffs: readonly (readonly [Spending, number])[] = [
  [[list('Refund|Refund online order|Goods returned|Credit note'), 900, 18_000], 30],
  [[list('From own savings|Transfer from savings account|Own account transfer'), 15_000, 300_000], 18],
  [
    [
      list('Birthday gift|Share of rent from|Dinner split|Thanks for the tickets|Paying you back'),
      1_000,
      45_000,
    ],
    20,
  ],
  [
    [
      list('Tax refund|Tax office refund income tax|Insurance claim payout|Utility credit balance'),
      4_000,
      160_000,
    ],
    12,
  ],
  [[list('Sale of bicycle|Sale of sofa|Second hand sale|Car sold'), 3_000, 280_000], 8],
  [
    [
      list('Expenses reimbursement|Travel costs refunded|Reimbursement of salary overpayment from'),
      2_500,
      60_000,
    ],
    7,
  ],
  [[list('Loan payout|Instalment loan disbursed'), 100_000, 500_000], 3],
  [
    [
      list('Help at the fair one day pay|Single shift wages|Survey reward|Invoice for odd job'),
      4_000,
      16_000,
    ],
    5,
  ],
];

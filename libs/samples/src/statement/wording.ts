import type { SeededRandom } from '../random.js';

/** Word lists of the generated statements. Every name is invented; a likeness to a real one is chance. */
const given = list(
  'Mara|Jonas|Elif|Piotr|Hanna|Tomasz|Leonie|Karim|Ines|Viktor|Ayla|Bruno|Clara|Dario|Edda|Felix|Greta|Hugo|Irma',
  'Jannik|Kaja|Lukas|Mina|Nils|Olga|Pavel|Rosa|Samir|Tilda|Uwe|Vera|Wanda|Yusuf|Zoe',
);
const family = list(
  'Adler|Brandt|Celik|Dorn|Ehlers|Falk|Gruber|Hartwig|Iversen|Jankowski|Kessler|Lindner|Moreau|Novak|Osthoff',
  'Petrov|Quast|Reuter|Sommer|Thiel|Ulrich|Vogt|Weidner|Yildiz|Zander|Bergmann|Castell|Drossel|Engelke',
);
const firmStems = list(
  'Nordlicht|Albatros|Kranich|Quellwerk|Silberbach|Tannhof|Meridian|Ostertal|Falkenau|Brückner|Lindwurm|Havelland',
  'Rheinfels|Steinmark|Hochufer|Blauwald|Corvus|Delphi|Erlenhof|Fjordal|Granit|Heliodor|Ilmtal|Jupiter|Kupferberg',
);
const firmTrades = list(
  'Logistics|Bakeries|Software|Care Homes|Metal Works|Printing|Hospital|Schools Trust|Facility Services|Gardens',
  'Motors|Foods|Electric|Timber|Textiles|Optics|Cleaning|Security|Hotels|Insurance Services|Labs|Transport|Studios',
  'Employment Services|Pension Advisers|Job Agency|Savings Advice',
);
const firmForms = list('GmbH|AG|KG|Ltd|e.V.|GmbH & Co KG|SE|UG|Group|');

export function personName(rng: SeededRandom): string {
  return `${rng.pick(given)} ${rng.pick(family)}`;
}

export function firmName(rng: SeededRandom): string {
  const stem = rng.chance(0.4) ? coinedName(rng) : rng.pick(firmStems);
  const trade = rng.chance(0.8) ? ` ${rng.pick(firmTrades)}` : '';
  return `${stem}${trade} ${rng.pick(firmForms)}`.trim();
}

const onsets = list('b|c|d|f|g|h|k|l|m|n|p|r|s|t|v|w|z|br|dr|gl|kr|pl|st|tr|sch');
const vowels = list('a|e|i|o|u|ei|au|ie|oo');
const codas = list('|l|n|r|s|t|x|m|nd|rt|ck');

/** A word that nobody has seen before. A reader of statements meets such names on every page. */
export function coinedName(rng: SeededRandom): string {
  const syllable = () => rng.pick(onsets) + rng.pick(vowels) + rng.pick(codas);
  const word = Array.from({ length: rng.integer(1, 3) }, syllable).join('');
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/**
 * Looks like a German IBAN and belongs to nobody: check digits run from 02 to 98 (ISO 13616). `00` and `01`
 * are congruent to 97 and 98, so a validator that only divides would take one of them for a true number;
 * whichever it would take is not used.
 */
export function syntheticIban(rng: SeededRandom): string {
  const group = () => String(rng.integer(0, 9999)).padStart(4, '0');
  const groups = [group(), group(), group(), group(), String(rng.integer(0, 99)).padStart(2, '0')];
  // "DE00" behind the account, letters as numbers: D is 13, E is 14.
  const remainder = BigInt(`${groups.join('')}131400`) % 97n;
  return `DE${remainder === 1n ? '01' : '00'} ${groups.join(' ')}`;
}

const referenceAlphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

export function reference(rng: SeededRandom): string {
  const code = Array.from({ length: rng.integer(5, 8) }, () => rng.pick([...referenceAlphabet])).join('');
  return `${rng.pick(['Ref', 'Ref.', 'No', 'Ref no', 'Mandate'])} ${code}`;
}

/** A typing or scanning slip in about one word of a hundred, so that no single spelling decides. */
export function roughen(text: string, rng: SeededRandom): string {
  return text
    .split(' ')
    .map((word) =>
      word.length > 4 && /^[A-Za-z]+$/.test(word) && rng.chance(0.012) ? slip(word, rng) : word,
    )
    .join(' ');
}

function slip(word: string, rng: SeededRandom): string {
  const index = rng.integer(1, word.length - 2);
  const head = word.slice(0, index);
  if (rng.chance(0.5)) return head + word.slice(index + 1);
  return head + word.charAt(index + 1) + word.charAt(index) + word.slice(index + 2);
}

/** Joins lines of `|`-separated entries; keeps long word lists readable. */
export function list(...lines: string[]): readonly string[] {
  return lines.flatMap((line) => line.split('|'));
}

import PDFDocument from 'pdfkit';

/*
 * Reports on paper. Nothing is loaded: the fonts are the fourteen that every reader of PDF has. They know Latin letters
 * only, so other characters are named by their code points: a report must not show a name as another one.
 */

const MARGIN = 48;
const NAME_WIDTH = 130;
const GAP = 10;
const SIZE = 8;

export interface PaperOptions {
  readonly title: string;
  /** What each page says that it is of; may be empty. */
  readonly of: string;
  /** What made it. */
  readonly creator: string;
  readonly madeAtMs: number;
  /** What is simulated, said on each page; null where nothing is. */
  readonly warning: string | null;
}

/** One column of text; every page begins with its number and with the warning, where there is one. */
export class Paper {
  readonly #doc: PDFKit.PDFDocument;
  readonly #done: Promise<Uint8Array>;
  readonly #options: PaperOptions;
  #pages = 0;

  constructor(options: PaperOptions) {
    this.#options = options;
    const { title, creator, madeAtMs, warning } = options;
    this.#doc = new PDFDocument({
      size: 'A4',
      margin: MARGIN,
      compress: false,
      autoFirstPage: false,
      lang: 'en',
      displayTitle: true,
      info: {
        Title: warning === null ? shown(title) : `${shown(title)} [SIMULATED]`,
        Producer: 'Sealflow',
        Creator: creator,
        CreationDate: new Date(madeAtMs),
      },
    });
    const chunks: Buffer[] = [];
    this.#done = new Promise((resolve, reject) => {
      this.#doc.on('data', (chunk: Buffer) => chunks.push(chunk));
      this.#doc.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
      this.#doc.on('error', reject);
    });
    this.#page();
  }

  title(text: string): void {
    this.#doc.font('Helvetica-Bold').fontSize(18).text(shown(text), MARGIN, this.#doc.y).moveDown(0.5);
  }

  box(lines: readonly string[]): void {
    const { width } = this.#area();
    const inner = width - 2 * GAP;
    this.#doc.font('Helvetica-Bold').fontSize(11);
    const texts = lines.map(shown);
    const height = texts.reduce(
      (sum, text) => sum + this.#doc.heightOfString(text, { width: inner }) + 4,
      12,
    );
    const top = this.#doc.y;
    this.#doc.lineWidth(2).rect(MARGIN, top, width, height).stroke();
    let y = top + 8;
    for (const text of texts) {
      this.#doc.text(text, MARGIN + GAP, y, { width: inner });
      y = this.#doc.y + 4;
    }
    this.#doc.y = top + height + GAP;
  }

  text(text: string): void {
    this.#room(2 * SIZE);
    this.#doc.font('Helvetica').fontSize(SIZE).text(shown(text), MARGIN, this.#doc.y, this.#area());
  }

  heading(text: string): void {
    this.#room(60);
    this.#doc
      .font('Helvetica-Bold')
      .fontSize(12)
      .text(shown(text), MARGIN, this.#doc.y + GAP, this.#area());
    this.#doc.moveDown(0.3);
  }

  row(name: string, value: string): void {
    const [left, right] = [shown(name), shown(value === '' ? '-' : value)];
    const valueWidth = this.#area().width - NAME_WIDTH - GAP;
    const nameHeight = this.#doc
      .font('Helvetica-Bold')
      .fontSize(SIZE)
      .heightOfString(left, { width: NAME_WIDTH });
    const valueHeight = this.#doc.font('Helvetica').heightOfString(right, { width: valueWidth });
    const height = Math.max(nameHeight, valueHeight) + 3;
    this.#room(height);
    const top = this.#doc.y;
    this.#doc.font('Helvetica-Bold').fontSize(SIZE).text(left, MARGIN, top, { width: NAME_WIDTH });
    this.#doc.font('Helvetica').text(right, MARGIN + NAME_WIDTH + GAP, top, { width: valueWidth });
    this.#doc.y = top + height;
  }

  end(): Promise<Uint8Array> {
    this.#doc.end();
    return this.#done;
  }

  #area(): { width: number } {
    return { width: this.#doc.page.width - 2 * MARGIN };
  }

  /** A row that is taller than a page goes on over its end; the others stay whole. */
  #room(height: number): void {
    if (this.#doc.y + height > this.#doc.page.height - MARGIN) this.#page();
  }

  #page(): void {
    this.#doc.addPage();
    this.#pages += 1;
    const { of, warning } = this.#options;
    this.#doc.font('Helvetica').fontSize(SIZE);
    this.#doc.text(`${of === '' ? '' : `${shown(of)}, `}page ${this.#pages}`, MARGIN, MARGIN / 2);
    if (warning !== null) {
      this.#doc
        .font('Helvetica-Bold')
        .fontSize(10)
        .fillColor('#b00000')
        .text(`SIMULATED: ${shown(warning)}`)
        .fillColor('black');
    }
    this.#doc.y = Math.max(this.#doc.y + GAP, MARGIN);
  }
}

/** What the fonts cannot show is named. Values are bounded, so that one of them cannot fill a thousand pages. */
function shown(text: string): string {
  const named = text.replace(/[^\x20-\x7e]/gu, (char) => `<U+${hex(char.codePointAt(0) ?? 0)}>`);
  return named.length <= 2000 ? named : `${named.slice(0, 2000)} ... (${named.length} characters)`;
}

function hex(codePoint: number): string {
  return codePoint.toString(16).toUpperCase().padStart(4, '0');
}

import { describe, expect, it } from 'vitest';
import type { Json } from '#canonical';
import { goldenApplicant } from '#samples';
import { parseApplication } from './application.js';

const golden: Readonly<Record<string, Json>> = { ...goldenApplicant };
const refused = (message: string) => expect.objectContaining({ code: 'INPUT_INVALID', message });

describe('parseApplication', () => {
  it('reads the golden applicant', () => {
    expect(parseApplication(golden)).toEqual({
      checking: 4,
      duration: 12,
      history: 4,
      savings: 1,
      employment: 4,
      guarantors: 1,
      otherPlans: 3,
      amount: 2096,
      rate: 2,
    });
  });

  it.each([null, 1, 'A14', true, [], [golden]])('refuses %j as a form', (value: Json) => {
    expect(() => parseApplication(value)).toThrow(refused('application must be an object'));
  });

  it.each(Object.keys(golden))('refuses a form without %s', (field) => {
    const { [field]: _, ...rest } = golden;
    expect(() => parseApplication(rest)).toThrow(refused(`application.${field} is missing`));
  });

  it.each(Object.keys(golden))('refuses a %s of another type and does not repeat it', (field) => {
    for (const value of [null, true, ['A14'], { secret: 1 }, '', 'canary', 1.5, -1, 1e9]) {
      let message = '';
      try {
        parseApplication({ ...golden, [field]: value });
      } catch (error) {
        expect(error).toMatchObject({ code: 'INPUT_INVALID', retryable: false });
        message = String(error);
      }
      expect(message).toContain(`application.${field} must be`);
      expect(message).not.toContain('canary');
    }
  });

  it.each([
    ['checking', ['A10', 'A15', 'a14', 'A14 ', 'A1', 'A111']],
    ['history', ['A29', 'A35', 'A3']],
    ['savings', ['A60', 'A66']],
    ['employment', ['A70', 'A76']],
    ['guarantors', ['A100', 'A104', 'A10']],
    ['other_plans', ['A140', 'A144', 'A14']],
    ['purpose', ['A411', 'A4', 'A50']],
    ['duration', [0, 128, '12']],
    ['amount', [0, 65_536, '2096']],
    ['rate', [0, 5, '2']],
  ])('refuses a %s just outside its range', (field, values) => {
    for (const value of values) {
      expect(() => parseApplication({ ...golden, [field]: value })).toThrow(`application.${field} must be`);
    }
  });

  it('accepts both ends of every range', () => {
    const low = { history: 'A30', savings: 'A61', duration: 1, amount: 1, rate: 1, purpose: 'A40' };
    const high = { history: 'A34', savings: 'A65', duration: 127, amount: 65_535, rate: 4, purpose: 'A410' };
    expect(parseApplication({ ...golden, ...low })).toMatchObject({ history: 0, savings: 1, amount: 1 });
    expect(parseApplication({ ...golden, ...high })).toMatchObject({
      history: 4,
      savings: 5,
      amount: 65_535,
    });
  });

  it('counts unknown fields and does not name them', () => {
    const form = { ...golden, 'Mara Adler': 1 };
    expect(() => parseApplication(form)).toThrow(
      refused('application has 1 fields that the form does not have'),
    );
  });

  it('does not take a field from the prototype', () => {
    const form: Record<string, Json> = Object.assign(Object.create({ checking: 'A14' }), golden);
    delete form['checking'];
    expect(() => parseApplication(form)).toThrow(refused('application.checking is missing'));
  });
});

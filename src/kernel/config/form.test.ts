import { describe, expect, it } from 'vitest'
import { FORM_TEXT_CHARS_MAX, type Form, formFaults } from './form.ts'
import { shapeFaults } from './schema.ts'

const form: Form = {
  name: 'claim',
  title: 'A claim',
  fields: [
    { name: 'kind', title: 'Kind', type: 'choice', choices: ['fire', 'water'], required: true },
    { name: 'amount', title: 'Amount', type: 'number', least: 1, most: 10 },
    { name: 'on', title: 'Day', type: 'date' },
    { name: 'words', title: 'Words', type: 'text' },
  ],
}

const faults = (values: Record<string, string | number>, isComplete = true) =>
  formFaults(form, values, isComplete).map(({ field, problem }) => `${field} ${problem}`)

describe('a form', () => {
  it('takes what fits, and misses what is required only at the end', () => {
    expect(faults({ kind: 'fire', amount: 10, on: '2028-02-29', words: 'x' })).toEqual([])
    expect(faults({})).toEqual(['kind is required'])
    expect(faults({ kind: '' })).toEqual(['kind is required'])
    expect(faults({}, false)).toEqual([])
  })

  it.each([
    [{ kind: 'earth' }, 'kind is none of the choices'],
    [{ kind: 1 }, 'kind is not a text'],
    [{ amount: '5' }, 'amount is not a number'],
    [{ amount: 0 }, 'amount is less than 1'],
    [{ amount: 11 }, 'amount is more than 10'],
    [{ on: '2026-02-29' }, 'on is not a day (YYYY-MM-DD)'],
    [{ on: 'tomorrow' }, 'on is not a day (YYYY-MM-DD)'],
    [{ words: 'x'.repeat(FORM_TEXT_CHARS_MAX + 1) }, 'words is longer than 4000 characters'],
    [{ other: 'x' }, 'other is no field of the form'],
  ])('says what is wrong with %j', (values, problem) => {
    expect(faults(values as Record<string, string | number>, false)).toEqual([problem])
  })

  it('is refused when it cannot be filled in', () => {
    const shape = (fields: readonly object[]) =>
      shapeFaults({ kind: 'form', name: 'claim', value: { ...form, fields } as Form }).map(({ path }) => path)
    expect(shape(form.fields)).toEqual([])
    expect(shape([{ name: 'a', title: 'A', type: 'choice' }])).toEqual(['forms.claim.fields.0.choices'])
    expect(shape([{ name: 'a', title: 'A', type: 'number', least: 2, most: 1 }])).toEqual([
      'forms.claim.fields.0.least',
    ])
    expect(shape([form.fields[3]!, form.fields[3]!])).toEqual(['forms.claim.fields.1.name'])
    expect(shape([]).length).toBeGreaterThan(0)
    expect(shape([{ name: 'a', title: 'A', type: 'file' }]).length).toBeGreaterThan(0)
  })
})

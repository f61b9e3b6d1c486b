import { describe, expect, it } from 'vitest'
import { type FormField, filled, missingFields, valueTyped } from './item-form.ts'

const field = (name: string, more: Partial<FormField> = {}): FormField => ({
  ...{ name, title: name, type: 'text' as const, required: false, choices: [] },
  ...more,
})

describe('the form of a work item on the desk (DIG-14)', () => {
  it('gives numbers as numbers, and what is no number as it was typed, so that the server says what is wrong', () => {
    expect(valueTyped({ type: 'number' }, '12.5')).toBe(12.5)
    expect(valueTyped({ type: 'number' }, 'a dozen')).toBe('a dozen')
    expect(valueTyped({ type: 'text' }, '12')).toBe('12')
  })

  it('takes a field that was emptied out of what is filled in', () => {
    expect(valueTyped({ type: 'number' }, ' ')).toBeUndefined()
    expect(filled({ a: 'x', b: valueTyped({ type: 'text' }, '') })).toEqual({ a: 'x' })
  })

  it('knows which required fields are empty: 0 is an answer', () => {
    const fields = [
      field('kind', { required: true }),
      field('amount', { type: 'number', required: true }),
      field('words'),
    ]
    expect(missingFields(fields, { draft: { amount: 0 } })).toEqual(['kind'])
    expect(missingFields(fields, { draft: { amount: 0, kind: 'fire' } })).toEqual([])
  })
})

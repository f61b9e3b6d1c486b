import { describe, expect, it } from 'vitest'
import {
  emptyOf,
  type FieldSchema,
  formOf,
  placeInWords,
  rangeOf,
  shownUnit,
  valueInWords,
  wordsOf,
} from './schema-form.ts'

const variant = (type: string, more: Readonly<Record<string, FieldSchema>>): FieldSchema => ({
  type: 'object',
  properties: { type: { type: 'string', const: type }, ...more },
  required: ['type', ...Object.keys(more)],
})

describe('forms from schemas', () => {
  it.each<[FieldSchema, string]>([
    [{ type: 'string' }, 'text'],
    [{ enum: ['a', 'b'] }, 'choice'],
    [{ type: 'boolean' }, 'switch'],
    [{ type: 'integer' }, 'number'],
    [{ type: 'array', items: { type: 'string' } }, 'tags'],
    [{ type: 'array', items: { type: 'object' } }, 'list'],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, 'record'],
    [{ type: 'object', properties: {} }, 'object'],
    [{ oneOf: [variant('queue', {}), variant('flow', {})] }, 'variant'],
    [
      {
        anyOf: [
          { type: 'number', const: 0 },
          { type: 'integer', maximum: 9 },
        ],
      },
      'number',
    ],
    [{}, 'text'],
  ])('%j is a %s', (schema, form) => {
    expect(formOf(schema).form).toBe(form)
  })

  it('take their ranges and units over', () => {
    expect(formOf({ type: 'integer', minimum: 5, maximum: 9, unit: 'ms' })).toEqual({
      form: 'number',
      least: 5,
      most: 9,
      unit: 'ms',
    })
    expect(shownUnit('ms')).toEqual({ suffix: ' s', factor: 1_000 })
  })

  it('begin with as little as is allowed', () => {
    const schema: FieldSchema = {
      type: 'object',
      properties: {
        on: { type: 'boolean' },
        waits: { type: 'integer', minimum: 5 },
        to: { oneOf: [variant('queue', { queue: { type: 'string' } })] },
        more: { type: 'string' },
      },
      required: ['on', 'waits', 'to'],
    }
    expect(emptyOf(schema)).toEqual({ on: false, waits: 5, to: { type: 'queue', queue: '' } })
  })

  it('say ranges in the unit that is shown, and that 0 is allowed beside them', () => {
    const seconds = formOf({
      anyOf: [{ const: 0 }, { type: 'integer', minimum: 10_000, maximum: 3_600_000, unit: 'ms' }],
    })
    expect(seconds.form === 'number' && rangeOf(seconds, 'en')).toBe('0 · 10 – 3,600 s')
    const endless = formOf({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
    expect(endless.form === 'number' && rangeOf(endless, 'en')).toBe('')
  })

  it('say differences for people', () => {
    expect(valueInWords('wrapUpMs', 2_500, 'de')).toBe('2,5 s')
    expect(valueInWords('priority', 60, 'en')).toBe('60')
    expect(valueInWords('skills', { english: 3 }, 'en')).toBe('{"english":3}')
    expect(valueInWords('name', undefined, 'en')).toBe('–')
    const words: Record<string, string> = { overflow: 'Overflow', to: 'To', queue: 'Queue' }
    expect(placeInWords('overflow.0.to.queue', (key) => words[key])).toBe('Overflow 1 › To › Queue')
    expect(placeInWords('skills.english', (key) => words[key])).toBe('skills › english')
  })

  it('say a key in words', () => {
    expect(wordsOf('wrapUpMaxMs')).toBe('Wrap up max')
  })
})

import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { problemInWords } from './problem-words.ts'

const t = (key: string, values?: Record<string, unknown>) => `${key} ${JSON.stringify(values ?? {})}`
/** What the library that the server checks shapes with says today: another release may say it otherwise. */
const said = (schema: z.ZodType, value: unknown) => schema.safeParse(value).error?.issues[0]?.message ?? ''

describe('what is wrong with a value', () => {
  it.each([
    [said(z.number().max(100), 500), 'problem.tooBig {"most":"100"}'],
    [said(z.number().int().min(5), 1), 'problem.tooSmall {"least":"5"}'],
    [said(z.string().min(1), ''), 'problem.missing {}'],
    [said(z.string().min(5), 'abc'), 'problem.tooSmall {"least":"5"}'],
    [said(z.array(z.string()).max(2), ['a', 'b', 'c']), 'problem.tooBig {"most":"2"}'],
    [said(z.number(), null), 'problem.missing {}'],
    [said(z.enum(['a', 'b']), 'c'), 'problem.noOption {}'],
    ['there is no flow "nowhere"', 'problem.noSuch {"name":"nowhere"}'],
    ['2001 is the extension of agent1', 'problem.extensionOf {"name":"agent1"}'],
    ['1000 is a listed number', 'problem.listed {"number":"1000"}'],
    ['is more than "service-level" can be: 100', 'problem.tooBig {"most":"100"}'],
    ['is as nobody foresaw', 'is as nobody foresaw'],
  ])('%s', (problem, words) => {
    expect(problemInWords(problem, t)).toBe(words)
  })
})

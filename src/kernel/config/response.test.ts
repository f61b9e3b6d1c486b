import { describe, expect, it } from 'vitest'
import { decideConfiguration } from './change.ts'
import { demoCentre } from './demo-centre.ts'
import { fillResponse, type Response, responsesFor, unknownPlaces } from './response.ts'
import { evolveConfiguration, initialConfiguration } from './state.ts'

describe('a response that is kept (DIG-06)', () => {
  it('is filled with who and what it is about', () => {
    const text = 'Dear {{customer}}, {{ agent }} of {{queue}} here.'
    expect(fillResponse(text, { customer: 'Ada', agent: 'Agent 1', queue: 'support' })).toBe(
      'Dear Ada, Agent 1 of support here.',
    )
    expect(fillResponse(text, {})).toBe('Dear ,  of  here.')
  })

  it('cannot be filled with markup that would be filled again', () => {
    expect(fillResponse('{{customer}}', { customer: '{{agent}}', agent: 'x' })).toBe('{{agent}}')
  })

  it('names the places that nothing can be put into', () => {
    expect(unknownPlaces('{{customer}} {{order}} {{}}')).toEqual(['order', ''])
    expect(unknownPlaces('{ {customer} }')).toEqual([])
  })

  it('is offered to its queues, or to all', () => {
    const of = (name: string, queues?: string[]): Response => ({
      name,
      title: name,
      text: '',
      ...(queues && { queues }),
    })
    const all = [of('c'), of('b', ['sales']), of('a', ['support', 'sales'])]
    expect(responsesFor(all, 'sales').map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(responsesFor(all, 'support').map(({ name }) => name)).toEqual(['a', 'c'])
    expect(responsesFor(all, undefined).map(({ name }) => name)).toEqual(['c'])
  })

  it('is refused with a place that nobody can fill, or a queue that is not there', () => {
    const state = evolveConfiguration(initialConfiguration(), { version: 1, by: 'demo', changes: demoCentre() }, 1)
    const change = (value: Response) => () =>
      decideConfiguration(
        state,
        { by: 'admin', basedOn: 1, changes: [{ kind: 'response', name: value.name, value }] },
        2,
      )
    expect(change({ name: 'r', title: 'R', text: 'Hello {{customer}}' })).not.toThrow()
    expect(change({ name: 'r', title: 'R', text: 'Hello {{order}}' })).toThrow(/responses\.r\.text/)
    expect(change({ name: 'r', title: 'R', text: 'Hello', queues: ['nowhere'] })).toThrow(/nowhere/)
  })
})

import { describe, expect, it } from 'vitest'
import { CHANGES_MAX, decideConfiguration } from './change.ts'
import { checkChanges } from './check.ts'
import type { Configuration, ConfigurationChange, Queue } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { changesBetween, differencesOf, fieldDifferences, inOrder } from './difference.ts'
import { changesTo, documentOf } from './document.ts'
import { copyConfiguration, evolveConfiguration, initialConfiguration } from './state.ts'

const demo = evolveConfiguration(initialConfiguration(), { version: 1, by: 'admin', changes: demoCentre() }, 1_000)
const { configuration } = demo
const support = configuration.queues.get('support') as Queue
const document = () => JSON.parse(JSON.stringify(documentOf(configuration)))

function configured(...changes: readonly ConfigurationChange[]): Configuration {
  return evolveConfiguration(copyConfiguration(demo), { version: 2, by: 'admin', changes }, 2_000).configuration
}

describe('a configuration as a document', () => {
  it('is the same text in whatever order it came to be', () => {
    const backwards = [...demoCentre()].reverse()
    const other = evolveConfiguration(initialConfiguration(), { version: 9, by: 'x', changes: backwards }, 5)
    expect(JSON.stringify(documentOf(other.configuration))).toBe(JSON.stringify(documentOf(configuration)))
  })

  it('names objects by their key alone, and names kinds without any', () => {
    expect(document().queues.support).not.toHaveProperty('name')
    expect(document().schedules).toEqual({})
    expect(Object.keys(document().users)).toEqual(Object.keys(document().users).sort())
  })

  it('changes nothing where it says what there is', () => {
    expect(changesTo(configuration, document())).toEqual([])
  })

  it('makes an empty installation into the same one', () => {
    const empty = initialConfiguration()
    const changes = changesTo(empty.configuration, document())
    const [event] = decideConfiguration(empty, { by: 'admin', basedOn: 0, changes }, 1)
    expect(documentOf(evolveConfiguration(empty, event!, 1).configuration)).toEqual(document())
  })

  it('removes what it leaves out of a kind, and touches no kind that it does not name', () => {
    const { tandem, format, numbers } = document()
    const { '1000': _, ...others } = numbers
    expect(changesTo(configuration, { tandem, format, numbers: others })).toEqual([{ kind: 'number', name: '1000' }])
  })

  it.each([
    [[], 'the document'],
    [{ tandem: 'other', format: 1 }, 'tandem'],
    [{ tandem: 'configuration', format: 2 }, 'format'],
    [{ tandem: 'configuration', format: 1, colours: {} }, 'colours'],
    [{ tandem: 'configuration', format: 1, queues: { support: 5 } }, 'queues.support'],
  ])('that is none is refused with its place: %j', (odd, path) => {
    expect(() => changesTo(configuration, odd)).toThrow(
      expect.objectContaining({ fields: expect.objectContaining({ path }) }),
    )
  })
})

describe('differences', () => {
  it('are found between two configurations, both ways', () => {
    const young = configured(
      { kind: 'queue', name: 'support', value: { ...support, priority: 60 } },
      { kind: 'user', name: 'agent9' },
      { kind: 'number', name: '1042', value: { type: 'queue', queue: 'sales' } },
    )
    const names = (changes: readonly ConfigurationChange[]) =>
      changes.map(({ name, value }) => `${value ? '+' : '-'}${name}`)
    expect(names(changesBetween(configuration, young))).toEqual(['-agent9', '+1042', '+support'])
    expect(names(changesBetween(young, configuration))).toEqual(['+agent9', '-1042', '+support'])
    expect(changesBetween(young, young)).toEqual([])
  })

  it('are not the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(support).reverse()) as unknown as Queue
    expect(changesBetween(configuration, configured({ kind: 'queue', name: 'support', value: turned }))).toEqual([])
    expect(differencesOf(configuration, [{ kind: 'queue', name: 'support', value: turned }])).toEqual([])
  })

  it('are told field by field, lists as a whole', () => {
    const before = { a: 1, inner: { b: 2, gone: true }, list: [1, 2] }
    expect(fieldDifferences(before, { a: 1, inner: { b: 3, young: 'x' }, list: [1] })).toEqual([
      { path: 'inner.b', before: 2, after: 3 },
      { path: 'inner.gone', before: true },
      { path: 'inner.young', after: 'x' },
      { path: 'list', before: [1, 2], after: [1] },
    ])
  })

  it('say what is new and what is gone', () => {
    const changes: readonly ConfigurationChange[] = [
      { kind: 'user', name: 'agent9' },
      { kind: 'user', name: 'nobody' },
      { kind: 'number', name: '1042', value: { type: 'queue', queue: 'sales' } },
    ]
    expect(differencesOf(configuration, changes).map(({ what, name }) => `${what} ${name}`)).toEqual([
      'gone agent9',
      'new 1042',
    ])
  })

  it('are put in order at every depth', () => {
    expect(JSON.stringify(inOrder({ b: [{ d: 1, c: 2 }], a: undefined, A: 0 }))).toBe('{"A":0,"b":[{"c":2,"d":1}]}')
  })
})

describe('checking changes', () => {
  it('tells who changed the same since, and finds nothing wrong otherwise', () => {
    const changes: readonly ConfigurationChange[] = [
      { kind: 'queue', name: 'support', value: { ...support, priority: 60 } },
    ]
    expect(checkChanges(demo, { basedOn: 1, changes }, 2_000)).toEqual({ faults: [], collisions: [] })
    expect(checkChanges(demo, { basedOn: 0, changes }, 2_000).collisions).toEqual([
      { kind: 'queue', name: 'support', version: 1, by: 'admin', at: 1_000 },
    ])
  })

  it('decides as the decision does: faults where it refuses, none where it accepts', () => {
    const odd: ConfigurationChange = { kind: 'queue', name: 'support', value: { ...support, users: ['nobody'] } }
    expect(checkChanges(demo, { basedOn: 1, changes: [odd] }, 0).faults).toEqual([
      { path: 'queues.support.users.0', problem: 'there is no user "nobody"' },
    ])
    const many = Array.from(
      { length: CHANGES_MAX + 1 },
      (_, n): ConfigurationChange => ({ kind: 'user', name: `u${n}` }),
    )
    expect(checkChanges(demo, { basedOn: 1, changes: many }, 0).faults[0]).toMatchObject({ path: 'changes' })
  })
})

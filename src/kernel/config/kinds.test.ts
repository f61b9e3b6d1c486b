import { describe, expect, it } from 'vitest'
import { decideConfiguration } from './change.ts'
import type { ConfigurationChange } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { KIND_NAMES, kindOfPlural, kindSchemas, objectsOf, pluralOf } from './kinds.ts'
import { referencesOf } from './references.ts'
import type { Schedule } from './schedule.ts'
import {
  copyConfiguration,
  dumpConfiguration,
  evolveConfiguration,
  initialConfiguration,
  restoreConfiguration,
  wholeOf,
} from './state.ts'

const office: Schedule = { name: 'office', timeZone: 'Europe/Berlin', weekly: [] }
const ofEveryKind: readonly ConfigurationChange[] = [
  ...demoCentre(),
  { kind: 'parameter', name: 'Time Zone', value: { value: 'Europe/Berlin' } },
  { kind: 'seat', name: 'agent', value: { name: 'agent', seats: 3, overuse: 'refuse' } },
  { kind: 'schedule', name: 'office', value: office },
  { kind: 'role', name: 'trainer', value: { name: 'trainer', rights: ['coach'] } },
  { kind: 'prompt', name: 'closed', value: { name: 'closed', sound: 'a'.repeat(64), durationMs: 1_500 } },
  {
    ...{ kind: 'threshold', name: 'long' },
    value: { name: 'long', figure: 'waiting', comparison: 'above', value: 5, level: 'warning' },
  },
  {
    ...{ kind: 'webhook', name: 'crm' },
    value: { name: 'crm', url: 'https://crm.example/tandem', events: ['tandem.interaction.*'], secret: 'crm' },
  },
  {
    ...{ kind: 'form', name: 'claim' },
    value: {
      ...{ name: 'claim', title: 'A claim' },
      fields: [{ name: 'kind', title: 'Kind', type: 'choice', choices: ['fire', 'water'], required: true }],
    },
  },
  {
    ...{ kind: 'trunk', name: 'provider' },
    value: { name: 'provider', host: 'sip.provider.example', numbers: ['+49*'], callsMax: 10 },
  },
  {
    ...{ kind: 'sms-account', name: 'texts' },
    value: {
      ...{ name: 'texts', queue: 'support', address: '+4915550100', secret: 'texts' },
      smpp: { host: 'smsc.provider.example', port: 3550, security: 'tls', systemId: 'tandem' },
    },
  },
  {
    ...{ kind: 'mail-account', name: 'help' },
    value: {
      ...{ name: 'help', queue: 'support', address: 'help@centre.example' },
      imap: { host: 'imap.centre.example', port: 993, security: 'tls', user: 'help' },
      smtp: { host: 'smtp.centre.example', port: 465, security: 'tls', user: 'help' },
    },
  },
]

const full = evolveConfiguration(initialConfiguration(), { version: 1, by: 'admin', changes: ofEveryKind }, 1_000)

describe('the table of kinds', () => {
  it('carries copies, dumps and lists of every kind', () => {
    const restored = restoreConfiguration(JSON.parse(JSON.stringify(dumpConfiguration(full))))
    expect(restored).toEqual(full)
    expect(copyConfiguration(full)).toEqual(full)
    for (const kind of KIND_NAMES) expect(objectsOf(restored.configuration, kind).size, kind).toBeGreaterThan(0)
    expect(wholeOf(full.configuration)).toHaveLength(ofEveryKind.length)
  })

  it('reads a dump of a release that knew fewer kinds', () => {
    const { schedules: _, ...old } = dumpConfiguration(full)
    expect(restoreConfiguration(old).configuration.schedules.size).toBe(0)
  })

  it('names plurals that lead back', () => {
    for (const kind of KIND_NAMES) expect(kindOfPlural(pluralOf(kind))).toBe(kind)
    expect(kindOfPlural('extensions')).toBeUndefined()
  })

  it('gives every shape as a JSON Schema with what fields refer to and are counted in', () => {
    const text = JSON.stringify(kindSchemas().queue)
    expect(text).toContain('"refersTo":"schedule"')
    expect(text).toContain('"unit":"ms"')
    expect(Object.keys(kindSchemas())).toEqual([...KIND_NAMES])
  })
})

describe('references', () => {
  it('are found wherever the shape says so: in lists, records, keys and alternatives', () => {
    const queue = {
      ...full.configuration.queues.get('support'),
      users: ['agent1'],
      rings: [{ afterMs: 1_000, queues: ['sales'] }],
      overflow: [{ when: { type: 'closed', schedule: 'office' }, to: { type: 'voicemail', mailbox: 'sales' } }],
    }
    const found = referencesOf('queue', queue).map(({ path, target, name }) => `${path} ${target} ${name}`)
    expect(found).toContain('skills.support skill support')
    expect(found).toContain('users.0 user agent1')
    expect(found).toContain('rings.0.queues.0 queue sales')
    expect(found).toContain('overflow.0.when.schedule schedule office')
    expect(found).toContain('overflow.0.to.mailbox mailbox sales')
    expect(found).toContain('keys.1.flow flow callback-noted')
    expect(found).toContain('musicPrompt prompt music')
  })

  it('hold what is named: a person whom a flow asks for is not removed', () => {
    const asks: ConfigurationChange = {
      kind: 'flow',
      name: 'asks',
      value: {
        name: 'asks',
        start: 'wait',
        steps: { wait: { type: 'queue', queue: 'sales', wants: { user: 'agent7' } } },
      },
    }
    const state = evolveConfiguration(copyConfiguration(full), { version: 2, by: 'admin', changes: [asks] }, 2_000)
    const removal = { by: 'admin', basedOn: 2, changes: [{ kind: 'user', name: 'agent7' } as const] }
    expect(() => decideConfiguration(state, removal, 3_000)).toThrow(/flows\.asks\.steps\.wait\.wants\.user/)
    expect(decideConfiguration(full, { ...removal, basedOn: 1 }, 3_000)).toHaveLength(1)
  })
})

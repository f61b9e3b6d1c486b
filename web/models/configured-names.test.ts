import { describe, expect, it } from 'vitest'
import type { Published } from './configuration-client.ts'
import { namesFor } from './configured-names.ts'

const published: Published = {
  prompts: [
    { name: 'music', builtIn: true, own: null, usedBy: [] },
    { name: 'menu', builtIn: true, own: null, usedBy: [] },
  ],
  version: 3,
  data: {
    users: {
      ada: { extension: '2001', skills: { german: 50, sales: 10 }, groups: ['inside'] },
      bob: { extension: '2002' },
    },
    queues: { support: { skills: { german: 10 } } },
    numbers: { '1000': { type: 'flow' } },
  },
  kinds: ['user', 'queue', 'number'].map((kind) => ({
    ...{ kind, plural: `${kind}s`, words: kind, isNamed: true, names: [], schema: {} },
  })),
}

describe('the names that a field can take', () => {
  it.each([
    ['user', ['ada', 'bob']],
    ['queue', ['support']],
    ['skill', ['german', 'sales']],
    ['group', ['inside']],
    ['mailbox', ['ada', 'bob', 'support']],
    ['number', ['1000', '2001', '2002']],
    ['schedule', []],
    ['prompt', ['menu', 'music']],
  ])('are, of a %s, what there is', (target, names) => {
    expect(namesFor(published, target)).toEqual(names)
  })

  it('are, of a step, those of the same flow', () => {
    expect(namesFor(published, 'step', { steps: { menu: {}, end: {} } })).toEqual(['menu', 'end'])
  })
})

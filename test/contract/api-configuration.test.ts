import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let admin: Asker
let second: Asker
let agent: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  admin = await Asker.as(centre.base, 'admin')
  second = await Asker.as(centre.base, 'admin')
  agent = await Asker.as(centre.base, 'agent1')
})
afterAll(() => centre?.close())

const exported = async (): Promise<Answer['body']> => (await admin.ask('GET', '/configuration/document')).body
const versionNow = async (): Promise<number> => (await admin.ask('GET', '/configuration')).body.version
const check = async (proposal: object) => {
  const { status, body } = await admin.ask('POST', '/configuration/check', proposal)
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

describe('configuration as data', () => {
  it('is exported, changed, compared, imported and rolled back (promise 16, CFG-22)', async () => {
    const before = await exported()
    const first = await versionNow()
    const text = JSON.stringify(before)
    expect(text).not.toMatch(/password|secret|digest/i)
    expect(text).toBe(JSON.stringify(await exported()))

    const changed = structuredClone(before)
    changed.queues.support.wrapUpMs = 5_000
    changed.queues.night = { ...before.queues.sales, priority: 10 }
    changed.numbers['1042'] = { type: 'queue', queue: 'night' }
    delete changed.users.agent200

    const looked = await check({ document: changed })
    expect(looked.faults).toEqual([])
    expect(looked.differences).toEqual(
      [
        { kind: 'number', name: '1042', what: 'new', fields: expect.anything() },
        {
          kind: 'queue',
          name: 'support',
          what: 'changed',
          fields: [{ path: 'wrapUpMs', before: 2_000, after: 5_000 }],
        },
        { kind: 'queue', name: 'night', what: 'new', fields: expect.anything() },
        { kind: 'user', name: 'agent200', what: 'gone', fields: expect.anything() },
      ].sort((a, b) => 'user number queue'.indexOf(a.kind) - 'user number queue'.indexOf(b.kind)),
    )
    expect(await exported()).toEqual(before)

    const note = 'a queue for the night'
    const published = await admin.ask('POST', '/configuration/publish', {
      document: changed,
      basedOn: looked.version,
      note,
    })
    expect(published.body).toEqual({ version: first + 1 })
    expect(await exported()).toEqual(changed)
    expect((await check({ document: changed })).differences).toEqual([])

    await centre.settle()
    const back = await check({ version: first })
    expect(back.differences.map(({ what, name }: { what: string; name: string }) => `${what} ${name}`).sort()).toEqual([
      'changed support',
      'gone 1042',
      'gone night',
      'new agent200',
    ])
    const undone = await admin.ask('POST', '/configuration/publish', { version: first, basedOn: first + 1 })
    expect(undone.body).toEqual({ version: first + 2 })
    expect(await exported()).toEqual(before)
    expect((await admin.ask('GET', `/configuration/versions/${first + 1}/document`)).body).toEqual(changed)
  })

  it('tells who changed what, when, from where and why, newest first, and lives through a new core (CFG-14, SEC-16)', async () => {
    await centre.restart()
    await centre.settle()
    const { items } = (await admin.ask('GET', '/configuration/versions?limit=2')).body
    expect(items).toMatchObject([
      { by: 'admin', from: '127.0.0.1', note: null },
      { by: 'admin', from: '127.0.0.1', note: 'a queue for the night', at: expect.stringMatching(/^\d{4}-/) },
    ])
    expect(items[1].objects).toContainEqual({ kind: 'user', name: 'agent200', removed: true })
    const older = (await admin.ask('GET', `/configuration/versions?before=${items[1].version}`)).body.items
    expect(older.at(-1)).toMatchObject({ version: 1, by: 'demo', from: null })
    expect((await admin.ask('POST', '/configuration/check', { version: 999 })).status).toBe(404)
  })

  it('reports changes by author, kind and object, and what each version changed (CFG-14, SEC-16)', async () => {
    const basedOn = await versionNow()
    const support = { ...(await exported()).queues.support, name: 'support' }
    const value = { ...support, priority: support.priority + 1 }
    await admin.ask('POST', '/configuration/publish', { changes: [{ kind: 'queue', name: 'support', value }], basedOn })
    await centre.settle()
    const listed = async (query: string): Promise<readonly number[]> =>
      (await admin.ask('GET', `/configuration/versions?${query}`)).body.items.map(
        ({ version }: { version: number }) => version,
      )
    expect((await listed('kind=queue&name=support'))[0]).toBe(basedOn + 1)
    expect(await listed('kind=user&name=support')).toEqual([])
    expect(await listed('name=agent200&by=admin')).not.toContain(1)
    expect(await listed('by=demo')).toEqual([1])
    const { differences } = (await admin.ask('GET', `/configuration/versions/${basedOn + 1}/differences`)).body
    expect(differences).toEqual([
      {
        ...{ kind: 'queue', name: 'support', what: 'changed' },
        fields: [{ path: 'priority', before: support.priority, after: support.priority + 1 }],
      },
    ])
    const first = (await admin.ask('GET', '/configuration/versions/1/differences')).body.differences
    expect(new Set(first.map(({ what }: { what: string }) => what))).toEqual(new Set(['new']))
    expect((await admin.ask('GET', '/configuration/versions/999/differences')).status).toBe(404)
  })

  it('tells the second of two administrators what the first changed, and overwrites nothing, with both values (CFG-04, CFG-05, CFG-08)', async () => {
    const basedOn = await versionNow()
    const support = { ...(await exported()).queues.support, name: 'support' }
    // What others changed is told from history, which is a moment behind.
    await centre.settle()
    const change = (ringTimeoutMs: number) => ({
      changes: [{ kind: 'queue', name: 'support', value: { ...support, ringTimeoutMs } }],
      basedOn,
    })
    expect((await admin.ask('POST', '/configuration/publish', change(20_000))).status).toBe(200)
    const told = await second.ask('POST', '/configuration/check', change(30_000))
    expect(told.body.collisions).toEqual([
      {
        ...{ kind: 'queue', name: 'support', version: basedOn + 1, by: 'admin', at: expect.any(String) },
        fields: [{ path: 'ringTimeoutMs', before: support.ringTimeoutMs, after: 20_000, mine: 30_000 }],
      },
    ])
    // What only the first changed is no conflict of values.
    const elsewhere = { kind: 'queue', name: 'support', value: { ...support, priority: 77 } }
    const other = await second.ask('POST', '/configuration/check', { changes: [elsewhere], basedOn })
    expect(other.body.collisions[0].fields).toEqual([
      { path: 'ringTimeoutMs', before: support.ringTimeoutMs, after: 20_000 },
    ])
    const refused = await second.ask('POST', '/configuration/publish', change(30_000))
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toContain('was changed by admin')
    expect((await exported()).queues.support.ringTimeoutMs).toBe(20_000)
  })

  it('tells who gives a group another name that a member was changed meanwhile, and the other way round (CFG-05)', async () => {
    const put = (name: string, change: object, basedOn: number) => {
      const { displayName, extension, role, skills, initialStatus } = configured(name)
      const value = { displayName, extension, role, skills, initialStatus, ...change }
      return second.ask('PUT', `/users/${name}`, { ...value, basedOn })
    }
    const configured = (name: string) => centre.state.configuration.users.get(name)!
    for (const name of ['agent11', 'agent13']) {
      expect((await put(name, { groups: ['night'] }, await versionNow())).status).toBe(200)
    }
    const basedOn = await versionNow()
    const renamed = await admin.ask('POST', '/configuration/rename', { target: 'group', from: 'night', to: 'late' })
    expect(renamed.status, JSON.stringify(renamed.body)).toBe(200)
    expect((await put('agent13', { groups: ['night'], displayName: 'Grace' }, basedOn)).status).toBe(200)
    const { changes } = renamed.body
    const refused = await admin.ask('POST', '/configuration/publish', { changes, basedOn })
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toContain('user agent13 was changed by')
    // Seen anew it is taken; then whoever has an old look at a member is told.
    const again = await admin.ask('POST', '/configuration/rename', { target: 'group', from: 'night', to: 'late' })
    const published = { changes: again.body.changes, basedOn: await versionNow() }
    expect((await admin.ask('POST', '/configuration/publish', published)).status).toBe(200)
    expect((await put('agent11', { groups: ['night', 'day'] }, basedOn)).status).toBe(409)
    expect([configured('agent11').groups, configured('agent13')]).toMatchObject([
      ['late'],
      { groups: ['late'], displayName: 'Grace' },
    ])
  })

  it('tells every fault with its place, and publishes nothing of it', async () => {
    const before = await exported()
    const changes = [
      { kind: 'number', name: '7000', value: { type: 'queue', queue: 'nowhere' } },
      { kind: 'number', name: '2001', value: { type: 'queue', queue: 'sales' } },
    ]
    const { faults } = await check({ changes })
    expect(faults.map(({ path }: { path: string }) => path).sort()).toEqual(['numbers.2001', 'numbers.7000.queue'])
    expect((await admin.ask('POST', '/configuration/publish', { changes })).status).toBe(422)
    expect(await exported()).toEqual(before)
  })

  it('warns of a queue that nobody would serve, with those who wait in it', async () => {
    await centre.call('01J0CONFIG', '1002')
    const sales = { ...(await exported()).queues.sales, name: 'sales', skills: { klingon: 50 } }
    const { faults, warnings } = await check({ changes: [{ kind: 'queue', name: 'sales', value: sales }] })
    expect(faults).toEqual([])
    expect(warnings).toEqual([{ path: 'queues.sales', problem: 'nobody has what it asks for, and 1 wait in it now' }])
  })

  it('refuses a file of another release, and what is no configuration, in words', async () => {
    const refusal = async (document: object) => {
      const { status, body } = await admin.ask('POST', '/configuration/check', { document })
      return `${status} ${body.detail}`
    }
    expect(await refusal({ tandem: 'configuration', format: 9 })).toMatch(/^422 format: is 9; this release reads 1/)
    expect(await refusal({ colour: 'red' })).toMatch(/^422 tandem: is not "configuration"/)
    expect(await refusal({ tandem: 'configuration', format: 1, colours: {} })).toMatch(/^422 colours: is of no kind/)
    expect(await refusal({ tandem: 'configuration', format: 1, queues: [] })).toMatch(/^422 queues: is not an object/)
    expect((await admin.ask('POST', '/configuration/check', {})).status).toBe(422)
  })

  it('is for administrators alone', async () => {
    for (const [method, path, body] of [
      ['GET', '/configuration/kinds', undefined],
      ['GET', '/configuration/document', undefined],
      ['GET', '/configuration/versions', undefined],
      ['GET', '/configuration/versions/1/differences', undefined],
      ['POST', '/configuration/check', { version: 1 }],
      ['POST', '/configuration/publish', { version: 1 }],
    ] as const) {
      expect((await agent.ask(method, path, body)).status, path).toBe(403)
    }
  })

  it('gives the shape of every kind for forms', async () => {
    const { kinds } = (await admin.ask('GET', '/configuration/kinds')).body
    const queue = kinds.find(({ kind }: { kind: string }) => kind === 'queue')
    expect(queue).toMatchObject({ plural: 'queues', words: 'a queue', isNamed: true })
    expect(queue.schema.properties.wrapUpMs).toMatchObject({ type: 'integer', unit: 'ms', maximum: 3_600_000 })
  })

  it('names the settings that there are, with what each takes', async () => {
    const { kinds } = (await admin.ask('GET', '/configuration/kinds')).body
    const named = (wanted: string) => kinds.find(({ kind }: { kind: string }) => kind === wanted).names
    expect(named('parameter')).toContainEqual({
      name: 'Switchover Reconnect Interval',
      what: expect.any(String),
      takes: { form: 'seconds', least: 0.05, most: 3_600 },
      default: '5',
    })
    expect(named('seat').map(({ name }: { name: string }) => name)).toEqual(['agent', 'attendant', 'supervisor'])
    expect(named('queue')).toEqual([])
  })
})

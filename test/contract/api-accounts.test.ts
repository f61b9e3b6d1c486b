import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { STORE_ERRORS } from '#seams/store'
import { type Answer, Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let admin: Asker
let supervisor: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  admin = await Asker.as(centre.base, 'admin')
  supervisor = await Asker.as(centre.base, 'supervisor')
})
afterAll(() => centre?.close())

function expectProblem({ status, body }: Answer, wanted: number, path = ''): void {
  expect(status, JSON.stringify(body)).toBe(wanted)
  if (path !== '') expect(body.errors.map((error: { path: string }) => error.path)).toContain(path)
}

describe('accounts', () => {
  it('get passwords that the policy allows, are told why not, and are locked out only where that is wanted (SEC-05)', async () => {
    const set = (password: string) => admin.ask('POST', '/users/agent3/password', { password })
    const settings = (values: Readonly<Record<string, string | undefined>>) => {
      const changes = Object.entries(values).map(([name, value]) => ({
        ...{ kind: 'parameter', name },
        ...(value !== undefined && { value: { value } }),
      }))
      return admin.ask('POST', '/configuration/publish', { changes })
    }
    expectProblem(await set('7 chars'), 422, '/password')
    const history = { 'Password History': '2', 'Password Lock Failures': '3' }
    expect((await settings(history)).status).toBe(200)
    expect((await set('a new beginning')).status).toBe(200)
    for (const used of ['a new beginning', 'demo-agent3']) {
      const refused = await set(used)
      expectProblem(refused, 422, '/password')
      expect(refused.body.detail).toContain('one of the last 2')
    }
    expectProblem(await admin.ask('POST', '/users/nobody9/password', { password: 'long enough' }), 404)
    expectProblem(await supervisor.ask('POST', '/users/agent3/password', { password: 'long enough' }), 403)

    // Wrong ones from other addresses would not be slowed: the lock counts them all.
    for (let i = 0; i < 3; i++) centre.locks.failed('agent3', { lockFailures: 3, lockSeconds: 900 })
    const logIn = (password: string) => new Asker(centre.base).ask('POST', '/sessions', { user: 'agent3', password })
    const locked = await logIn('a new beginning')
    expectProblem(locked, 429)
    expect(locked.body.detail).toContain('locked')
    expect((await set('unlocks at once')).status).toBe(200)
    expect((await logIn('unlocks at once')).status).toBe(201)
    await settings({ 'Password History': undefined, 'Password Lock Failures': undefined })
    expect((await set('demo-agent3')).status).toBe(200)
    await centre.settle()
    expect((await admin.ask('GET', '/configuration/versions?limit=1')).body.items[0]).toMatchObject({
      ...{ by: 'admin', note: 'a new password', objects: [{ kind: 'user', name: 'agent3', removed: false }] },
    })
  })

  it('are shut out when disabled, with the session they have, and let in again with what they had (SEC-05)', async () => {
    const agent3 = await Asker.as(centre.base, 'agent3')
    const { body: user } = await admin.ask('GET', '/users/agent3')
    const change = async (more: object) => {
      const { name: _, ...value } = user
      const basedOn = (await admin.ask('GET', '/configuration/parameters')).body.version
      return admin.ask('PUT', '/users/agent3', { ...value, ...more, basedOn })
    }
    expect((await agent3.ask('GET', '/sessions/current')).status).toBe(200)
    expect((await change({ disabled: true })).status).toBe(200)
    expect((await admin.ask('GET', '/users/agent3')).body.disabled).toBe(true)
    expectProblem(await agent3.ask('GET', '/sessions/current'), 401)
    const logIn = () => new Asker(centre.base).ask('POST', '/sessions', { user: 'agent3', password: 'demo-agent3' })
    expectProblem(await logIn(), 403)
    expect((await change({})).status).toBe(200)
    // What was open on some screen meanwhile stays over.
    expectProblem(await agent3.ask('GET', '/sessions/current'), 401)
    expect((await logIn()).status).toBe(201)
  })

  it('are logged out everywhere by a new password, also where an answer goes on, and others are not (SEC-05)', async () => {
    const [one, two, other] = await Promise.all(
      ['agent3', 'agent3', 'agent2'].map((user) => Asker.as(centre.base, user)),
    )
    const follow = async (asker: Asker) => {
      const headers = { authorization: `Bearer ${asker.token}` }
      const reader = (await fetch(`${centre.base}/api/v1/rooms/stream`, { headers })).body!.getReader()
      const over = (async () => {
        while (!(await reader.read()).done);
      })().catch(() => {})
      return { over, leave: () => reader.cancel() }
    }
    const [followed, others] = [await follow(one!), await follow(other!)]
    expect((await admin.ask('POST', '/users/agent3/password', { password: 'somebody knew it' })).status).toBe(200)
    await followed.over
    for (const asker of [one!, two!]) expectProblem(await asker.ask('GET', '/sessions/current'), 401)
    expect((await other!.ask('GET', '/sessions/current')).status).toBe(200)
    const left = others.over.then(() => 'over')
    expect(await Promise.race([left, Promise.resolve('goes on')])).toBe('goes on')
    await others.leave()
    const logIn = (password: string) => new Asker(centre.base).ask('POST', '/sessions', { user: 'agent3', password })
    expectProblem(await logIn('demo-agent3'), 401)
    expect((await logIn('somebody knew it')).status).toBe(201)
    await admin.ask('POST', '/users/agent3/password', { password: 'demo-agent3' })
  })

  it('go on where they set their own password, with the session of the answer alone (SEC-05)', async () => {
    const [here, elsewhere] = await Promise.all(['agent3', 'agent3'].map((user) => Asker.as(centre.base, user)))
    const set = (current: string, password: string) =>
      here!.ask('POST', '/sessions/current/password', { current, password })
    expectProblem(await set('not the password', 'a new beginning'), 401)
    expectProblem(await set('demo-agent3', '7 chars'), 422, '/password')
    expect((await elsewhere!.ask('GET', '/sessions/current')).status).toBe(200)
    const { status, body } = await set('demo-agent3', 'a new beginning')
    expect(status).toBe(201)
    for (const asker of [here!, elsewhere!]) expectProblem(await asker.ask('GET', '/sessions/current'), 401)
    const next = new Asker(centre.base, body.token)
    expect((await next.ask('GET', '/sessions/current')).body).toMatchObject({ user: 'agent3', role: 'agent' })
    await centre.settle()
    expect((await admin.ask('GET', '/configuration/versions?limit=1')).body.items[0]).toMatchObject({ by: 'agent3' })

    const first = await Asker.as(centre.base, 'admin')
    const own = await first.ask('POST', '/users/admin/password', { password: 'demo-admin' })
    expectProblem(await first.ask('GET', '/sessions/current'), 401)
    admin = new Asker(centre.base, own.body.session.token)
    const other = await admin.ask('POST', '/users/agent3/password', { password: 'demo-agent3' })
    expect(other.body.session).toBeUndefined()
  })

  it('keep their password while none can be set, and are told why: nothing else of the request is done either (MSU-14, FS-38)', async () => {
    const version = async () => (await admin.ask('GET', '/configuration/parameters')).body.version
    const basedOn = await version()
    const { name: _, ...value } = (await admin.ask('GET', '/users/agent3')).body
    const agent3 = await Asker.as(centre.base, 'agent3')
    const password = 'set while it is away'
    const fresh = { ...value, extension: '2999', password }
    centre.credentials.demandChanges = () => Promise.reject(STORE_ERRORS['store.unreachable']({ reason: 'away' }))
    try {
      for (const answer of [
        await admin.ask('POST', '/users/agent3/password', { password }),
        await agent3.ask('POST', '/sessions/current/password', { current: 'demo-agent3', password }),
        await admin.ask('PUT', '/users/agent3', { ...value, displayName: 'Else', password, basedOn }),
        await admin.ask('POST', '/users/bulk', { users: [{ ...fresh, name: 'newcomer' }], basedOn }),
      ]) {
        expectProblem(answer, 503)
        expect(answer.body).toMatchObject({
          type: 'urn:tandem:problem:session.passwords-away',
          detail: expect.stringContaining('The old one holds'),
        })
      }
      await centre.settle()
      expect(await version()).toBe(basedOn)
      expectProblem(await admin.ask('GET', '/users/newcomer'), 404)
      expect((await agent3.ask('GET', '/sessions/current')).status).toBe(200)
    } finally {
      Reflect.deleteProperty(centre.credentials, 'demandChanges')
    }
    const logIn = (word: string) => new Asker(centre.base).ask('POST', '/sessions', { user: 'agent3', password: word })
    expectProblem(await logIn(password), 401)
    expect((await logIn('demo-agent3')).status).toBe(201)
  })

  it('see no more at once than a withdrawn right leaves, in the session that they have (SEC-05)', async () => {
    const agent2 = await Asker.as(centre.base, 'agent2')
    const { name: _, ...value } = (await admin.ask('GET', '/users/agent2')).body
    const give = async (role: string) => {
      const basedOn = (await admin.ask('GET', '/configuration/parameters')).body.version
      return admin.ask('PUT', '/users/agent2', { ...value, role, basedOn })
    }
    expect((await give('supervisor')).status).toBe(200)
    expect((await agent2.ask('GET', '/sessions/current')).body.role).toBe('supervisor')
    expect((await agent2.ask('POST', '/agents/agent1/status', { status: 'not-ready' })).status).toBe(200)
    expect((await give('agent')).status).toBe(200)
    expect((await agent2.ask('GET', '/sessions/current')).body.role).toBe('agent')
    expectProblem(await agent2.ask('POST', '/agents/agent1/status', { status: 'not-ready' }), 403)
  })
})

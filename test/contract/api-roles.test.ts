import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let admin: Asker
let agent: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  admin = await Asker.as(centre.base, 'admin')
  agent = await Asker.as(centre.base, 'agent1')
})
afterAll(() => centre?.close())

async function publish(...changes: readonly object[]) {
  const { version } = (await admin.ask('GET', '/configuration')).body
  return admin.ask('POST', '/configuration/publish', { changes, basedOn: version })
}
const role = (name: string, rights: readonly string[]) => ({ kind: 'role', name, value: { name, rights } })
const user = async (name: string, more: object) => {
  const { users } = (await admin.ask('GET', '/configuration/document')).body
  return { kind: 'user', name, value: { ...users[name], name, ...more } }
}

describe('names of what is configured', () => {
  it('are told with where they stand, and given another name everywhere as changes to be published', async () => {
    const named = async () => (await admin.ask('GET', '/configuration/names')).body.items
    const found = (await named()).find(
      (one: { name: string; target: string }) => one.target === 'skill' && one.name === 'support',
    )
    expect(found.usedBy).toContain('queues.support.skills.support')
    const renamed = await admin.ask('POST', '/configuration/rename', { target: 'skill', from: 'support', to: 'help' })
    expect(renamed.body).toMatchObject({ faults: [], warnings: [] })
    expect(renamed.body.changes.length).toBe(found.usedBy.length)
    expect((await publish(...renamed.body.changes)).status).toBe(200)
    const after = await named()
    expect(
      after
        .filter((one: { name: string; target: string }) => one.target === 'skill')
        .map(({ name }: { name: string }) => name),
    ).not.toContain('support')
    const taken = await admin.ask('POST', '/configuration/rename', { target: 'skill', from: 'help', to: 'sales' })
    expect(taken).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('there is a skill "sales" already') },
    })
    expect((await agent.ask('GET', '/configuration/names')).status).toBe(403)
  })
})

describe('roles as configuration', () => {
  it('give a right with the next request, and take it with the next, in the middle of a session (SEC-07)', async () => {
    expect((await agent.ask('GET', '/agents/live')).status).toBe(200)
    expect((await agent.ask('GET', '/cluster')).status).toBe(403)
    expect(
      (await publish(role('trainer', ['view-own', 'view-cluster']), await user('agent1', { role: 'trainer' }))).status,
    ).toBe(200)
    expect((await agent.ask('GET', '/cluster')).status).toBe(200)
    expect((await agent.ask('GET', '/sessions/current')).body).toMatchObject({
      ...{ role: 'trainer', rights: ['view-own', 'view-cluster'] },
    })
    await publish(role('trainer', ['view-own']))
    const refused = await agent.ask('GET', '/cluster')
    expect(refused).toMatchObject({ status: 403, body: { detail: 'your role does not allow to see the pool' } })
    await publish(await user('agent1', { role: 'agent' }))
  })

  it('are told at the log-in', async () => {
    const { body } = await new Asker(centre.base).ask('POST', '/sessions', { user: 'agent1', password: 'demo-agent1' })
    expect(body).toMatchObject({
      role: 'agent',
      rights: ['view-own', 'set-own-status', 'create-interaction', 'call-outside', 'write-outside'],
    })
  })

  it('never leave nobody who may change them', async () => {
    for (const change of [
      role('administrator', ['view-own']),
      await user('admin', { role: 'agent' }),
      await user('admin', { disabled: true }),
      { kind: 'user', name: 'admin' },
    ]) {
      const refused = await publish(change)
      expect(refused.status).toBe(422)
      expect(refused.body.detail).toContain('would leave nobody who may change the configuration')
    }
    expect((await admin.ask('GET', '/configuration')).status).toBe(200)
  })

  it('must be there where they are given, over each way to give one', async () => {
    const body = { displayName: 'Ada', extension: '4001', role: 'chief', password: 'a long password' }
    const { version } = (await admin.ask('GET', '/configuration')).body
    const put = await admin.ask('PUT', '/users/ada', { ...body, basedOn: version })
    expect(put.status).toBe(422)
    expect(put.body.detail).toContain('there is no role "chief"')
    expect((await publish(await user('agent2', { role: 'chief' }))).status).toBe(422)
    const made = await admin.ask('PUT', '/configuration/roles/chief', { rights: ['view-live'], basedOn: version })
    expect(made.status).toBe(200)
    expect((await admin.ask('PUT', '/users/ada', { ...body, basedOn: made.body.version })).status).toBe(200)
    const removed = await admin.ask('DELETE', `/configuration/roles/chief?basedOn=${made.body.version + 1}`)
    expect(removed.status).toBe(422)
    expect(removed.body.detail).toContain('users.ada.role: there is no role "chief"')
  })

  it('name the built-in ones with what they may do, for forms', async () => {
    const { kinds } = (await admin.ask('GET', '/configuration/kinds')).body
    const found = kinds.find(({ kind }: { kind: string }) => kind === 'role')
    expect(found.names.map(({ name }: { name: string }) => name)).toEqual([
      ...['agent', 'attendant', 'supervisor', 'administrator'],
    ])
    expect(found.names[0].value).toMatchObject({
      rights: ['view-own', 'set-own-status', 'create-interaction', 'call-outside', 'write-outside'],
    })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let admin: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  admin = await Asker.as(centre.base, 'admin')
})
afterAll(() => centre?.close())

const logIn = (user: string) => new Asker(centre.base).ask('POST', '/sessions', { user, password: `demo-${user}` })
const put = (feature: string, body: object) =>
  admin.ask('PUT', `/configuration/seats/${feature}`, { ...body, basedOn: centre.state.configuration.version })

describe('seats over the API', () => {
  it('are as many as come until somebody says otherwise', async () => {
    await Asker.as(centre.base, 'agent1')
    expect((await admin.ask('GET', '/seats')).body).toContainEqual({
      ...{ feature: 'agent', used: 1, seats: null, overuse: null, over: 0 },
    })
  })

  it('refuse one more with what to do, let in who has one, and never an administrator (LIC-01, LIC-03)', async () => {
    expect((await put('agent', { seats: 2, overuse: 'refuse' })).status).toBe(200)
    const agent2 = await Asker.as(centre.base, 'agent2')
    const refused = await logIn('agent3')
    expect(refused.status).toBe(409)
    expect(refused.body).toMatchObject({
      detail: 'all 2 seats for agents are taken: ask a colleague to log out, or an administrator for more seats',
    })
    expect((await logIn('agent1')).status).toBe(201)
    expect((await logIn('admin')).status).toBe(201)
    expect((await agent2.ask('DELETE', '/sessions')).status).toBe(204)
    expect((await logIn('agent3')).status).toBe(201)
  })

  it('show over-use where that is allowed, also as metrics', async () => {
    await put('agent', { seats: 1, overuse: 'allow' })
    expect((await logIn('agent2')).status).toBe(201)
    expect((await admin.ask('GET', '/seats')).body[0]).toEqual({
      ...{ feature: 'agent', used: 3, seats: 1, overuse: 'allow', over: 2 },
    })
  })

  it('stay with their holders through a restart of the core (LIC-06)', async () => {
    await centre.restart()
    expect((await admin.ask('GET', '/seats')).body[0]).toMatchObject({ used: 3 })
  })

  it('leave peaks behind that can be listed by day (LIC-15)', async () => {
    await centre.seats.renew()
    const day = new Date().toISOString().slice(0, 10)
    const { body } = await admin.ask('GET', `/seats/peaks?from=${day}&to=${day}`)
    expect(body).toContainEqual(expect.objectContaining({ day, feature: 'agent', peak: 3, seats: 1 }))
  })

  it('are told by path when they are not what can be', async () => {
    expect((await put('agent', { seats: -1 })).body).toMatchObject({ errors: [{ path: '/seats' }] })
    expect((await put('pilot', { seats: 1 })).status).toBe(422)
    expect((await admin.ask('GET', '/seats/peaks?from=2026-01-02&to=2026-01-01')).status).toBe(422)
    expect((await admin.ask('GET', '/seats/peaks?from=yesterday&to=2026-01-01')).status).toBe(422)
    const agent1 = await Asker.as(centre.base, 'agent1')
    expect((await agent1.ask('GET', '/seats')).status).toBe(403)
  })

  it('are removed, and then as many as come again', async () => {
    const seen = centre.state.configuration.version
    expect((await admin.ask('DELETE', `/configuration/seats/agent?basedOn=${seen}`)).status).toBe(200)
    expect((await admin.ask('GET', '/seats')).body[0]).toMatchObject({ seats: null, over: 0 })
  })
})

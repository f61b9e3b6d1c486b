import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
beforeAll(async () => {
  centre = await TestCentre.start()
})
afterAll(() => centre?.close())

const newKey = () => randomBytes(16).toString('hex')
const visitor = () => new Asker(centre.base)
/** Three days ahead, in the middle of the day, by the clock in Berlin. */
const local = new Date(Date.now() + 3 * 86_400_000).toISOString().replace(/T.*/, 'T12:00')
let numbers = 0
const newNumber = () => `+4930${1_000_000 + numbers++}`

const ask = (more: object = {}) =>
  visitor().ask('POST', '/callbacks', { key: newKey(), queue: 'support', number: newNumber(), ...more })

describe('callbacks that visitors ask for (DIG-04, DIG-05)', () => {
  it('wait in the queue at once, once for each key, and can be taken back by their own token alone', async () => {
    const key = newKey()
    const number = newNumber()
    const { status, body } = await ask({ key, number })
    expect(status).toBe(201)
    expect((await ask({ key, number })).body.id).toBe(body.id)
    expect(centre.state.interactions.get(body.id)).toMatchObject({ medium: 'callback', from: number })
    const own = new Asker(centre.base, body.token)
    const path = `/callbacks/${body.id}`
    expect((await own.ask('GET', path)).body).toEqual({ id: body.id, state: 'waiting', at: null })
    const stranger = new Asker(centre.base, (await ask()).body.token)
    expect((await stranger.ask('POST', `${path}/cancel`)).status).toBe(401)
    expect((await visitor().ask('GET', path)).status).toBe(401)
    expect((await own.ask('POST', `${path}/cancel`)).status).toBe(204)
    expect((await own.ask('POST', `${path}/cancel`)).status).toBe(204)
    expect((await own.ask('GET', path)).body.state).toBe('over')
  })

  it('may be meant for a time by the customer’s own clock, which outlives a core', async () => {
    const { body } = await ask({ at: { local, timeZone: 'Europe/Berlin' } })
    expect(new Date(body.at).toLocaleString('sv', { timeZone: 'Europe/Berlin' })).toBe(`${local.replace('T', ' ')}:00`)
    await centre.restart()
    const own = new Asker(centre.base, body.token)
    expect((await own.ask('GET', `/callbacks/${body.id}`)).body).toEqual({
      id: body.id,
      state: 'scheduled',
      at: body.at,
    })
  })

  it.each([
    [{ at: { local: '2020-01-01T09:00', timeZone: 'Europe/Berlin' } }, 422],
    [{ at: { local: '2099-01-01T09:00', timeZone: 'Europe/Berlin' } }, 422],
    [{ at: { local, timeZone: 'Europe/Nowhere' } }, 422],
    [{ number: 'sip:me@example.com' }, 422],
    [{ key: 'short' }, 422],
    [{ queue: 'nobody' }, 403],
  ])('are refused when they do not fit: %j', async (more, status) => {
    expect((await ask(more)).status).toBe(status)
  })
})

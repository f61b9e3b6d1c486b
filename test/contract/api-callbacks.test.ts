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

/** Nothing waits of what was asked for before, so that whoever comes is given nothing else. */
async function endAll(): Promise<void> {
  for (const id of [...centre.state.interactions.keys()]) {
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
  }
}

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

  it('keep what they are about and the words that the customer agreed to, and tell how their calls ended', async () => {
    await endAll()
    const consent = 'I agree to be called at this number.'
    const { body } = await ask({ about: 'My bill', consent })
    const supervisor = await Asker.as(centre.base, 'supervisor')
    const agent = await Asker.as(centre.base, 'agent1')
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    const [party] = centre.state.interactions.get(body.id)!.participants
    await centre.submit({ type: 'ReportConnected', interaction: body.id, participant: party!.id })
    const outcome = (value: string, who = agent) =>
      who.ask('POST', `/interactions/${body.id}/outcome`, { outcome: value })
    // Nobody has answered yet: there is nothing to say.
    expect((await outcome('wrong-number')).status).toBe(409)
    const dialled = centre.state.interactions.get(body.id)!.participants.at(-1)!
    await centre.submit({
      ...{ type: 'ReportFailed', interaction: body.id, participant: dialled.id, reason: 'no-answer' },
    })
    const { body: shown } = await supervisor.ask('GET', `/interactions/${body.id}`)
    expect(shown).toMatchObject({
      ...{ state: 'created', queue: 'support', dueAt: expect.any(String) },
      attempts: [{ attempt: 1, outcome: 'no-answer', agent: 'agent1', at: expect.any(String) }],
    })
    expect(shown.timeline[0].details).toMatchObject({ subject: 'My bill', consent })
    const own = new Asker(centre.base, body.token)
    expect((await own.ask('GET', `/callbacks/${body.id}`)).body.state).toBe('scheduled')
    expect((await outcome('nonsense')).status).toBe(422)
    expect((await outcome('refused')).body.state).toBe('wrapping-up')
    expect((await outcome('refused')).status).toBe(409)
    await centre.submit({ type: 'EndWrapUp', interaction: body.id, user: 'agent1' })
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: false })
  })

  it('withdraw the chat that the customer waits in, or are withdrawn by it (promise 8)', async () => {
    const { body: chat } = await visitor().ask('POST', '/chats', { key: newKey(), queue: 'support', name: 'Ada' })
    const { body: other } = await visitor().ask('POST', '/chats', { key: newKey(), queue: 'support', name: 'Bob' })
    expect((await ask({ chat: { id: chat.id, token: other.token } })).status).toBe(401)
    const number = newNumber()
    const { body } = await ask({ number, chat })
    expect(centre.state.interactions.get(chat.id)).toMatchObject({ customer: number })
    await centre.submit({ type: 'SetReachable', user: 'agent2', reachable: true })
    await centre.submit({ type: 'Move', interaction: chat.id, by: 'supervisor', to: { type: 'user', user: 'agent2' } })
    await centre.submit({ type: 'Accept', interaction: chat.id, user: 'agent2' })
    expect(centre.state.interactions.has(body.id)).toBe(false)
    await centre.submit({ type: 'End', interaction: chat.id, by: 'supervisor' })
    await centre.submit({ type: 'SetReachable', user: 'agent2', reachable: false })
  })

  it('are offered by whether anybody is there, which any website may ask', async () => {
    const offer = async (queue: string) => (await visitor().ask('GET', `/callbacks?queue=${queue}`)).body
    expect(await offer('nobody')).toEqual({ callbacks: false, open: false, staffed: false })
    expect(await offer('support')).toEqual({ callbacks: true, open: true, staffed: false })
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    expect(await offer('support')).toEqual({ callbacks: true, open: true, staffed: true })
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: false })
  })

  it('are not asked for again and again: of one number only three in an hour, however it is written', async () => {
    // What one address has asked for is forgotten with the process: here it is the number that counts.
    await centre.restart()
    const digits = newNumber().slice(1)
    for (const number of [`+${digits}`, `00${digits}`, `+${digits}`]) expect((await ask({ number })).status).toBe(201)
    expect((await ask({ number: `00${digits}` })).status).toBe(429)
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

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MailboxView, VoiceMessages } from '#api/contract'
import { Asker, TestCentre } from './api-kit.ts'
import { leaveMessage, storeMessage } from './voice-kit.ts'

let centre: TestCentre
let agent: Asker
let stranger: Asker
let supervisor: Asker
let message: string
let sound: Buffer

beforeAll(async () => {
  centre = await TestCentre.start()
  const users = ['agent1', 'agent2', 'supervisor'] as const
  const askers = await Promise.all(users.map((user) => Asker.as(centre.base, user)))
  ;[agent, stranger, supervisor] = askers as [Asker, Asker, Asker]
  message = await leaveMessage(centre, 'ix-vm')
})
afterAll(() => centre?.close())

const messages = async (asker: Asker, query = ''): Promise<VoiceMessages> =>
  (await asker.ask('GET', `/voice-messages${query}`)).body
const boxes = async (asker: Asker): Promise<readonly MailboxView[]> => (await asker.ask('GET', '/mailboxes')).body
const mark = (asker: Asker, as: string, id = message) => asker.ask('POST', `/voice-messages/${id}/mark`, { as })

/** The bytes that somebody hears, or the status of a refusal. */
async function heard(asker: Asker, id = message): Promise<Buffer | number> {
  const headers = { authorization: `Bearer ${asker.token}` }
  const response = await fetch(`${centre.base}/api/v1/recordings/${id}/audio`, { headers })
  return response.status === 200 ? Buffer.from(await response.arrayBuffer()) : response.status
}

describe('the mailbox of a queue (VML-05)', () => {
  it('is open to agents of the queue and to supervisors, as soon as the caller has hung up', async () => {
    expect(await boxes(agent)).toEqual([{ name: 'support', unheard: 1, messages: 1 }])
    expect(await boxes(supervisor)).toEqual(await boxes(agent))
    expect(await boxes(stranger)).toEqual([])
    const { items, next } = await messages(agent)
    expect(items).toMatchObject([
      { id: message, mailbox: 'support', from: '+493012345', interaction: 'ix-vm', sound: 'pending', heard: null },
    ])
    expect(next).toBeNull()
    expect(await messages(stranger)).toEqual({ items: [], next: null })
    // A supervisor's own work is only what lies in the own mailboxes.
    expect(await messages(supervisor)).toEqual({ items: [], next: null })
    expect((await messages(supervisor, '?mailbox=support')).items.map(({ id }) => id)).toEqual([message])
    for (const path of ['/voice-messages?mailbox=support', '/voice-messages?mailbox=nobody']) {
      expect((await stranger.ask('GET', path)).status).toBe(404)
    }
    expect((await mark(stranger, 'removed')).status).toBe(404)
  })

  it('leads users to their own messages by phone at *97', async () => {
    const { body } = await agent.ask('POST', '/interactions', { type: 'call', to: '*97' })
    // The number is right: it is only that no phone of the agent is there.
    expect(body).toMatchObject({ type: 'urn:tandem:problem:centre.user-unreachable' })
    const nowhere = await agent.ask('POST', '/interactions', { type: 'call', to: '*98' })
    expect(nowhere.status).toBe(422)
  })

  it('lets its owners hear what is there, without the right to hear calls, and nobody else (SEC-08)', async () => {
    sound = await storeMessage(centre, message)
    expect(await heard(agent)).toEqual(sound)
    expect(await heard(supervisor)).toEqual(sound)
    expect(await heard(stranger)).toBe(403)
    expect(await heard(agent, 'ix-other.r1')).toBe(403)
    expect((await agent.ask('GET', `/recordings/${message}`)).body).toMatchObject({ state: 'stored' })
    expect((await messages(agent)).items).toMatchObject([{ sound: 'kept', durationMs: 1_500 }])
  })

  it('keeps who heard a message, and gives back what was removed, also in the next life of the core (VML-04)', async () => {
    expect((await mark(agent, 'heard')).body).toMatchObject({ heard: { by: 'agent1' }, removed: null })
    expect((await mark(supervisor, 'heard')).body).toMatchObject({ heard: { by: 'agent1' } })
    await mark(agent, 'removed')
    expect([await messages(agent), await boxes(agent)]).toEqual([
      { items: [], next: null },
      [{ name: 'support', unheard: 0, messages: 0 }],
    ])
    await centre.restart()
    expect((await mark(agent, 'restored')).body).toMatchObject({ heard: { by: 'agent1' }, removed: null })
    expect((await mark(agent, 'unheard')).body).toMatchObject({ heard: null })
    expect(await boxes(agent)).toEqual([{ name: 'support', unheard: 1, messages: 1 }])
    expect((await mark(agent, 'burnt')).status).toBe(422)
    expect((await mark(agent, 'heard', 'ix-none.r1')).status).toBe(404)
    await centre.settle()
    const { body } = await supervisor.ask('GET', '/interactions/ix-vm')
    const types = body.timeline.map(({ type }: { type: string }) => type)
    expect(types).toEqual(expect.arrayContaining(['VoiceMessageLeft', 'VoiceMessageSettled', 'VoiceMessageMarked']))
  })

  it('lists the newest first, page by page, also when what ended a page is removed meanwhile', async () => {
    const second = await leaveMessage(centre, 'ix-vm2', '2002')
    const first = await messages(agent, '?limit=1')
    expect(first.items).toMatchObject([{ id: second, from: '2002' }])
    expect(first.items[0]!.name).toBe(centre.state.configuration.users.get('agent2')!.displayName)
    await mark(agent, 'removed', second)
    const rest = await messages(agent, `?limit=1&after=${first.next}`)
    expect([rest.items.map(({ id }) => id), rest.next]).toEqual([[message], null])
  })
})

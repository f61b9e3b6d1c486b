import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let agent: Asker
let other: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  ;[agent, other] = await Promise.all([Asker.as(centre.base, 'agent1'), Asker.as(centre.base, 'agent2')])
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
})
afterAll(() => centre?.close())

/** A call of the customer that agent1 answers. */
async function answered(interaction: string, from: string): Promise<void> {
  await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
  await centre.call(interaction, '1001', from)
  await centre.answer(interaction)
}

async function hungUp(interaction: string): Promise<void> {
  await centre.submit({ type: 'ReportCleared', interaction, participant: `${interaction}.p1`, reason: 'hung-up' })
}

describe('the API of the agent desk', () => {
  it('tells the reasons and codes that the administrator has set', async () => {
    const { body } = await agent.ask('GET', '/desk')
    expect(body.notReadyReasons).toEqual(['Break', 'Lunch', 'Meeting', 'Training'])
    const admin = await Asker.as(centre.base, 'admin')
    const set = await admin.ask(
      'PUT',
      '/configuration/parameters/Not-Ready%20Reasons',
      { value: 'Pause, Fire drill' },
      { 'if-match': '"1"' },
    )
    expect(set.status, JSON.stringify(set.body)).toBe(200)
    const after = await agent.ask('GET', '/desk')
    expect(after.body.notReadyReasons).toEqual(['Pause', 'Fire drill'])
    expect(after.body.queues.find(({ name }: { name: string }) => name === 'support')).toMatchObject({
      ...{ wrapUpCodeRequired: false, wrapUpMaxMs: 300_000 },
      wrapUpCodes: expect.arrayContaining(['Complaint']),
    })
  })

  it('keeps notes and code through the end of the core, and shows them with the customer’s next call', async () => {
    await answered('ix-first', '+49301')
    expect((await agent.ask('PUT', '/interactions/ix-first/note', { code: 'Nonsense' })).status).toBe(422)
    const note = { code: 'Complaint', text: 'Wants a refund — 20 €' }
    expect((await agent.ask('PUT', '/interactions/ix-first/note', note)).body).toEqual(note)
    expect((await other.ask('PUT', '/interactions/ix-first/note', note)).status).toBe(409)
    await centre.restart()
    expect((await agent.ask('GET', '/interactions/ix-first/note')).body).toEqual(note)
    await hungUp('ix-first')
    await agent.ask('POST', '/interactions/ix-first/wrap-up', {})
    expect((await agent.ask('PUT', '/interactions/ix-first/note', note)).status).toBe(409)
    await centre.settle()

    await answered('ix-second', '+49301')
    const thread = await agent.ask('GET', '/interactions/ix-second/thread')
    expect(thread.body.items).toMatchObject([
      { id: 'ix-first', agent: 'agent1', queue: 'support', outcome: 'answered', wrapUpCodes: ['Complaint'] },
    ])
    expect(thread.body.items[0].notes).toEqual([{ user: 'agent1', text: note.text }])
    expect((await other.ask('GET', '/interactions/ix-second/thread')).status).toBe(403)
    await hungUp('ix-second')
    await agent.ask('POST', '/interactions/ix-second/wrap-up', {})
    await centre.settle()
  })

  it('shows all media of a customer in one thread: what is open first, then page after page, with what was said in writing', async () => {
    const contact = (interaction: string, medium: 'email' | 'sms' | 'chat', more: object = {}) =>
      centre.submit({
        ...{ type: 'CreateContact', interaction, medium, from: 'ada@customer.example', queue: 'sales', ...more },
      })
    const say = (interaction: string, message: string, text: string) =>
      centre.submit({ type: 'SendMessage', interaction, message, text })
    for (let n = 0; n < 3; n++) {
      await contact(`ix-mail-${n}`, 'email', { subject: `Letter ${n}` })
      for (let line = 0; line < 25; line++)
        await say(`ix-mail-${n}`, `m${line}`, line === 24 ? 'x'.repeat(2_000) : 'line')
      await centre.submit({ type: 'End', interaction: `ix-mail-${n}`, by: 'supervisor' })
    }
    // By another address, and known to be the same person.
    await contact('ix-text', 'sms', { from: '+49309', customer: 'ada@customer.example' })
    await say('ix-text', 'm1', 'Are you there?')
    await contact('ix-stranger', 'sms', { from: '+49308' })
    await contact('ix-chat', 'chat')
    await centre.settle()
    const supervisor = await Asker.as(centre.base, 'supervisor')
    const path = '/interactions/ix-chat/thread?limit=2'
    const first = await supervisor.ask('GET', path)
    expect(first.status).toBe(200)
    expect(first.body.items).toMatchObject([
      {
        ...{ id: 'ix-text', medium: 'sms', state: 'queued', outcome: null },
        lines: [{ by: 'customer', text: 'Are you there?' }],
      },
      { id: 'ix-mail-2', medium: 'email', state: 'closed', subject: 'Letter 2' },
      { id: 'ix-mail-1' },
    ])
    expect(first.body.items[1].lines).toHaveLength(20)
    expect(first.body.items[1].lines.at(-1).text).toBe('x'.repeat(500))
    const second = await supervisor.ask('GET', `${path}&after=${first.body.next}`)
    expect(second.body).toMatchObject({ items: [{ id: 'ix-mail-0' }], next: null, complete: true })
    // The other way round: by what the customer is known as, and by its number.
    const other = await supervisor.ask('GET', '/interactions/ix-text/thread')
    expect(other.body.items.map(({ id }: { id: string }) => id)).toEqual([
      ...['ix-chat', 'ix-mail-2', 'ix-mail-1', 'ix-mail-0'],
    ])
    expect((await supervisor.ask('GET', '/interactions/ix-stranger/thread')).body.items).toEqual([])
    expect((await supervisor.ask('GET', '/interactions/ix-chat/thread?after=nonsense')).status).toBe(422)
    for (const interaction of ['ix-text', 'ix-stranger', 'ix-chat']) {
      await centre.submit({ type: 'End', interaction, by: 'supervisor' })
    }
  })

  it('knows no past of who hides the number', async () => {
    for (const interaction of ['ix-hidden-1', 'ix-hidden-2']) {
      await answered(interaction, 'anonymous')
      const { body } = await agent.ask('GET', `/interactions/${interaction}/thread`)
      expect(body).toEqual({ items: [], next: null, complete: true })
      await hungUp(interaction)
      await agent.ask('POST', `/interactions/${interaction}/wrap-up`, {})
      await centre.settle()
    }
  })

  it('promise 11: tells an agent what it has done today, and nobody else who may not see it', async () => {
    const { body } = await agent.ask('GET', '/agents/agent1/today')
    expect(body.figures).toMatchObject({ 'handled@1': 4 })
    expect(Object.keys(body.figures)).toEqual(
      expect.arrayContaining(['talk@1', 'acw@1', 'time-ready@1', 'occupancy@1']),
    )
    expect((await other.ask('GET', '/agents/agent1/today')).status).toBe(403)
    const supervisor = await Asker.as(centre.base, 'supervisor')
    expect((await supervisor.ask('GET', '/agents/agent1/today')).status).toBe(200)
  })

  it('AGS-08 finds colleagues with their presence by the beginnings of words', async () => {
    const { body } = await agent.ask('GET', '/directory?search=super')
    expect(body).toMatchObject([{ type: 'agent', name: 'supervisor', number: '3001' }])
    expect((await agent.ask('GET', `/directory?search=${'x'.repeat(101)}`)).status).toBe(422)
  })
})

describe('colleagues', () => {
  const found = async (asker: Asker, search: string) => (await asker.ask('GET', `/directory?search=${search}`)).body[0]

  it('see status, note, telephone and channels of each other, and a supervisor sets them of others (AGS-05, AGS-06, AGS-07)', async () => {
    const supervisor = await Asker.as(centre.base, 'supervisor')
    expect((await other.ask('PUT', '/agents/agent1/note', { note: 'gone fishing' })).status).toBe(403)
    expect((await agent.ask('PUT', '/agents/agent1/note', { note: ' back at three ' })).body.note).toBe('back at three')
    expect(await found(other, 'agent1')).toMatchObject({
      presence: { user: 'agent1', note: 'back at three', line: 'idle', reachedBy: ['phone', 'chat'] },
    })
    const set = { status: 'not-ready', reason: 'Training', note: 'in room 4 until noon' }
    expect((await supervisor.ask('POST', '/agents/agent1/status', set)).status).toBe(200)
    // Nobody is logged on as agent4.
    expect((await supervisor.ask('PUT', '/agents/agent4/note', { note: 'on holiday' })).status).toBe(200)
    await centre.restart()
    expect((await found(other, 'agent1')).presence).toMatchObject({ ...set, user: 'agent1', line: 'idle' })
    expect((await found(other, 'agent4')).presence).toMatchObject({ note: 'on holiday', line: 'none', reachedBy: [] })
    await supervisor.ask('POST', '/agents/agent1/status', { status: 'ready' })
    expect((await found(other, 'agent1')).presence).toMatchObject({ status: 'ready', note: 'in room 4 until noon' })
    await supervisor.ask('PUT', '/agents/agent1/note', { note: null })
    expect((await found(other, 'agent1')).presence).toMatchObject({
      note: null,
      media: expect.arrayContaining(['chat']),
    })
    for (const note of ['', ' ', 'x'.repeat(141), 7]) {
      expect((await agent.ask('PUT', '/agents/agent1/note', { note })).status).toBe(422)
    }
    expect((await supervisor.ask('PUT', '/agents/nobody/note', { note: 'x' })).status).toBe(404)
  })

  it('are listed for administrators with where they are logged on, from where and since when (AGS-11)', async () => {
    const admin = await Asker.as(centre.base, 'admin')
    const before = Date.now()
    const third = await Asker.as(centre.base, 'agent3')
    const of = async (user: string) => {
      const { body } = await admin.ask('GET', '/sessions')
      expect(body.complete).toBe(true)
      return body.items.filter((one: { user: string }) => one.user === user)
    }
    expect(await of('agent3')).toEqual([])
    await third.ask('GET', '/sessions/current')
    const [logOn] = await of('agent3')
    expect(logOn).toEqual({
      ...{ user: 'agent3', displayName: 'Agent 3', role: 'agent', node: 'here', address: '127.0.0.1' },
      since: expect.any(String),
    })
    expect(Date.parse(logOn.since)).toBeGreaterThanOrEqual(before)
    expect(Date.parse(logOn.since)).toBeLessThanOrEqual(Date.now())
    const supervisor = await Asker.as(centre.base, 'supervisor')
    expect((await supervisor.ask('GET', '/sessions')).status).toBe(403)
    await third.ask('DELETE', '/sessions')
    expect(await of('agent3')).toEqual([])
  })

  it('have a line state that every core knows by itself: also while nothing tells who is logged on (AGS-09)', async () => {
    await centre.call('ix-line', '2001')
    for (const method of ['list', 'set'] as const)
      vi.spyOn(centre.registers, method).mockRejectedValue(new Error('away'))
    // Another life of the core, which has read no register.
    await centre.restart()
    expect((await found(other, 'agent1')).presence).toMatchObject({ line: 'ringing', status: 'offered' })
    await centre.answer('ix-line')
    expect((await found(other, 'agent1')).presence).toMatchObject({ line: 'busy', status: 'busy' })
    await centre.submit({ type: 'End', interaction: 'ix-line', by: 'supervisor' })
    expect((await found(other, 'agent1')).presence).toMatchObject({ line: 'idle' })
    vi.restoreAllMocks()
  })
})

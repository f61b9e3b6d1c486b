import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textStateOf } from '#kernel/sms'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let agent: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  await centre.submit({
    ...{ type: 'ChangeConfiguration', by: 'admin', basedOn: centre.state.configuration.version },
    changes: [
      {
        ...{ kind: 'sms-account', name: 'texts' },
        value: {
          ...{ name: 'texts', queue: 'support', address: '+4915550100', secret: 'texts' },
          smpp: { host: '127.0.0.1', port: 1, security: 'none', systemId: 'tandem' },
        },
      },
    ],
  })
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  agent = await Asker.as(centre.base, 'agent1')
})
afterAll(() => centre?.close())

let count = 0

/** A text comes as the adapter tells it, and agent1 takes it; gives its interaction. */
async function taken(): Promise<string> {
  const n = ++count
  const interaction = `ix-text${String(n).padStart(12, '0')}`
  const number = `+49170${n}`
  await centre.submitMails(
    { machine: 'sms', command: { type: 'TakeText', arrival: { account: 'texts', number, key: `k${n}` }, interaction } },
    {
      machine: 'centre',
      command: { type: 'CreateContact', interaction, medium: 'sms', from: number, queue: 'support' },
    },
    { machine: 'centre', command: { type: 'SendMessage', interaction, message: `text-${n}`, text: 'hello' } },
  )
  for (let tries = 0; centre.state.interactions.get(interaction)?.phase.state !== 'offered'; tries++) {
    expect(tries).toBeLessThan(600)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect((await agent.ask('POST', `/interactions/${interaction}/accept`)).status).toBe(200)
  return interaction
}

async function finish(id: string): Promise<void> {
  await agent.ask('POST', `/interactions/${id}/complete`)
  await agent.ask('POST', `/interactions/${id}/wrap-up`, {})
}

/** What the adapter tells of a text. */
async function tell(id: string, ...commands: readonly { readonly type: 'TryPart' | 'LosePart' | 'SentPart' }[]) {
  for (const { type } of commands) await centre.submitMails({ machine: 'sms', command: { type, text: id, part: 0 } })
}

const write = (id: string, message: string, text: string, more: object = {}) =>
  agent.ask('POST', `/interactions/${id}/conversation/messages`, { id: message, text, ...more })

describe('a text message on the desk', () => {
  it('is answered in the conversation: the line and the text that leaves are one, however often it is asked (DIG-09, IR-15)', async () => {
    const id = await taken()
    for (let n = 0; n < 3; n++) expect((await write(id, 'answer-one', 'Gladly €')).status).toBe(200)
    expect(centre.texts.outgoing.get('answer-one')).toMatchObject({
      ...{ account: 'texts', number: `+49170${count}`, interaction: id, user: 'agent1' },
      parts: [{ text: 'Gladly €', state: 'waiting' }],
    })
    const { body } = await agent.ask('GET', `/interactions/${id}/conversation`)
    const said = body.messages.filter((one: { by: string }) => one.by !== 'system')
    expect(said.map(({ text }: { text: string }) => text)).toEqual(['hello', 'Gladly €'])
    await finish(id)
  })

  it('says what became of it, also after a takeover and in history (IR-22, IR-23)', async () => {
    const id = await taken()
    await write(id, 'answer-two', 'Gladly')
    await centre.submit({
      ...{ type: 'ReportMessage', interaction: id, message: 'answer-two' },
      delivery: { state: 'failed', reason: 'no such number' },
    })
    const delivery = [{ message: 'answer-two', state: 'failed', reason: 'no such number' }]
    const read = async () => (await agent.ask('GET', `/interactions/${id}/conversation`)).body
    expect((await read()).deliveries).toEqual(delivery)
    await centre.restart()
    expect((await read()).deliveries).toEqual(delivery)
    const before = (await read()).messages
    await finish(id)
    await centre.settle()
    const after = await read()
    expect(after.deliveries).toEqual(delivery)
    expect(after.messages.slice(0, before.length)).toEqual(before)
  })

  it('is sent again by who has taken it, when it may not have arrived and not before', async () => {
    const id = await taken()
    await write(id, 'answer-six', 'Gladly')
    const resend = (who: Asker, message = 'answer-six') =>
      who.ask('POST', `/interactions/${id}/conversation/messages/${message}/resend`)
    await tell('answer-six', { type: 'TryPart' }, { type: 'LosePart' })
    expect((await resend(await Asker.as(centre.base, 'agent2'))).status).toBe(403)
    expect((await resend(agent, 'text-none')).status).toBe(404)
    expect((await resend(agent)).status).toBe(204)
    expect(textStateOf(centre.texts.outgoing.get('answer-six')!)).toBe('waiting')
    await tell('answer-six', { type: 'TryPart' }, { type: 'SentPart' })
    expect((await resend(agent)).status).toBe(409)
    await finish(id)
  })

  it('is refused when it is too long, and takes no file; nothing of it stands in the conversation then', async () => {
    const id = await taken()
    const long = await write(id, 'answer-long', 'x'.repeat(1_600))
    expect(long.status).toBe(422)
    expect(long.body.detail).toContain('11 messages')
    const uploaded = await fetch(`${centre.base}/api/v1/interactions/${id}/conversation/files?name=bill.txt`, {
      method: 'POST',
      headers: { authorization: `Bearer ${agent.token}`, 'content-type': 'application/octet-stream' },
      body: 'a bill',
    })
    const { hash } = (await uploaded.json()) as { hash: string }
    expect((await write(id, 'answer-file', '', { files: [{ hash, name: 'bill.txt' }] })).status).toBe(422)
    const { body } = await agent.ask('GET', `/interactions/${id}/conversation`)
    expect(body.messages.filter((one: { by: string }) => one.by === 'agent')).toEqual([])
    await finish(id)
  })
})

describe('a text message that an agent writes first', () => {
  const begin = (who: Asker, to: string, more: object = {}) =>
    who.ask('POST', '/interactions', { type: 'text', account: 'texts', to, text: 'Ihr Paket ist da', ...more })

  it('is a conversation with a text that leaves, once however often it is asked, and ends in history', async () => {
    const id = 'ix-begun-1'
    for (let n = 0; n < 3; n++) {
      const { status, body } = await begin(agent, '+49 (170) 555-01', { id })
      expect([status, body.id]).toEqual([201, id])
    }
    expect([...centre.texts.outgoing.values()].filter((one) => one.interaction === id)).toMatchObject([
      {
        account: 'texts',
        number: '+4917055501',
        user: 'agent1',
        parts: [{ text: 'Ihr Paket ist da', state: 'waiting' }],
      },
    ])
    expect((await agent.ask('GET', `/interactions/${id}`)).body).toMatchObject({
      ...{ medium: 'sms', direction: 'outbound', from: '+4915550100', to: '+4917055501' },
      ...{ state: 'connected', queue: 'support', agent: 'agent1' },
    })
    await centre.restart()
    // The customer answers: it is the same conversation.
    expect(centre.texts.threads.get('texts +4917055501')).toBe(id)
    expect((await write(id, 'begun-more', 'Noch etwas')).status).toBe(200)
    const { body } = await agent.ask('GET', `/interactions/${id}/conversation`)
    expect(body.messages.map((one: { note: string | null; text: string }) => one.note ?? one.text)).toEqual([
      'joined',
      'Ihr Paket ist da',
      'Noch etwas',
    ])
    await finish(id)
    await centre.settle()
    const past = await agent.ask('GET', `/interactions/${id}`)
    expect(past.body).toMatchObject({ state: 'closed', queue: 'support', agent: 'agent1', outcome: 'answered' })
  })

  it('is refused while a conversation with the number goes on, and says with whom', async () => {
    const number = '+49170777777'
    const first = await begin(agent, number)
    const second = await begin(await Asker.as(centre.base, 'agent2'), number)
    expect([second.status, second.body.detail]).toEqual([409, expect.stringContaining(`${first.body.id}, with agent1`)])
    await finish(first.body.id)
    // It is over: now there is one with the other.
    const third = await begin(await Asker.as(centre.base, 'agent2'), number)
    expect(third.status).toBe(201)
  })

  it.each([
    ['a national number', { to: '0170 123456' }, 422],
    ['a word', { to: 'ada' }, 422],
    ['another account', { account: 'none' }, 422],
    ['nothing to say', { text: '  ' }, 422],
    ['more than ten messages', { text: 'x'.repeat(1_600) }, 422],
  ])('is refused with %s, and nothing of it is left', async (_, wrong, expected) => {
    const before = centre.texts.outgoing.size
    expect((await begin(agent, '+491708888', wrong)).status).toBe(expected)
    expect(centre.texts.outgoing.size).toBe(before)
  })

  it('needs the right, which a role may lack: then the desk offers no account either', async () => {
    const desk = async () => (await agent.ask('GET', '/desk')).body.textAccounts
    expect(await desk()).toEqual([{ name: 'texts', address: '+4915550100' }])
    const role = { name: 'agent', rights: ['view-own', 'set-own-status', 'create-interaction'] as const }
    const change = (changes: readonly object[]) =>
      centre.submit({
        ...{ type: 'ChangeConfiguration', by: 'admin', basedOn: centre.state.configuration.version },
        changes: changes as never,
      })
    await change([{ kind: 'role', name: 'agent', value: role }])
    expect((await begin(agent, '+491709999')).status).toBe(403)
    expect(await desk()).toEqual([])
    await change([{ kind: 'role', name: 'agent' }])
  })

  it('is slowed when a script begins one after the other', async () => {
    const other = await Asker.as(centre.base, 'agent3')
    const statuses: number[] = []
    for (let n = 0; n < 12; n++) {
      const { status, body } = await begin(other, `+4917066${100 + n}`)
      statuses.push(status)
      if (status !== 201) continue
      await other.ask('POST', `/interactions/${body.id}/complete`)
      await other.ask('POST', `/interactions/${body.id}/wrap-up`, {})
    }
    expect(statuses).toContain(429)
  })
})

import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConversationView, MessageFileView } from '#api/contract'
import { Asker, TestCentre } from './api-kit.ts'
import { follow } from './stream-kit.ts'

let centre: TestCentre
let agent: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  agent = await Asker.as(centre.base, 'agent1')
})
afterAll(() => centre?.close())

const newKey = () => randomBytes(16).toString('hex')
const newMessage = (text: string, more: object = {}) => ({ id: `m-${randomBytes(8).toString('hex')}`, text, ...more })

/** A visitor who has begun a chat. */
async function visit(key = newKey(), more: object = {}) {
  const { status, body } = await new Asker(centre.base).ask('POST', '/chats', {
    key,
    queue: 'support',
    name: 'Ada',
    ...more,
  })
  expect(status).toBe(201)
  const visitor = new Asker(centre.base, body.token)
  return { id: body.id as string, visitor, path: `/chats/${body.id}` }
}

/** A chat that agent1 has taken. */
async function talk() {
  const chat = await visit()
  expect((await agent.ask('POST', `/interactions/${chat.id}/accept`)).status).toBe(200)
  return { ...chat, conversation: `/interactions/${chat.id}/conversation` }
}

async function finish(id: string): Promise<void> {
  await agent.ask('POST', `/interactions/${id}/complete`)
  await agent.ask('POST', `/interactions/${id}/wrap-up`, {})
}

const linesOf = ({ messages }: ConversationView) => messages.map(({ by, text, note }) => note ?? `${by}: ${text}`)

describe('a chat with a visitor of the website', () => {
  it('DIG-01 DIG-12 goes from the first word to the transcript, with the lines of the system, in the order of the log', async () => {
    const { id, visitor, path, conversation } = await talk()
    const first = newMessage('Guten Tag')
    expect((await visitor.ask('POST', `${path}/messages`, first)).status).toBe(200)
    await agent.ask('POST', `${conversation}/messages`, newMessage('How can I help?'))
    const { body: seen } = await visitor.ask('GET', path)
    expect(seen).toMatchObject({ state: 'talking', agents: ['Agent 1'], position: null })
    const lines = ['queued', 'joined', 'customer: Guten Tag', 'agent: How can I help?']
    expect(linesOf(seen)).toEqual(lines)
    // A visitor learns names, not users.
    expect(seen.messages.every((message: { user: unknown }) => message.user === null)).toBe(true)
    const { body: rest } = await visitor.ask('GET', `${path}?after=${first.id}`)
    expect(linesOf(rest)).toEqual(['agent: How can I help?'])
    await visitor.ask('POST', `${path}/end`)
    await agent.ask('POST', `/interactions/${id}/wrap-up`, {})
    await centre.settle()
    const { body: after } = await visitor.ask('GET', path)
    expect(after.state).toBe('over')
    expect(linesOf(after)).toEqual([...lines, 'left', 'ended'])
    expect((await visitor.ask('POST', `${path}/messages`, newMessage('still there?'))).status).toBe(409)
  })

  it('DIG-01 is written in by several agents: one asks a colleague, both write, one leaves, the last one ends it', async () => {
    const { id, visitor, path, conversation } = await talk()
    await centre.submit({ type: 'SetReachable', user: 'agent3', reachable: true })
    const colleague = await Asker.as(centre.base, 'agent3')
    const to = centre.state.configuration.users.get('agent3')!.extension
    expect((await colleague.ask('POST', `${conversation}/messages`, newMessage('too early'))).status).toBe(403)
    expect((await agent.ask('POST', `/interactions/${id}/invite`, { to })).status).toBe(200)
    expect((await colleague.ask('POST', `/interactions/${id}/accept`)).status).toBe(200)
    expect((await visitor.ask('GET', path)).body.agents).toEqual(['Agent 1', 'Agent 3'])
    await centre.restart()
    await colleague.ask('POST', `${conversation}/messages`, newMessage('I know about that'))
    await agent.ask('POST', `${conversation}/messages`, newMessage('so does agent 3'))
    expect((await agent.ask('POST', `/interactions/${id}/transfer`, { to: '1002' })).status).toBe(409)
    expect((await agent.ask('POST', `/interactions/${id}/release`, {})).status).toBe(200)
    const { body: left } = await visitor.ask('GET', path)
    expect(left).toMatchObject({ state: 'talking', agents: ['Agent 3'] })
    expect(linesOf(left).slice(-3)).toEqual(['agent: I know about that', 'agent: so does agent 3', 'left'])
    expect((await colleague.ask('POST', `/interactions/${id}/complete`)).status).toBe(200)
    expect((await visitor.ask('GET', path)).body.state).toBe('over')
    await agent.ask('POST', `/interactions/${id}/wrap-up`, {})
    await centre.submit({ type: 'SetReachable', user: 'agent3', reachable: false })
  })

  it('IR-15 takes a message that is sent twice once, and a chat that is begun twice once', async () => {
    const key = newKey()
    const { id, visitor, path } = await visit(key)
    expect((await visit(key)).id).toBe(id)
    const message = newMessage('only once')
    for (let n = 0; n < 3; n++) expect((await visitor.ask('POST', `${path}/messages`, message)).status).toBe(200)
    const { body } = await visitor.ask('GET', path)
    expect(linesOf(body).filter((line) => line === 'customer: only once')).toHaveLength(1)
    await visitor.ask('POST', `${path}/end`)
  })

  it('IR-14 IR-16 is the same after a takeover, to the last line, and the visitor goes on with the same token', async () => {
    const { id, visitor, path, conversation } = await talk()
    await visitor.ask('POST', `${path}/messages`, newMessage('before'))
    const { body: before } = await visitor.ask('GET', path)
    await centre.restart()
    const { body: after } = await visitor.ask('GET', path)
    expect(after).toEqual(before)
    await visitor.ask('POST', `${path}/messages`, newMessage('after'))
    const { body } = await agent.ask('GET', conversation)
    expect(linesOf(body)).toEqual([...linesOf(before), 'customer: after'])
    await finish(id)
  })

  it('tells a visitor who waits the position, and who is first when that one has gone', async () => {
    const busy = [await talk(), await talk()]
    const first = await visit()
    const second = await visit()
    expect((await first.visitor.ask('GET', first.path)).body).toMatchObject({ state: 'waiting', position: 1 })
    const stream = await follow<ConversationView>(centre.base, `${second.path}/stream`, second.visitor.token)
    expect(await stream.next()).toMatchObject({ state: 'waiting', position: 2 })
    await first.visitor.ask('POST', `${first.path}/end`)
    expect(await stream.until(({ position }) => position === 1)).toMatchObject({ state: 'waiting' })
    await second.visitor.ask('POST', `${second.path}/end`)
    expect(await stream.until(({ state }) => state === 'over')).toBeDefined()
    expect(await stream.next()).toBeUndefined()
    for (const { id } of busy) await finish(id)
  })

  it('shows each side at once what the other writes, that it is writing, and how far it has read', async () => {
    const { id, visitor, path, conversation } = await talk()
    const stream = await follow<ConversationView>(centre.base, `${path}/stream`, visitor.token)
    await stream.until(({ state }) => state === 'talking')
    await agent.ask('POST', `${conversation}/typing`, { typing: true })
    expect((await stream.until(({ typing }) => typing.agents)).messages).toEqual([])
    const message = newMessage('here I am')
    await agent.ask('POST', `${conversation}/messages`, message)
    const view = await stream.until(({ messages }) => messages.length > 0)
    expect(linesOf(view)).toEqual(['agent: here I am'])
    expect(view.typing.agents).toBe(false)
    const ours = await follow<ConversationView>(centre.base, `${conversation}/stream`, agent.token)
    await visitor.ask('POST', `${path}/read`, { message: message.id })
    expect((await ours.until(({ read }) => read.customer !== null)).read.customer).toBe(message.id)
    ours.close()
    stream.close()
    await finish(id)
  })

  it('DIG-11 IR-17 keeps files by their content, through a takeover, and gives them to the parties alone', async () => {
    const { id, visitor, path, conversation } = await talk()
    const content = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(5_000)])
    const upload = (name: string, body: Buffer) =>
      fetch(`${centre.base}/api/v1${path}/files?name=${encodeURIComponent(name)}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${visitor.token}`, 'content-type': 'application/octet-stream' },
        body: new Uint8Array(body),
      })
    const response = await upload('../my "photo".png', content)
    expect(response.status).toBe(201)
    const file = (await response.json()) as MessageFileView
    expect(file).toMatchObject({ type: 'image/png', bytes: content.length, name: '.._my _photo_.png' })
    await visitor.ask('POST', `${path}/messages`, newMessage('', { files: [{ hash: file.hash, name: file.name }] }))
    await centre.restart()
    const { body } = await agent.ask('GET', conversation)
    expect(body.messages.at(-1).files).toEqual([file])
    const download = await fetch(`${centre.base}/api/v1${conversation}/files/${file.hash}`, {
      headers: { authorization: `Bearer ${agent.token}` },
    })
    expect(Buffer.from(await download.arrayBuffer()).equals(content)).toBe(true)
    expect(download.headers.get('content-disposition')).toMatch(/^attachment/)
    // Another chat's visitor knows the hash, and gets nothing.
    const other = await visit()
    expect((await other.visitor.ask('GET', `${other.path}/files/${file.hash}`)).status).toBe(404)
    for (const bad of ['<html><script>alert(1)</script>', '#!/bin/sh\nrm -rf /', '\u007fELF\u0001\u0000'])
      expect((await upload('picture.png', Buffer.from(bad))).status).toBe(415)
    await other.visitor.ask('POST', `${other.path}/end`)
    await finish(id)
  })
})

describe('what agents say again and again', () => {
  it('DIG-06 is kept in the configuration and offered to the agents of its queues', async () => {
    const admin = await Asker.as(centre.base, 'admin')
    const { body: before } = await admin.ask('GET', '/configuration')
    const response = { title: 'Refund', text: 'Dear {{customer}}', queues: ['sales'] }
    const headers = { 'if-match': `"${before.version}"` }
    expect((await admin.ask('PUT', '/configuration/responses/refund', response, headers)).status).toBeLessThan(300)
    const { id } = await talk()
    const { body } = await agent.ask('GET', `/interactions/${id}/responses`)
    expect(body.items.map(({ title }: { title: string }) => title)).toEqual(['Goodbye', 'Greeting', 'One moment'])
    expect(body.items[1].text).toBe('Hello Ada, this is Agent 1. How can I help you?')
    await agent.ask('POST', `/interactions/${id}/transfer`, { to: '1002' })
    const { body: elsewhere } = await (await Asker.as(centre.base, 'supervisor')).ask(
      'GET',
      `/interactions/${id}/responses`,
    )
    expect(elsewhere.items.at(-1)).toEqual({ name: 'refund', title: 'Refund', text: 'Dear Ada' })
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
  })
})

describe('a chat in the wrong hands', () => {
  it('is opened by its own token alone', async () => {
    const { id, path, visitor } = await visit()
    const other = await visit()
    for (const stranger of [
      new Asker(centre.base),
      agent,
      other.visitor,
      new Asker(centre.base, `${visitor.token}x`),
    ]) {
      expect((await stranger.ask('GET', path)).status).toBe(401)
      expect((await stranger.ask('POST', `${path}/messages`, newMessage('hello'))).status).toBe(401)
    }
    // A visitor's token is no log-in.
    expect((await visitor.ask('GET', `/interactions/${id}`)).status).toBe(401)
    const colleague = await Asker.as(centre.base, 'agent3')
    expect((await colleague.ask('GET', `/interactions/${id}/conversation`)).status).toBe(403)
    expect(
      (await colleague.ask('POST', `/interactions/${id}/conversation/messages`, newMessage('me too'))).status,
    ).toBe(403)
    await visitor.ask('POST', `${path}/end`)
    await other.visitor.ask('POST', `${other.path}/end`)
  })

  it('is refused where nobody chats, where nothing is said, and where too much is', async () => {
    const stranger = new Asker(centre.base)
    expect((await stranger.ask('POST', '/chats', { key: newKey(), queue: 'nowhere' })).status).toBe(403)
    expect((await stranger.ask('POST', '/chats', { key: 'short', queue: 'support' })).status).toBe(422)
    const { path, visitor } = await visit()
    expect((await visitor.ask('POST', `${path}/messages`, newMessage('  '))).status).toBe(422)
    expect((await visitor.ask('POST', `${path}/messages`, newMessage('x'.repeat(4_001)))).status).toBe(422)
    const statuses = await Promise.all(
      Array.from(
        { length: 40 },
        async (_, n) => (await visitor.ask('POST', `${path}/messages`, newMessage(`${n}`))).status,
      ),
    )
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(10)
    await visitor.ask('POST', `${path}/end`)
  })

  it('lets any website ask, without a cookie', async () => {
    const response = await fetch(`${centre.base}/api/v1/chats`, { method: 'OPTIONS' })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  })
})

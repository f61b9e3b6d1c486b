import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { type ServerMessage, ServerMessageSchema, type Topic } from '#api/contract'
import type { ConfigurationChange } from '#kernel/config'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let tokens: Record<string, string>

beforeAll(async () => {
  centre = await TestCentre.start()
  tokens = {}
  for (const user of ['supervisor', 'agent1', 'agent3']) tokens[user] = (await Asker.as(centre.base, user)).token
})
afterAll(() => centre?.close())

const ALL: Topic[] = ['queues', 'agents', 'interactions']

/** A browser that keeps what it is told and checks each message against the contract. */
class Browser {
  readonly messages: ServerMessage[] = []
  readonly socket: WebSocket
  code = 0
  #seen: () => void = () => {}

  constructor(first: unknown) {
    this.socket = new WebSocket(`${centre.base.replace('http', 'ws')}/ws`)
    this.socket.on('open', () => this.socket.send(typeof first === 'string' ? first : JSON.stringify(first)))
    this.socket.on('message', (data) => {
      this.messages.push(ServerMessageSchema.parse(JSON.parse(String(data))))
      this.#seen()
    })
    this.socket.on('close', (code) => {
      this.code = code
      this.#seen()
    })
  }

  static as(user: string, sequence?: number): Browser {
    return new Browser({
      type: 'resume',
      token: tokens[user],
      topics: ALL,
      ...(sequence === undefined ? {} : { sequence }),
    })
  }

  /** The first message, from `from` on, that fits. */
  async until(fits: (message: ServerMessage) => boolean, from = 0): Promise<ServerMessage> {
    for (;;) {
      const found = this.messages.slice(from).find(fits)
      if (found) return found
      await new Promise<void>((resolve) => {
        this.#seen = resolve
      })
    }
  }

  async closed(): Promise<number> {
    while (this.code === 0) await new Promise<void>((resolve) => (this.#seen = resolve))
    return this.code
  }

  /** Waits until a view of the interaction in this state came; fails never, so the test's time limit tells. */
  sees(id: string, state: string): Promise<ServerMessage> {
    return this.until(
      (message) =>
        'interactions' in message && message.interactions.some((one) => one.id === id && one.state === state),
    )
  }
}

describe('the socket', () => {
  it('gives a snapshot, then what changes: a call that moves, its queue and its agent', async () => {
    await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
    const browser = Browser.as('supervisor')
    const snapshot = await browser.until((message) => message.type === 'snapshot')
    expect(snapshot).toMatchObject({ interactions: [] })
    await centre.call('ix-move')
    const offered = await browser.sees('ix-move', 'offered')
    expect(offered).toMatchObject({ type: 'changes' })
    if (offered.type === 'changes') {
      expect(offered.queues.find((queue) => queue.name === 'support')).toMatchObject({ waiting: 1, offered: 1 })
      expect(offered.agents.find((agent) => agent.user === 'agent1')).toMatchObject({ status: 'offered' })
    }
    await centre.answer('ix-move')
    await browser.sees('ix-move', 'connected')
    await centre.submit({ type: 'End', interaction: 'ix-move', by: 'supervisor' })
    const closed = await browser.sees('ix-move', 'closed')
    if (closed.type === 'changes')
      expect(closed.interactions[0]).toMatchObject({ outcome: 'answered', agent: 'agent1' })
    browser.socket.close()
  })

  it('SEC-07 shows an agent only themselves, their queues and their calls', async () => {
    const mine = Browser.as('agent1')
    const other = Browser.as('agent3')
    for (const browser of [mine, other]) await browser.until((message) => message.type === 'snapshot')
    await centre.submit({ type: 'EndWrapUp', interaction: 'ix-move', user: 'agent1' })
    await centre.call('ix-mine')
    await mine.sees('ix-mine', 'offered')
    await centre.submit({ type: 'End', interaction: 'ix-mine', by: 'admin' })
    await mine.sees('ix-mine', 'closed')
    await centre.submit({ type: 'ChooseStatus', user: 'agent3', status: 'not-ready' })
    await other.until((message) => 'agents' in message && message.agents.some((agent) => agent.status === 'not-ready'))
    const told = other.messages.flatMap((message) => ('agents' in message ? [message] : []))
    expect(new Set(told.flatMap((message) => message.agents.map((agent) => agent.user)))).toEqual(new Set(['agent3']))
    expect(told.flatMap((message) => message.interactions)).toEqual([])
    expect(new Set(told.flatMap((message) => message.queues.map((queue) => queue.name)))).toEqual(new Set(['support']))
    for (const browser of [mine, other]) browser.socket.close()
  })

  it('resumes from a sequence with what changed since, and nothing else', async () => {
    const first = Browser.as('supervisor')
    const { sequence } = (await first.until((message) => message.type === 'snapshot')) as { sequence: number }
    first.socket.close()
    await centre.call('ix-between', '1009')
    await centre.submit({
      type: 'ReportCleared',
      interaction: 'ix-between',
      participant: 'ix-between.p1',
      reason: 'hung-up',
    })
    const again = Browser.as('supervisor', sequence)
    const message = await again.until(() => true)
    expect(message).toMatchObject({
      type: 'changes',
      agents: [],
      interactions: [{ id: 'ix-between', state: 'closed' }],
    })
    again.socket.close()
    const upToDate = Browser.as('supervisor', 'sequence' in message ? message.sequence : 0)
    expect(await upToDate.until(() => true)).toMatchObject({ type: 'alive' })
    upToDate.socket.close()
  })

  it('SEC-07 takes what was shown away when a right is withdrawn, and tells who was away meanwhile', async () => {
    const before = {
      kind: 'role',
      name: 'supervisor',
      value: { name: 'supervisor', rights: ['view-own', 'view-live'] },
    } as const
    const change = (change: ConfigurationChange) =>
      centre.submit({
        type: 'ChangeConfiguration',
        ...{ by: 'admin', basedOn: centre.state.configuration.version, changes: [change] },
      })
    await change(before)
    const browser = Browser.as('supervisor')
    const first = await browser.until(({ type }) => type === 'snapshot')
    expect(first).toMatchObject({ rights: ['view-own', 'view-live'] })
    expect('agents' in first && first.agents.length).toBeGreaterThan(100)
    const agent = Browser.as('agent1')
    await agent.until(({ type }) => type === 'snapshot')

    const at = browser.messages.length
    await change({ kind: 'role', name: 'supervisor', value: { name: 'supervisor', rights: ['view-own'] } })
    const second = await browser.until(({ type }) => type === 'snapshot', at)
    expect(second).toMatchObject({ rights: ['view-own'] })
    expect('agents' in second && second.agents.map(({ user }) => user)).toEqual(['supervisor'])
    // Who lost nothing is told nothing.
    expect(agent.messages.filter(({ type }) => type === 'snapshot')).toHaveLength(1)

    const away = Browser.as('supervisor', 'sequence' in first ? first.sequence : 0)
    expect(await away.until(({ type }) => type === 'changes' || type === 'alive')).toMatchObject({
      rights: ['view-own'],
    })
    await change({ kind: 'role', name: 'supervisor' })
    for (const one of [browser, agent, away]) one.socket.close()
  })

  it('resumes on the next life of the core, with a snapshot', async () => {
    const before = Browser.as('supervisor')
    const { sequence } = (await before.until((message) => message.type === 'snapshot')) as { sequence: number }
    await centre.call('ix-through', '1009')
    await centre.restart()
    expect(await before.closed()).toBe(1012)
    const after = Browser.as('supervisor', sequence)
    expect(await after.until(() => true)).toMatchObject({
      type: 'snapshot',
      interactions: [{ id: 'ix-through', state: 'in-flow' }],
    })
    after.socket.close()
  })

  it('shows out who has no good token, says what is no message, or is no user any more', async () => {
    const stranger = new Browser({ type: 'resume', token: 'no.token', topics: ALL })
    expect(await stranger.closed()).toBe(4401)
    expect(stranger.messages.at(-1)).toMatchObject({ type: 'problem', status: 401 })
    expect(await new Browser('hello').closed()).toBe(4400)
    expect(await new Browser({ type: 'resume', token: tokens['supervisor'], topics: [] }).closed()).toBe(4400)
    expect(await new Browser('x'.repeat(20_000)).closed()).toBe(1009)
    const agent = Browser.as('agent3')
    await agent.until((message) => message.type === 'snapshot')
    const { version } = centre.state.configuration
    await centre.submit({
      type: 'ChangeConfiguration',
      by: 'admin',
      basedOn: version,
      changes: [{ kind: 'user', name: 'agent3' }],
    })
    expect(await agent.closed()).toBe(4401)
  })
})

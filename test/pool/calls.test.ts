import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hearsMore, talking } from '../e2e/kill-stage.ts'
import { eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { type Pool, type PoolNode, startPool } from '../kit/pool.ts'

interface Seen {
  readonly id: string
  readonly from: string
  readonly state: string
  readonly queuedAt: string | null
}

describe('calls in a pool of two nodes', () => {
  let pool: Pool
  const phones: Phone[] = []
  let streams = 1
  const phone = async (node: PoolNode, user: string, password?: string): Promise<Phone> => {
    const opened = await Phone.open({
      ...{ server: node.sip, user, nextStream: () => streams++ },
      ...(password === undefined ? {} : { password }),
    })
    phones.push(opened)
    return opened
  }
  const open = async (node: PoolNode, from: string): Promise<Seen> => {
    const api = await node.api()
    return eventually(`the call of ${from}`, async () => {
      const { items } = await api.get<{ items: Seen[] }>('/interactions?state=open&limit=100')
      return items.find((one) => one.from.includes(from))
    })
  }

  beforeAll(async () => {
    pool = await startPool()
  })
  afterAll(async () => {
    await Promise.all(phones.map((one) => one.close()))
    await pool?.close()
  })

  it('are answered at every node’s edge, and keep sound and place when the primary’s whole node dies (AA-19, FS-02, FS-14, AA-01, HSB-03, FS-35, SW-19, MSU-11, DR-13, DR-18, FS-12, FS-34, IR-26, AA-09, HSB-09)', async () => {
    const [one, two] = [pool.node('node1'), pool.node('node2')]
    const here = await (await phone(one, '7810001')).dial('1010')
    const there = await (await phone(two, '7810002')).dial('1010')
    const waiting = await (await phone(two, '7810003')).dial('1001')
    for (const call of [here, there, waiting]) {
      await call.connected()
      await hearsMore(call)
    }
    const before = await open(two, '7810003')
    expect(before.state).toBe('queued')
    const primary = await pool.primary()
    pool.crash('node1')
    const killedAt = performance.now()
    await pool.primary(primary)
    await hearsMore(there)
    await hearsMore(waiting)
    const next = await (await phone(two, '7810004')).dial('1010')
    await next.connected()
    const answeredMs = Math.round(performance.now() - killedAt)
    await hearsMore(next)
    expect(await open(two, '7810003')).toEqual(before)
    await waiting.hangUp()
    const api = await two.api()
    await eventually('one record of the caller who waited', async () => {
      const { items } = await api.get<{ items: Seen[] }>('/interactions?limit=100')
      const mine = items.filter(({ from }) => from.includes('7810003'))
      return mine.length === 1 && mine[0]?.state === 'closed' ? true : undefined
    })
    console.log(JSON.stringify({ bench: 'machine of the primary killed', answeredMs }))
  })

  it('reach an agent who is registered at the other node’s edge', async () => {
    const one = await pool.start('node1')
    const two = pool.node('node2')
    await pool.connected(2, 2)
    const agent = await phone(one, '2001', 'demo-agent1')
    const rung: PhoneCall[] = []
    agent.incoming = (call) => {
      rung.push(call)
      call.ring()
    }
    expect(await agent.register()).toBe(200)
    // The edge has told the core by then.
    await eventually('the agent to be reachable', async () => {
      const agents = await (await two.api()).get<{ user: string; status: string }[]>('/agents/live')
      return agents.find(({ user }) => user === 'agent1')?.status === 'ready' ? true : undefined
    })
    const caller = await (await phone(two, '7810005')).dial('2001')
    const call = await eventually('the agent’s phone to ring', () => rung[0])
    call.answer()
    await caller.connected()
    await talking(caller, call)
  })
})

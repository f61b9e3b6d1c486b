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

async function metricOf({ http }: PoolNode, name: string): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1])
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
  /** The edge has told the core of the agent's phone by then. */
  const readyAt = async (node: PoolNode, agent: string): Promise<void> => {
    const api = await node.api()
    await eventually(`${agent} to be reachable`, async () => {
      const agents = await api.get<{ user: string; status: string }[]>('/agents/live')
      return agents.find(({ user }) => user === agent)?.status === 'ready' ? true : undefined
    })
  }

  beforeAll(async () => {
    pool = await startPool()
  })
  afterAll(async () => {
    await Promise.all(phones.map((one) => one.close()))
    await pool?.close()
  })

  it('reach backups by what the primary tells, not by the database (SW-01)', async () => {
    const backup = await eventually('a backup that is told', async () => {
      const primary = await pool.primaryNode()
      const other = pool.nodes().find((node) => node !== primary)
      const told = other && (await metricOf(other, 'tandem_backup_told'))
      return told === 1 ? other : undefined
    })
    const before = await metricOf(backup, 'tandem_log_sequence')
    const call = await (await phone(backup, '7810008')).dial('1009')
    await call.connected(20_000)
    expect(await call.hangUp()).toBe(200)
    await eventually('the backup to have the call', async () =>
      (await metricOf(backup, 'tandem_log_sequence')) > before ? true : undefined,
    )
    expect(await metricOf(backup, 'tandem_backup_told')).toBe(1)
  })

  it('are answered at every node’s edge, and keep sound and place when the primary’s whole node dies, also those of its own edge (AA-19, FS-02, FS-14, AA-01, HSB-03, FS-35, SW-19, MSU-11, DR-13, DR-18, FS-12, FS-34, IR-26, AA-09, HSB-09, DR-15, FS-29)', async () => {
    const [one, two] = [pool.node('node1'), pool.node('node2')]
    const died = one.sip
    const phones = {
      here: await phone(one, '7810001'),
      there: await phone(two, '7810002'),
      waiting: await phone(two, '7810003'),
      waitingHere: await phone(one, '7810006'),
      agent: await phone(one, '2001', 'demo-agent1'),
      caller: await phone(one, '7810007'),
    }
    const rung: PhoneCall[] = []
    phones.agent.incoming = (call) => void rung.push(call)
    expect(await phones.agent.register()).toBe(200)
    await readyAt(two, 'agent1')
    const talk = await phones.caller.dial('2001')
    const agentsCall = await eventually('the agent’s phone to ring', () => rung[0])
    agentsCall.answer()
    const here = await phones.here.dial('1010')
    const there = await phones.there.dial('1010')
    const waiting = await phones.waiting.dial('1001')
    const waitingHere = await phones.waitingHere.dial('1001')
    await talk.connected()
    await talking(talk, agentsCall)
    for (const call of [here, there, waiting, waitingHere]) {
      await call.connected()
      await hearsMore(call)
    }
    const callers = ['7810003', '7810006'] as const
    const before = await Promise.all(callers.map((from) => open(two, from)))
    expect(before.map(({ state }) => state)).toEqual(['queued', 'queued'])
    const primary = await pool.primary()
    pool.crash('node1')
    const killedAt = performance.now()
    const heard = async (call: PhoneCall) => {
      await hearsMore(call)
      return Math.round(performance.now() - killedAt)
    }
    // Whoever came by its edge hears again from another machine's media process, told by another edge.
    const [heardMs] = await Promise.all([
      Promise.all([waitingHere, here].map(heard)),
      pool.primary(primary),
      talking(talk, agentsCall),
      ...[there, waiting].map((call) => hearsMore(call)),
    ])
    const next = await (await phone(two, '7810004')).dial('1010')
    await next.connected()
    const answeredMs = Math.round(performance.now() - killedAt)
    await hearsMore(next)
    expect(await Promise.all(callers.map((from) => open(two, from)))).toEqual(before)
    // As its address is taken over, or its name leads to the other machine.
    for (const its of Object.values(phones)) its.takenOver(died, two.sip)
    for (const call of [waiting, waitingHere, here, talk]) await call.hangUp()
    await agentsCall.until('ended', () => agentsCall.state === 'ended')
    const api = await two.api()
    await eventually('one record of each caller', async () => {
      const { items } = await api.get<{ items: Seen[] }>('/interactions?limit=100')
      const closed = [...callers, '7810001', '7810007'].map((from) => {
        const its = items.filter((one) => one.from.includes(from))
        return its.length === 1 && its[0]?.state === 'closed'
      })
      return closed.every(Boolean) ? true : undefined
    })
    console.log(JSON.stringify({ bench: 'machine of the primary killed', answeredMs, heardAgainMs: heardMs }))
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
    await readyAt(two, 'agent1')
    const caller = await (await phone(two, '7810005')).dial('2001')
    const call = await eventually('the agent’s phone to ring', () => rung[0])
    call.answer()
    await caller.connected()
    await talking(caller, call)
  })
})

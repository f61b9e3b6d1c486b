import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster, VoiceMessages } from '#api/contract'
import { eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import { type Pool, type PoolNode, startPool } from '../kit/pool.ts'
import { decodeMuLaw, frameOf, likeness, melody } from '../kit/sounds.ts'

const PASSWORD = 'demo-agent5'
const SAYS = melody(3_000)
/** In the midst of it, three tenths of a second: no two are alike. */
const PART = SAYS.subarray(8_000, 10_400)

interface Open {
  readonly id: string
  readonly from: string
  readonly state: string
}

async function metricOf({ http }: PoolNode, name: string): Promise<number> {
  const text = await (await fetch(`${http}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1])
}

/** What a node's own disk has of it. */
function fileOf({ data }: Pick<PoolNode, 'data'>, recording: string): Buffer | undefined {
  const path = join(data, 'blobs', 'recordings', `${recording}.wav`)
  return existsSync(path) ? readFileSync(path) : undefined
}

describe('recordings in a pool of two nodes', () => {
  let pool: Pool
  const phones: Phone[] = []
  let streams = 1
  const phone = async (node: PoolNode, user: string, password?: string): Promise<Phone> => {
    const nextStream = () => streams++
    const opened = await Phone.open({ server: node.sip, user, nextStream, ...(password && { password }) })
    phones.push(opened)
    return opened
  }
  const messages = async (node: PoolNode) =>
    (await (await node.api('agent5')).get<VoiceMessages>('/voice-messages')).items
  const keepOn = async (machines: string) => {
    const admin = await pool.node('node1').api('admin')
    const path = '/configuration/parameters'
    const { version } = await admin.get<{ version: number }>(path)
    const set = { value: machines, basedOn: version }
    expect((await admin.raw('PUT', `${path}/Recording%20Machines`, set)).status).toBe(200)
  }
  let recording = ''
  let whole: Buffer

  beforeAll(async () => {
    pool = await startPool()
  })
  afterAll(async () => {
    await Promise.all(phones.map((one) => one.close()))
    await pool?.close()
  })

  it('are not copied where one machine shall have them', async () => {
    await keepOn('1')
    const node = pool.node('node1')
    const agent = await phone(node, '2005', PASSWORD)
    expect(await agent.register()).toBe(200)
    agent.incoming = (incoming) => {
      incoming.media.speak(() => Buffer.alloc(160, 0xff))
      incoming.answer()
    }
    const caller = await phone(node, '7020')
    const call = await caller.dial('2005')
    await call.connected(20_000)
    const api = await node.api('agent5')
    const talk = await eventually('the two talk', async () => {
      const { items } = await api.get<{ items: Open[] }>('/interactions?state=open')
      return items.find(({ from, state }) => from === '7020' && state === 'connected')
    })
    let spoken = 0
    call.media.speak((frame) => {
      spoken = frame
      return frameOf(SAYS, frame % 150)
    })
    await api.post(`/interactions/${talk.id}/transfer`, { to: '2005', mailbox: true })
    const last = await eventually('the message is recorded', async () => {
      const { recordings } = await api.get<{ recordings: string[] }>(`/interactions/${talk.id}`)
      return recordings.length > 0 ? spoken : undefined
    })
    await call.until('the melody from its beginning to its end', () => spoken > last + 400)
    expect(await call.hangUp()).toBe(200)
    const message = await eventually('the message is kept', async () =>
      (await messages(node)).find(({ sound }) => sound === 'kept'),
    )
    recording = message.id
    whole = await eventually('it lies on the machine where it was said', async () => fileOf(node, recording))
    expect(fileOf(pool.node('node2'), recording)).toBeUndefined()
    expect(await metricOf(node, 'tandem_recordings_without_copy')).toBeNaN()
  })

  it('of voice messages are heard by phone on the machine that has none of them (VML-05, REC-09)', async () => {
    const node = pool.node('node2')
    const agent = await phone(node, '2005', PASSWORD)
    expect(await agent.register()).toBe(200)
    const heard: number[] = []
    const own = await agent.dial('*97')
    own.media.hear((packet) => {
      for (const byte of packet.subarray(12)) heard.push(decodeMuLaw(byte))
    })
    await own.connected(20_000)
    await eventually('the message is said', async () => (await messages(node))[0]?.heard ?? undefined)
    const before = heard.length
    await own.until('six seconds of the message', () => heard.length > before + 6 * 8_000)
    expect(await own.hangUp()).toBe(200)
    expect(likeness(PART, Int16Array.from(heard)).score).toBeGreaterThan(0.9)
    // It was played, not copied.
    expect(fileOf(node, recording)).toBeUndefined()
  })

  it('lie on both when two shall have them, and somebody sees that they do (SW-01, REC-15)', async () => {
    await keepOn('2')
    const admin = await pool.node('node1').api('admin')
    await eventually('nothing lacks its copy', async () =>
      (await metricOf(pool.node('node2'), 'tandem_recordings_without_copy')) === 0 ? true : undefined,
    )
    expect(fileOf(pool.node('node2'), recording)?.equals(whole)).toBe(true)
    const { cores } = await admin.get<Cluster>('/cluster')
    expect(cores.flatMap(({ modules = [] }) => modules).find(({ name }) => name === 'recordings')).toMatchObject({
      healthy: true,
      detail: 'each lies on two machines',
    })
  })

  it('are heard when the machine that made them is gone with its disk (SW-01, DR-03)', async () => {
    const gone = pool.node('node1')
    pool.crash('node1')
    rmSync(gone.data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    const api = await pool.node('node2').api()
    const answer = await eventually('the copy is heard', async () => {
      const raw = await api.raw('GET', `/recordings/${recording}/audio`).catch(() => undefined)
      return raw?.status === 200 ? Buffer.from(await raw.arrayBuffer()) : undefined
    })
    expect(answer.equals(whole)).toBe(true)
  })

  it('are taken again by a machine that comes back with an empty disk (DR-03)', async () => {
    const node = await pool.start('node1')
    const copy = await eventually('the copy is there', async () => fileOf(node, recording))
    expect(copy.equals(whole)).toBe(true)
  })
})

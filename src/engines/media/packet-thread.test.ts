import { afterEach, describe, expect, it } from 'vitest'
import { isTandemError, type TandemError } from '#base'
import type { MediaSpec } from '#protocols/control'
import { FakeParty, numberedPayload } from './fake-party.ts'
import { PacketThread } from './packet-thread.ts'
import type { PlaneEvent, PlaneSettings } from './plane-port.ts'
import type { Sound } from './sound.ts'

const SETTINGS: PlaneSettings = {
  address: '127.0.0.1',
  advertised: '203.0.113.1',
  ports: { from: 23_900, to: 23_999 },
  sessionsMax: 2,
  silenceAlarmMs: 60_000,
  cname: 'test@tandem',
}

const SPEC: MediaSpec = {
  codec: { name: 'PCMU', payloadType: 0, ptimeMs: 20 },
  sends: true,
  receives: true,
  hears: { type: 'echo' },
}

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Bench {
  readonly thread: PacketThread
  readonly events: PlaneEvent[]
  readonly octets: Map<string, number>
  readonly failed: Promise<TandemError>
  failures(): number
  until(condition: () => boolean): Promise<void>
}

/** A packet thread and all that it told. With `settings` that no thread can bear it dies at its start. */
function bench(settings: Partial<PlaneSettings> = {}, prompts: ReadonlyMap<string, Sound> = new Map()): Bench {
  const events: PlaneEvent[] = []
  const octets = new Map<string, number>()
  const checks = new Set<() => void>()
  const told = () => {
    for (const check of checks) check()
  }
  const failed = Promise.withResolvers<TandemError>()
  let failures = 0
  const thread: PacketThread = new PacketThread({
    settings: { ...SETTINGS, ...settings },
    prompts,
    output: {
      event: (event) => {
        events.push(event)
        told()
      },
      samples: (recording, portion) => {
        octets.set(recording, (octets.get(recording) ?? 0) + portion.length)
        told()
      },
      full: (recording) => {
        octets.set(`${recording} full`, 1)
        told()
      },
      wanted: (recording) => thread.bring(recording, { failed: 'there is none' }),
      handshake: () => {},
    },
    failed: (error) => {
      failures++
      failed.resolve(error)
    },
  })
  closers.push(() => thread.close())
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!condition()) return
        checks.delete(check)
        resolve()
      }
      checks.add(check)
      check()
    })
  return { thread, events, octets, failed: failed.promise, failures: () => failures, until }
}

async function party(): Promise<FakeParty> {
  const made = await FakeParty.open()
  closers.push(() => made.close())
  return made
}

describe('packet thread', () => {
  it('does what it is asked in the order of asking, and gives refusals with code, status and fields', async () => {
    const { thread } = bench()
    const answers = await Promise.allSettled([
      thread.set('a', SPEC),
      thread.set('b', SPEC),
      thread.set('c', SPEC),
      thread.keep(['b']),
      thread.statistics('a'),
      thread.statistics(),
    ])
    const [a, b, c, kept, gone, all] = answers
    expect(a).toMatchObject({ value: { address: '203.0.113.1' } })
    expect(b.status).toBe('fulfilled')
    expect(c).toMatchObject({ reason: { code: 'media.sessions-full', status: 503, fields: { sessionsMax: 2 } } })
    expect(isTandemError((c as PromiseRejectedResult).reason)).toBe(true)
    expect(kept).toMatchObject({ value: ['b'] })
    expect(gone).toMatchObject({ reason: { code: 'media.session-unknown', status: 404 } })
    expect(all).toMatchObject({ value: { load: { sessions: 1 } } })
  })

  it('carries packets while the control thread is blocked', async () => {
    const { thread } = bench()
    const caller = await party()
    caller.target = (await thread.set('a', { ...SPEC, remote: caller.address })).port
    for (let i = 0; i < 5; i++) caller.send(numberedPayload(1, i))
    // The packets lie in the sockets; this thread sees nothing of what happens until it is over.
    const end = performance.now() + 300
    while (performance.now() < end);
    await caller.until((heard) => heard.length >= 5)
    expect((await thread.statistics('a')).sessions[0]).toMatchObject({ packetsReceived: 5, packetsSent: 5 })
  })

  it('gives the sound of a recording before the answer that ends it', async () => {
    const { thread, octets, until } = bench()
    await thread.set('a', SPEC)
    const spec = { sessions: ['a'], interaction: 'ix', durationMsMax: 60_000 } as const
    expect(await thread.record('r', spec)).toEqual({ law: 'PCMU', tracks: 1 })
    await until(() => (octets.get('r') ?? 0) > 0)
    const before = octets.get('r')!
    expect(await thread.finish('r')).toBe(true)
    expect(octets.get('r')).toBeGreaterThan(before)
    const after = octets.get('r')
    expect(await thread.finish('r')).toBe(false)
    expect(octets.get('r')).toBe(after)
  })

  it('tells when a recording has its greatest length', async () => {
    const { thread, octets, until } = bench()
    await thread.set('a', SPEC)
    await thread.record('r', { sessions: ['a'], interaction: 'ix', durationMsMax: 200 })
    await until(() => octets.has('r full'))
    expect(octets.get('r')).toBe(1600)
  })

  it('asks for a recording that somebody is to hear, and tells that it cannot be had', async () => {
    const { thread, events, until } = bench()
    const caller = await party()
    const items = [{ type: 'recording', recording: 'gone' }] as const
    await thread.set('a', {
      ...SPEC,
      remote: caller.address,
      hears: { type: 'program', program: 'p', items, repeat: false },
    })
    await until(() => events.length > 0)
    expect(events).toEqual([{ type: 'program-failed', session: 'a', program: 'p', reason: 'there is none' }])
  })

  it('that dies tells it once, with its cause; what waits is rejected, and all that is asked later', async () => {
    const { thread, failed, failures } = bench({ ports: null as unknown as PlaneSettings['ports'] })
    const waiting = [thread.set('a', SPEC), thread.statistics(), thread.remove('x')]
    const outcomes = await Promise.allSettled(waiting)
    const error = await failed
    expect(error).toMatchObject({ code: 'media.thread-failed' })
    expect(error.fields['reason']).toContain('TypeError')
    expect(error.cause).toBeInstanceOf(Error)
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { code: 'media.thread-failed' } })
    await expect(thread.set('b', SPEC)).rejects.toBe(error)
    thread.bring('r', { failed: 'nobody is there' })
    await thread.close()
    expect(failures()).toBe(1)
  })

  it('closes more than once, says goodbye to nobody twice, and does not count that as a failure', async () => {
    const { thread, failures } = bench()
    await thread.set('a', SPEC)
    await Promise.all([thread.close(), thread.close()])
    await thread.close()
    expect(failures()).toBe(0)
    await expect(thread.set('b', SPEC)).rejects.toMatchObject({ code: 'media.thread-failed' })
  })
})

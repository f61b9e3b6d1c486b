import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { type Lease, MemoryLease } from '#seams/lease'
import type { Answered, Connections } from './connections.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { readParameters } from './parameters.ts'
import { Probes } from './probes.ts'
import { Switchover } from './switchover.ts'
import { connectionStatus } from './tables.ts'

const DEFAULTS: Readonly<Record<string, string>> = {
  'Watched Module': 'TS',
  'TS Ping Delay': '0.25',
  'TS Timeout': '0.75',
  'TS Failure Retry Delay': '0.25',
  'Max TS Failures': '2',
  'Disable Gateway Ping': 'Yes',
  'Notifier Ping Delay': '0.25',
  'Notifier Ping Timeout': '0.75',
  'Notifier Ping Retries': '2',
  'Reconnect Attempts': '10',
  'Reconnect Interval': '5',
}
const PARAMETERS = readParameters((name) => DEFAULTS[name.replace('Switchover ', '')])

/** Ways on which every packet takes this long and this share of them is lost; what is lost TCP sends again after a second, then two. */
interface Net {
  readonly oneWayMs: number
  readonly loss: number
}
const RESEND_MS = 1_000
const RESENDS_MAX = 6
const MINUTES = 5
const STEP_MS = 10

/** Numbers between 0 and 1, always the same for a seed (Park and Miller). */
function randomOf(seed: number): () => number {
  let at = seed
  return () => {
    at = (at * 48_271) % 2_147_483_647
    return at / 2_147_483_647
  }
}

/** A primary and a backup, each with ways of its own to the store and to each other; the links also close for some seconds now and then. */
async function play(net: Net, seed: number): Promise<{ readonly terms: number; readonly happened: string }> {
  const clock = new VirtualClock()
  const random = randomOf(seed)
  const store = new MemoryLease(clock)
  const wait = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))
  const way = () => {
    let ms = net.oneWayMs
    for (let resent = 0; resent < RESENDS_MAX && random() < net.loss; resent++) ms += RESEND_MS * 2 ** resent
    return wait(ms)
  }
  const far = async <T>(ask: () => Promise<T>): Promise<T> => {
    await way()
    const answer = await ask()
    await way()
    return answer
  }
  const farLease = (): Lease => {
    const lease = Object.create(store) as Lease
    lease.renew = (term, ttlMs) => far(() => store.renew(term, ttlMs))
    lease.current = () => far(() => store.current())
    lease.watch = (wake) => store.watch(wake)
    lease.release = (term) => far(() => store.release(term))
    lease.acquire = (holder, ttlMs) => far(() => store.acquire(holder, ttlMs))
    return lease
  }
  const keeper = new LeaseKeeper({ lease: farLease(), holder: 'p', clock, logger: silentLogger, lost: () => {} })
  let up = true
  let changed = (): void => {}
  const connections: Connections = {
    peer: 'p',
    get status() {
      return connectionStatus(up, up)
    },
    onChanged: (listener) => {
      changed = listener
      return () => {}
    },
    ask: () => far(() => Promise.resolve<Answered>({ answer: up ? 'success' : 'connection lost' })),
    reconnect: () => {},
  }
  const switchover = new Switchover({
    lease: farLease(),
    holder: 'b',
    clock,
    logger: silentLogger,
    connections,
    probes: new Probes({ echo: async () => true, gateways: () => [], clock, logger: silentLogger }),
    parameters: () => PARAMETERS,
    primaryHost: () => 'host',
    primaryIs: () => {},
    pair: () => 'active',
    draining: () => false,
    diagnose: () => {},
    synchronise: () => {},
    lost: () => {},
  })
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      clock.advance(STEP_MS)
      for (let turn = 0; turn < 10; turn++) await Promise.resolve()
    }
  }
  const taking = keeper.take()
  await pass(30_000)
  await taking
  void switchover.acquire()
  for (let minute = 0; minute < MINUTES; minute++) {
    await pass(50_000)
    up = false
    changed()
    await pass(10_000)
    up = true
    changed()
  }
  const happened = switchover.status().happened.map(({ what }) => what)
  return { terms: (await store.current())?.term ?? 0, happened: happened.join('\n') }
}

describe('false takeovers (DR-14, IR-27)', () => {
  for (const net of [
    { oneWayMs: 0, loss: 0 },
    { oneWayMs: 0, loss: 0.05 },
    { oneWayMs: 250, loss: 0.05 },
    { oneWayMs: 500, loss: 0.05 },
  ]) {
    const { oneWayMs, loss } = net
    it(`are none at ${loss * 100} % loss and ${oneWayMs} ms each way, with links that close now and then`, async () => {
      for (let seed = 1; seed <= 5; seed++) {
        const { terms, happened } = await play(net, seed)
        expect(terms, `seed ${seed}:\n${happened}`).toBe(1)
      }
    })
  }
})

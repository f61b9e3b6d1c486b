import { describe, expect, it } from 'vitest'
import { silentLogger, VirtualClock } from '#base'
import { MemoryLease } from '#seams/lease'
import type { Answered, Connections, PingKind } from './connections.ts'
import { readParameters } from './parameters.ts'
import { Probes } from './probes.ts'
import { type Grant, Switchover } from './switchover.ts'
import { type ConnectionStatus, connectionStatus } from './tables.ts'

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

/** Two connections to a primary that answers as a test says. */
class FakeConnections implements Connections {
  peer: string | undefined = 'p'
  main = true
  auxiliary = true
  /** What the primary answers, and after how long; undefined: nothing. */
  answers: (kind: PingKind) => { readonly afterMs: number; readonly answered: Answered } | undefined = () => ({
    afterMs: 5,
    answered: { answer: 'success' },
  })
  /** What was asked since, and when. */
  readonly asked: { readonly kind: PingKind; readonly at: number }[] = []
  readonly #clock: VirtualClock
  #changed: () => void = () => {}

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  get status(): ConnectionStatus {
    return connectionStatus(this.main, this.auxiliary)
  }

  onChanged(listener: () => void): () => void {
    this.#changed = listener
    return () => {}
  }

  set(main: boolean, auxiliary: boolean): void {
    this.main = main
    this.auxiliary = auxiliary
    this.#changed()
  }

  ask(kind: PingKind): Promise<Answered> {
    this.asked.push({ kind, at: this.#clock.now() })
    if (!this.main && !this.auxiliary) return Promise.resolve({ answer: 'connection lost' })
    const answer = this.answers(kind)
    if (!answer) return new Promise(() => {})
    return new Promise((resolve) => this.#clock.after(answer.afterMs, () => resolve(answer.answered)))
  }

  reconnect(): void {}
}

/** A backup beside a primary `p` that renews its lease as long as `renews` says so. */
async function backup() {
  const clock = new VirtualClock()
  const lease = new MemoryLease(clock)
  const connections = new FakeConnections(clock)
  const reachable = new Set(['host'])
  const primary = { renews: true, term: (await lease.acquire('p', 2_000))!.term }
  const diagnoses: string[] = []
  let pair: 'active' | 'upgrade-lower' = 'active'
  let parameters = PARAMETERS
  const switchover = new Switchover({
    lease,
    holder: 'b',
    clock,
    logger: silentLogger,
    connections,
    probes: new Probes({ echo: async (host) => reachable.has(host), gateways: () => [], clock, logger: silentLogger }),
    parameters: () => parameters,
    primaryHost: () => 'host',
    primaryIs: () => {},
    pair: () => pair,
    draining: () => false,
    diagnose: (why) => void diagnoses.push(why),
    synchronise: () => {},
    lost: () => {},
  })
  let grant: Grant | undefined
  void switchover.acquire().then((granted) => {
    grant = granted
  })
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 5) {
      clock.advance(5)
      if (passed % 250 === 0 && primary.renews) await lease.renew(primary.term, 2_000)
      for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    }
  }
  await pass(1_000)
  return {
    clock,
    lease,
    connections,
    primary,
    reachable,
    diagnoses,
    switchover,
    pass,
    grant: () => grant,
    setPair: (to: typeof pair) => {
      pair = to
    },
    /** Settings other than the defaults. */
    set: (settings: Readonly<Record<string, string>>) => {
      parameters = readParameters((name) => ({ ...DEFAULTS, ...settings })[name.replace('Switchover ', '')])
    },
  }
}

describe('a backup beside a primary', () => {
  it('stays one while the primary answers, for an hour (SW-94)', async () => {
    const { pass, grant, switchover } = await backup()
    await pass(60_000)
    expect(grant()).toBeUndefined()
    expect(switchover.status()).toMatchObject({ state: 'backup', connections: 'both up', moduleMonitor: 'running' })
  })

  it('pings the module that is named, as often as is said, also when that changes while it runs (SW-24, SW-40, SW-66)', async () => {
    const { pass, connections, set, grant } = await backup()
    const modulePings = () => connections.asked.filter(({ kind }) => kind !== 'notifier')
    connections.asked.splice(0)
    await pass(2_000)
    expect(new Set(modulePings().map(({ kind }) => kind))).toEqual(new Set(['TS']))
    expect(modulePings().length).toBeGreaterThan(5)
    set({ 'Watched Module': 'IP', 'TS Ping Delay': '1' })
    await pass(1_000)
    connections.asked.splice(0)
    await pass(10_000)
    const pauses = modulePings().map(({ at }, index, all) => at - (all[index - 1]?.at ?? at - 1_005))
    expect(new Set(modulePings().map(({ kind }) => kind))).toEqual(new Set(['IP']))
    expect(new Set(pauses)).toEqual(new Set([1_005]))
    // The other module may do what it likes: this one decides.
    connections.answers = (kind) => (kind === 'TS' ? undefined : { afterMs: 5, answered: { answer: 'success' } })
    await pass(10_000)
    expect(grant()).toBeUndefined()
    connections.answers = (kind) => (kind === 'IP' ? undefined : { afterMs: 5, answered: { answer: 'success' } })
    await pass(4_000)
    expect(grant()?.why).toContain('the module failed 2 times in a row')
  })

  it('takes the lease of one that stopped when it lapses, not before, and soon after (SW-04, SW-09)', async () => {
    const { pass, grant, primary, connections } = await backup()
    primary.renews = false
    // It leads to another, so its silence says nothing of the holder.
    connections.peer = 'somebody'
    connections.answers = () => undefined
    await pass(1_500)
    expect(grant()).toBeUndefined()
    await pass(600)
    expect(grant()).toMatchObject({ why: 'nobody holds the lease', from: 'p' })
  })

  it('takes over from one that is gone when a third of its lease has passed if its connections are closed, two thirds if they are silent', async () => {
    const closed = await backup()
    closed.primary.renews = false
    closed.connections.set(false, false)
    await closed.pass(250)
    expect(closed.grant()).toBeUndefined()
    await closed.pass(600)
    expect(closed.grant()).toMatchObject({ from: 'p' })
    expect(closed.grant()?.why).toBe('the primary is gone: its connections are closed, and its lease is not renewed')
    const silent = await backup()
    silent.primary.renews = false
    silent.connections.answers = () => undefined
    await silent.pass(900)
    expect(silent.grant()).toBeUndefined()
    await silent.pass(650)
    expect(silent.grant()?.why).toBe('the primary is gone: it answers nothing, and its lease is not renewed')
    expect(await silent.lease.renew(silent.primary.term, 2_000)).toBe(false)
  })

  it('deposes nobody who answers, however late its lease is: the lease must lapse', async () => {
    const { pass, grant, primary } = await backup()
    primary.renews = false
    await pass(1_500)
    expect(grant()).toBeUndefined()
    await pass(600)
    expect(grant()?.why).toBe('nobody holds the lease')
  })

  it('deposes one whose module is silent while it renews its lease, and keeps a diagnosis (SW-05, SW-30, SW-53)', async () => {
    const { pass, grant, lease, primary, connections, diagnoses } = await backup()
    connections.answers = (kind) => (kind === 'notifier' ? { afterMs: 5, answered: { answer: 'success' } } : undefined)
    await pass(2_500)
    expect(grant()?.why).toContain('the module failed 2 times in a row')
    expect(await lease.renew(primary.term, 2_000)).toBe(false)
    expect(diagnoses).toEqual(['the module failed 2 times in a row'])
  })

  it('deposes nobody who is only slow, and says that it is slow (SW-91)', async () => {
    const { pass, grant, connections, switchover } = await backup()
    connections.answers = () => ({ afterMs: 1_300, answered: { answer: 'success' } })
    await pass(30_000)
    expect(grant()).toBeUndefined()
    expect(
      switchover
        .status()
        .happened.map(({ what }) => what)
        .join('\n'),
    ).toContain('slow')
  })

  it('deposes nobody over a cut link, however long, while the lease is renewed (SW-07, SW-76, FS-07)', async () => {
    const { pass, grant, connections, reachable, switchover } = await backup()
    reachable.clear()
    connections.set(false, false)
    await pass(60_000)
    expect(grant()).toBeUndefined()
    expect(switchover.status()).toMatchObject({ state: 'reconnecting', network: 'Primary Unreachable' })
    reachable.add('host')
    connections.set(true, true)
    await pass(1_000)
    expect(switchover.status().state).toBe('backup')
  })

  it('deposes nobody over connections that stand and bring nothing, however long, while the lease is renewed (SW-07, SW-76)', async () => {
    const { pass, grant, connections, switchover } = await backup()
    const answers = connections.answers
    connections.answers = () => undefined
    await pass(60_000)
    expect(grant()).toBeUndefined()
    expect(switchover.status()).toMatchObject({ state: 'reconnecting', connections: 'both up' })
    connections.answers = answers
    await pass(4_000)
    expect(switchover.status()).toMatchObject({ state: 'backup', moduleMonitor: 'running' })
    // From here on it is watched as before.
    connections.answers = (kind) => (kind === 'notifier' ? { afterMs: 5, answered: { answer: 'success' } } : undefined)
    await pass(4_000)
    expect(grant()?.why).toContain('the module failed 2 times in a row')
  })

  it('deposes nobody when the connections lead to another than the holder of the lease', async () => {
    const { pass, grant, connections } = await backup()
    connections.peer = 'somebody'
    connections.answers = () => undefined
    await pass(20_000)
    expect(grant()).toBeUndefined()
  })

  it('of a release that does not fit takes nothing, and takes it when asked (SW-12, SW-15)', async () => {
    const { pass, grant, setPair, lease, primary, switchover } = await backup()
    setPair('upgrade-lower')
    await pass(500)
    primary.renews = false
    await lease.release(primary.term)
    await pass(10_000)
    expect(grant()).toBeUndefined()
    expect(switchover.status().state).toBe('backup, upgrade-lower')
    switchover.switchHere()
    await pass(50)
    expect(grant()?.why).toBe('a switchover was asked for')
  })

  it('asks for the lease once, however long the answer takes: a second term would fence the first', async () => {
    const { clock, pass, grant, lease, primary } = await backup()
    const acquire = lease.acquire.bind(lease)
    lease.acquire = async (...words) => {
      await new Promise<void>((resolve) => clock.after(900, resolve))
      return acquire(...words)
    }
    primary.renews = false
    await lease.handOver(primary.term, 'b', 6_000)
    await pass(3_000)
    expect(grant()?.term).toBe((await lease.current())?.term)
    expect(grant()?.term).toBe(primary.term + 2)
  })

  it('takes at once what is handed to it (SW-108)', async () => {
    const { pass, grant, lease, primary } = await backup()
    primary.renews = false
    await lease.handOver(primary.term, 'b', 6_000)
    await pass(20)
    expect(grant()?.why).toBe('a switchover was asked for')
  })
})

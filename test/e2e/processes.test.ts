/** Each process of a machine is killed under a call: what is heard, what the next call meets, and who runs afterwards. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import type { PhoneCall } from '../kit/phone-call.ts'
import { sharedNow } from '../kit/rtp-stream.ts'
import { startSystem } from '../kit/system.ts'
import { GAP_MS_MAX, hearsMore, KillStage, talking } from './kill-stage.ts'

interface Member {
  readonly pid: number | null
  readonly modules: readonly { readonly healthy: boolean }[]
}

interface Cluster {
  readonly term: number
  readonly cores: readonly Member[]
  readonly others: readonly Member[]
}

let stage: KillStage
let caller: PhoneCall
let agent: PhoneCall

/** The number that a file of the run folder holds. */
function run(name: string): number | undefined {
  const file = join(stage.system.data, 'run', name)
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Waits until two cores, edge, two media processes and archive work, none of them one of the killed, and gives the term. */
async function healthy(gone: readonly number[] = []): Promise<number> {
  return eventually(
    'a whole machine',
    async () => {
      const { term, cores, others } = await (await stage.api()).get<Cluster>('/cluster')
      const all = [...cores, ...others]
      const well = all.every(
        ({ pid, modules }) => !gone.includes(pid ?? 0) && modules.every((module) => module.healthy),
      )
      return well && cores.length === 2 && others.length === 4 ? term : undefined
    },
    120_000,
  )
}

/** A new caller is served, however long it takes. */
async function nextCallIsServed(): Promise<void> {
  const { call } = await stage.dial('1010')
  await call.connected()
  await hearsMore(call)
  await call.hangUp()
}

/** The settings that the running roles were started with, as variables: a person starts again with the same. */
function settingsInUse(): Record<string, string> {
  const options = (name: string) =>
    JSON.parse(readFileSync(join(stage.system.data, 'run', `${name}.options.json`), 'utf8'))
  const { first } = options('media').rtpPorts
  const { last } = options('media2').rtpPorts
  return {
    TANDEM_HTTP_PORT: String(options('core1').httpPort),
    TANDEM_SIP_PORT: String(options('edge').sipPort),
    TANDEM_SIP_WS_PORT: String(options('edge').sipWsPort),
    TANDEM_RTP_PORTS: `${first}-${last}`,
  }
}

function backup(): number {
  const pid = ['core1', 'core2'].map((name) => run(`${name}.pid`)).find((found) => found !== run('core.pid'))
  if (pid === undefined) throw new Error('there is no backup')
  return pid
}

const CONTROL: readonly (readonly [string, () => number[], takeovers: number])[] = [
  ['the archive', () => [stage.system.pid('archive')], 0],
  ['the backup core', () => [backup()], 0],
  ['the edge', () => [stage.system.pid('edge')], 0],
  ['the primary core', () => [stage.system.pid('core')], 1],
  ['both cores', () => [stage.system.pid('core'), backup()], 1],
  ['the database', () => [stage.system.postgresPid()], 0],
]

beforeAll(async () => {
  stage = await KillStage.open()
  await healthy()
  const answering = await stage.agent()
  caller = (await stage.dial('1001')).call
  await caller.connected()
  agent = await answering.call()
  agent.answer()
  await talking(caller, agent)
})

afterAll(() => stage?.close())

describe('a call that is up (FS-01, FS-17, FS-18)', () => {
  it.each(CONTROL)('hears nothing of the death of %s, and the next call is served', async (_, pids, takeovers) => {
    const term = await healthy()
    const killed = pids()
    const from = sharedNow()
    for (const pid of killed) process.kill(pid, 'SIGKILL')
    await nextCallIsServed()
    const servedMs = sharedNow() - from
    const terms = (await healthy(killed)) - term
    // Whoever takes over on a machine that has no time for it may lose the lease to the other once more.
    if (takeovers > 0) expect(terms).toBeGreaterThanOrEqual(takeovers)
    else expect(terms).toBe(0)
    await talking(caller, agent)
    // A sound that hung on what died would be away for as long as it; a busy machine is late by less.
    const limitMs = Math.max(GAP_MS_MAX, servedMs / 4)
    expect(stage.gapSince(from).transitMs, `served after ${servedMs} ms`).toBeLessThanOrEqual(limitMs)
  })

  it('is heard again after the death of media, on the same dialogs', async () => {
    for (const role of ['media', 'media2'] as const) {
      const killed = stage.system.pid(role)
      process.kill(killed, 'SIGKILL')
      await healthy([killed])
      await talking(caller, agent)
    }
    await nextCallIsServed()
    expect([caller.state, agent.state]).toEqual(['connected', 'connected'])
  })

  it('SW-04 SW-07 outlives a primary that is stopped beyond its lease, and the sleeper never acts again', async () => {
    const term = await healthy()
    const sleeper = stage.system.pid('core')
    process.kill(sleeper, 'SIGSTOP')
    await stage.system.replaced('core', sleeper)
    await nextCallIsServed()
    if (isAlive(sleeper)) process.kill(sleeper, 'SIGCONT')
    expect(await healthy([sleeper])).toBe(term + 1)
    expect(isAlive(sleeper)).toBe(false)
    await talking(caller, agent)
  })

  it('is one record at its end, and nothing stays open', async () => {
    await caller.hangUp()
    await agent.ended
    const record = await stage.record(caller.from)
    const api = await stage.api()
    const { items } = await api.get<{ items: { state: string }[] }>('/interactions?state=open&limit=200')
    expect(items).toEqual([])
    expect(record.outcome).toBeTruthy()
  })
})

describe('a supervisor that is killed', () => {
  it('takes nobody with it, and the next one takes over what runs', async () => {
    const { call } = await stage.dial('1010')
    await call.connected()
    const before = ['edge', 'media', 'media2', 'archive'].map((role) => run(`${role}.pid`))
    const postgres = stage.system.postgresPid()
    const supervisor = run('supervisor.pid') ?? 0
    process.kill(supervisor, 'SIGKILL')
    await eventually('the supervisor is gone', () => (isAlive(supervisor) ? undefined : true))
    const dead = stage.system.kill('core')
    await hearsMore(call)
    const next = await startSystem({ data: stage.system.data, environment: settingsInUse() })
    expect(next.output()).toContain('was still running and goes on')
    expect(['edge', 'media', 'media2', 'archive'].map((role) => run(`${role}.pid`))).toEqual(before)
    expect(next.postgresPid()).toBe(postgres)
    await healthy([dead])
    await hearsMore(call)
    await call.hangUp()
    await next.stop()
    const left = spawnSync('pgrep', ['-f', stage.system.data], { encoding: 'utf8' }).stdout
    expect(left.trim()).toBe('')
  })
})

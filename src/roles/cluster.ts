import { join } from 'node:path'
import type { monitorEventLoopDelay } from 'node:perf_hooks'
import { z } from 'zod'
import { type Cluster, moment } from '#api/contract'
import type { PeerStatus } from '#base'
import type { Journal } from '#engines/journal'
import type { KnownMember } from '#seams/members'
import type { DatabaseState, DatabaseWatch } from '#seams/store'
import { listDiagnoses } from './diagnosis.ts'
import {
  describeAccount,
  describePoints,
  describeRegisters,
  describeReplication,
  type Module,
} from './module-health.ts'
import { RELEASE } from './pool.ts'
import { isAlive, readPid } from './process-table.ts'
import { LOG_FORMATS } from './release-formats.ts'
import type { Primacy, ServingOptions } from './serving-options.ts'

/** Events that history may be behind before its module counts as ill: some seconds of a busy centre. */
const JOURNAL_LAG_MAX = 5_000
/** An event loop that is this late at its 99th percentile answers calls late. */
const LOOP_LATE_MS_MAX = 200
/** A core that does not say within this how it is counts as ill. */
const ANSWER_MS_MAX = 500

const NANOSECONDS = 1e6

type Listed = Cluster['cores'][number]

/** What is measured in this process alone. */
export interface CoreGauges {
  readonly journal: Journal | undefined
  readonly loop: ReturnType<typeof monitorEventLoopDelay>
  readonly database: DatabaseWatch
  readonly recordings: { module(): Promise<readonly Module[]> }
}

/** The pool as this core sees it: itself, the other cores as they answer, and everybody else as the primary or the list of members knows them. */
export async function clusterOf(
  serving: ServingOptions,
  primacy: Primacy | undefined,
  gauges: CoreGauges,
): Promise<Cluster> {
  const { fold, pool, holder, part } = serving
  const cores = pool.cores()
  const heard = primacy ? part.link.backups() : []
  const listed = cores.some(({ life }) => life === holder) ? cores : [selfOf(serving), ...cores]
  const described = await Promise.all(
    listed.map((member) =>
      member.life === holder
        ? describeSelf(serving, member, primacy, gauges)
        : describeCore(member, fold.sequence, heard.find((backup) => backup.holder === member.life)?.state),
    ),
  )
  const primary = primacy ? holder : (described.find(({ role }) => role === 'primary')?.name ?? null)
  return {
    primary,
    term: primacy?.term ?? pool.primary()?.term ?? 0,
    position: Math.max(fold.sequence, ...described.map(({ position }) => position ?? 0)),
    cores: described.sort((a, b) => Number(b.role === 'primary') - Number(a.role === 'primary')),
    others: othersOf(serving, primacy),
    machines: pool.machines().map(({ node, modules }) => ({ node, modules: [...modules] })),
    waits: waitsOf(primacy),
    database: databaseOf(await gauges.database.state()),
    ...(primacy && { accounts: accountsOf(primacy) }),
    ...poolOf(serving),
  }
}

/** Before the list has it. */
function selfOf({ options, holder, clock }: ServingOptions): KnownMember {
  const name = `${options.node}-${options.process}`
  const life = { life: holder, beat: 0, silent: false, startedAt: clock.now(), release: RELEASE }
  return { name, node: options.node, role: 'core', ...life }
}

async function describeSelf(
  { fold, options, part, registers }: ServingOptions,
  member: KnownMember,
  primacy: Primacy | undefined,
  { journal, loop, recordings }: CoreGauges,
): Promise<Listed> {
  const lateMs = loop.percentile(99) / NANOSECONDS
  const late = { name: 'event loop', healthy: lateMs < LOOP_LATE_MS_MAX, detail: `p99 ${lateMs.toFixed(1)} ms` }
  const { state, pair } = part.switchover.status()
  const modules: Module[] = [
    late,
    { name: 'switchover', healthy: /^(primary|backup)$/.test(state), detail: state },
    describeRegisters(registers.reach(), options.redisUrl !== undefined),
    ...describeReplication(pair, LOG_FORMATS.reads, fold.states.pool.level),
  ]
  if (primacy) {
    const { legs, reachable, open } = primacy.voice.status()
    const lag = Math.max(0, fold.sequence - (journal?.position() ?? 0))
    modules.unshift(
      { name: 'voice', healthy: open, detail: `${legs} legs, ${reachable} users with a phone` },
      describeLog(primacy),
      { name: 'journal', healthy: lag < JOURNAL_LAG_MAX, detail: `${lag} events behind` },
    )
    modules.push(...accountsOf(primacy).map(describeAccount))
    modules.push(...(await recordings.module()))
  }
  return {
    ...coreOf(member),
    role: primacy ? 'primary' : 'backup',
    address: `http://${options.advertisedHttp}:${options.httpPort}`,
    pid: process.pid,
    term: primacy?.term ?? null,
    position: fold.sequence,
    lag: 0,
    modules,
  }
}

/** Whether the log takes events, and what waits for the database beside it. */
function describeLog(primacy: Primacy): Module {
  const spool = primacy.spool()
  if (spool?.since === undefined) {
    const takes = primacy.canWrite()
    return { name: 'log', healthy: takes, detail: takes ? 'takes events' : 'takes nothing' }
  }
  const { since, events, bytes, refusing, peers } = spool
  const others = peers.filter(({ known }) => known).map(({ core, said }) => `; ${core} ${said}`)
  const waits = `${events} events (${bytes} bytes) wait for the database since ${new Date(since).toISOString()}${others.join('')}`
  return {
    name: 'log',
    healthy: false,
    detail: refusing === undefined ? waits : `takes nothing: ${refusing}; ${waits}`,
  }
}

function databaseOf({ copies, ...host }: DatabaseState): NonNullable<Cluster['database']> {
  return {
    ...host,
    copies:
      copies?.map(({ name, address = null, state = null, behindBytes = null, behindMs = null }) => ({
        ...{ name, address, state, behindBytes, behindMs },
      })) ?? null,
  }
}

/** The accounts for mails and text messages; the primary alone is connected to their servers. */
export function accountsOf({ mail, sms }: Pick<Primacy, 'mail' | 'sms'>): NonNullable<Cluster['accounts']> {
  const view =
    (medium: 'email' | 'sms') =>
    ({ account, connected, since, problem, waiting }: PeerStatus & { account: string; waiting: number }) => ({
      ...{ medium, account, connected, waiting },
      ...{ since: moment(since), problem: problem ?? null },
    })
  return [...mail.status().map(view('email')), ...sms.status().map(view('sms'))]
}

/** What waits for the database; a backup does not know all of it. */
function waitsOf(primacy: Primacy | undefined): Cluster['waits'] {
  const spool = primacy?.spool()
  if (spool?.since === undefined) return null
  const { since, events, bytes, refusing, peers } = spool
  return {
    ...{ since: moment(since), events, bytes, refusing: refusing ?? null },
    others: peers.map((peer) => ({ ...peer, holds: peer.holds ?? null })),
  }
}

/** What another core says of itself when it is asked. */
const HealthSchema = z.looseObject({ role: z.enum(['primary', 'backup']), sequence: z.number() })

async function describeCore(member: KnownMember, head: number, state?: string): Promise<Listed> {
  const answer = await askHealth(member.http)
  const silent = member.silent ? 'silent' : 'does not answer'
  return {
    ...coreOf(member),
    role: answer?.role ?? 'backup',
    address: member.pages ?? null,
    pid: Number(member.life.split('#')[1]) || null,
    term: answer?.role === 'primary' ? (member.term ?? null) : null,
    position: answer?.sequence ?? null,
    lag: answer ? Math.max(0, head - answer.sequence) : null,
    modules: [
      { name: 'process', healthy: answer !== undefined, detail: answer ? 'follows the log' : silent },
      ...(state === undefined ? [] : [{ name: 'pings', healthy: state === 'backup', detail: state }]),
    ],
  }
}

function coreOf({ life, name, node, release }: KnownMember): Pick<Listed, 'name'> & Record<string, unknown> {
  return { name: life, core: name, node, release }
}

async function askHealth(http: string | undefined): Promise<z.infer<typeof HealthSchema> | undefined> {
  if (http === undefined) return undefined
  try {
    const response = await fetch(`${http}/health`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) })
    return HealthSchema.safeParse(await response.json()).data
  } catch {
    return undefined
  }
}

function othersOf({ pool, options }: ServingOptions, primacy: Primacy | undefined): Listed[] {
  const status = primacy?.voice.status()
  const connected = new Map(
    [...(status?.edges ?? []), ...(status?.media ?? [])].map((peer) => [peer.address, peer.connected]),
  )
  const points = new Map(status?.media.map((peer) => [peer.address, peer.points]))
  const carried = primacy?.voice.carried()
  const members = pool.list.all().filter(({ role }) => role !== 'core')
  return members.map((member) => {
    const { name, node, role, release, control } = member
    const address = control ? `${control.host}:${control.port}` : null
    const reached = address === null ? undefined : connected.get(address)
    return {
      ...{ name, node, role, release, address },
      ...(carried && role !== 'archive' && { carries: carried.get(name) ?? 0 }),
      pid: node === options.node ? (localPid(options.runFolder, name.slice(node.length + 1)) ?? null) : null,
      modules: [
        reached === undefined ? pulse(member, options) : channel(reached),
        ...(address === null ? [] : describePoints(carried?.get(name) ?? 0, points.get(address))),
      ],
    }
  })
}

function channel(connected: boolean): Module {
  return { name: 'channel', healthy: connected, detail: connected ? 'connected' : 'not connected' }
}

/** How a process is that the primary has no connection to: by its pid on this machine, by its pulse on others. */
function pulse({ node, name, silent }: KnownMember, options: ServingOptions['options']): Module {
  const pid = node === options.node ? localPid(options.runFolder, name.slice(node.length + 1)) : undefined
  if (node !== options.node) return { name: 'pulse', healthy: !silent, detail: silent ? 'silent' : 'lives' }
  return { name: 'process', healthy: pid !== undefined, detail: pid === undefined ? 'not running' : `process ${pid}` }
}

function localPid(runFolder: string, process: string): number | undefined {
  const pid = readPid(join(runFolder, `${process}.pid`))
  return pid !== undefined && isAlive(pid) ? pid : undefined
}

/** What the pool's own state and this core's switchover say. */
function poolOf({ part, fold, options }: ServingOptions): Partial<Cluster> {
  const { takeovers, draining, level } = fold.states.pool
  const { happened, probes, ...status } = part.switchover.status()
  return {
    switchover: {
      ...status,
      probes: probes.map((probe) => ({ ...probe, lastAskedAt: moment(probe.lastAskedAt) })),
      happened: happened.map(({ at, what }) => ({ at: moment(at), what })),
    },
    takeovers: takeovers.map((takeover) => ({
      ...takeover,
      at: moment(takeover.at),
      from: takeover.from ?? null,
      callsMs: takeover.callsMs ?? null,
    })),
    draining: [...draining].map(([name, { by, at }]) => ({ name, by, at: moment(at) })),
    level,
    diagnoses: [...listDiagnoses(options.data)],
  }
}

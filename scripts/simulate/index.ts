/** `npm run simulate`: starts or finds a system, lets callers and agents at it, kills what it is told to, and shows what became of the calls. */
import { type ChildProcess, fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ApiClient, eventually } from '../../test/kit/api-client.ts'
import { sharedNow } from '../../test/kit/rtp-stream.ts'
import { readPid, type System, startSystem } from '../../test/kit/system.ts'
import {
  agentsFor,
  agentsReady,
  checkJournal,
  type JournalCheck,
  type PlayedAgent,
  queueBehind,
  stuckAgents,
} from './centre.ts'
import { type KillReport, killAndWatch } from './kill-watch.ts'
import type { CallReport, FromChild, GapSlot, ToChild } from './messages.ts'
import { HELP, readOptions, type SimulateOptions } from './options.ts'
import { summarise } from './report.ts'
import { renderTable } from './table.ts'

interface Place {
  readonly sip: { readonly host: string; readonly port: number }
  readonly api: string
  readonly data: string
  readonly system?: System
}

/** Agents have this long after the last call until their status must be true. */
const SETTLE_MS = 5_000

/** The journal may lag behind the log by this much before a missing row counts. */
const JOURNAL_MS_MAX = 30_000

const PROGRESS_EVERY_MS = 1_000

async function findPlace(options: SimulateOptions): Promise<Place> {
  const { running } = options
  if (running) {
    const there = await fetch(`${running.api}/health`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (there) return { sip: { host: running.host, port: running.sipPort }, api: running.api, data: options.data }
    console.log(`nothing answers at ${running.api}: starting a system for this run`)
  }
  const system = await startSystem({ keepData: options.keep })
  if (options.keep) console.log(`data folder: ${system.data}`)
  console.log(system.output().trim().split('\n').at(-1))
  return { sip: system.sip, api: system.http, data: system.data, system }
}

/** A child process and what it has told so far. */
class Worker {
  readonly calls: CallReport[] = []
  progress = { started: 0, talking: 0, ended: 0 }
  registered: number | undefined
  ready = false
  done = false
  gone = false
  gaps: { readonly slots: readonly GapSlot[]; readonly timerLateMsMax: number } | undefined
  readonly #child: ChildProcess

  constructor(file: string) {
    // A session of its own, so that it can be weighed: see `unhurried.ts`.
    this.#child = fork(fileURLToPath(new URL(file, import.meta.url)), { stdio: 'inherit', detached: true })
    this.#child.on('message', (message: FromChild) => this.#take(message))
    this.#child.on('exit', () => {
      this.gone = true
    })
  }

  send(message: ToChild): void {
    if (!this.gone) this.#child.send(message)
  }

  /** Asks for the gaps and waits until the process has ended. */
  async finish(): Promise<void> {
    this.send({ type: 'finish' })
    await eventually('the end of a process of callers or agents', () => (this.gone ? true : undefined), 10_000).catch(
      () => {},
    )
    this.#child.kill('SIGKILL')
  }

  #take(message: FromChild): void {
    if (message.type === 'ready') {
      this.ready = true
      this.registered = message.registered
    } else if (message.type === 'progress') this.progress = message
    else if (message.type === 'call') this.calls.push(message.call)
    else if (message.type === 'gaps') this.gaps = message
    else this.done = true
  }
}

async function play(options: SimulateOptions, place: Place): Promise<number> {
  const admin = await new ApiClient(place.api).logIn('admin')
  const queue = await queueBehind(admin, options.queue)
  const agents = await agentsFor(admin, queue, options.agents)
  const prefix = `7${String(Date.now() % 10_000).padStart(4, '0')}`
  const [agentWorker, callerWorker] = [new Worker('./agents.ts'), new Worker('./callers.ts')]
  const workers = [agentWorker, callerWorker]
  try {
    const common = { server: place.sip, talkMs: options.talkS * 1_000, prefix }
    agentWorker.send({ type: 'agents', ...common, agents })
    callerWorker.send({ type: 'callers', ...common, ...ratesOf(options), number: options.queue })
    await eventually('callers and agents', () => (workers.every(({ ready }) => ready) ? true : undefined), 60_000)
    if (agentWorker.registered !== agents.length)
      throw new Error(`only ${agentWorker.registered} of ${agents.length} agents could register`)
    await agentsReady(admin, agents)
    console.log(
      `${options.calls} calls to ${options.queue} at ${options.rate} a second, ${agents.length} agents in ${queue.name}, ${options.talkS} s of talk each`,
    )
    const since = Date.now() - 1_000
    const begunAt = sharedNow()
    callerWorker.send({ type: 'go' })
    const kills = await liveThrough({ options, place, admin, agentWorker, callerWorker })
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    const after = await lookAfterwards(place, agents, { prefix, calls: options.calls, since })
    await Promise.all(workers.map((worker) => worker.finish()))
    const run = {
      ...after,
      kills,
      begunAt,
      asked: options.calls,
      calls: workers.flatMap(({ calls }) => calls),
      slots: workers.flatMap(({ gaps }) => gaps?.slots ?? []),
      timerLateMsMax: Math.max(...workers.map(({ gaps }) => gaps?.timerLateMsMax ?? 0)),
    }
    const summary = summarise(run)
    console.log(renderTable(summary.rows))
    if (options.jsonFile) {
      writeFileSync(
        options.jsonFile,
        `${JSON.stringify({ options, ...summary.figures, exitCode: summary.exitCode, calls: run.calls }, null, 1)}\n`,
      )
    }
    return summary.exitCode
  } finally {
    await Promise.all(workers.map((worker) => worker.finish()))
  }
}

function ratesOf(options: SimulateOptions): { calls: number; rate: number; patienceMs: number } {
  return { calls: options.calls, rate: options.rate, patienceMs: options.patienceS * 1_000 }
}

interface Show {
  readonly options: SimulateOptions
  readonly place: Place
  readonly admin: ApiClient
  readonly agentWorker: Worker
  readonly callerWorker: Worker
}

/** Waits until every caller is through, killing on the way and saying every second where things stand. */
async function liveThrough(show: Show): Promise<KillReport[]> {
  const { options, callerWorker } = show
  const begun = sharedNow()
  const running = options.kills.map(async (kill) => {
    await new Promise((resolve) => setTimeout(resolve, begun + kill.atS * 1_000 - sharedNow()))
    const report = await killAndWatch(kill, readPid(show.place.data, kill.role), show.admin, show.place.sip)
    reports.push(report)
    say(
      `${clock(begun)}  kill -9 ${kill.role} (process ${report.pid}): new calls answered after ${Math.round(report.takeoverMs)} ms`,
    )
    return report
  })
  const reports: KillReport[] = []
  const longestMs = (options.calls / options.rate + options.patienceS + options.talkS + 60) * 1_000
  while (!callerWorker.done && !callerWorker.gone && sharedNow() - begun < longestMs) {
    await new Promise((resolve) => setTimeout(resolve, PROGRESS_EVERY_MS))
    progress(show, begun)
  }
  if (process.stdout.isTTY) process.stdout.write('\n')
  return Promise.all(running)
}

function progress(show: Show, begun: number): void {
  const { started, talking, ended } = show.callerWorker.progress
  const waiting = Math.max(0, started - talking - ended)
  const line = `${clock(begun)}  offered ${started}/${show.options.calls}  waiting ${waiting}  talking ${talking}  ended ${ended}`
  if (process.stdout.isTTY) process.stdout.write(`\r${line.padEnd(90)}`)
  else if (Math.round((sharedNow() - begun) / 1_000) % 5 === 0) console.log(line)
}

function say(line: string): void {
  console.log(process.stdout.isTTY ? `\r${line.padEnd(90)}` : line)
}

function clock(begun: number): string {
  return `${String(Math.round((sharedNow() - begun) / 1_000)).padStart(4)} s`
}

/** What the system says when all is over; the clients log in anew, as after any takeover a person might. */
async function lookAfterwards(
  place: Place,
  agents: readonly PlayedAgent[],
  run: { readonly prefix: string; readonly calls: number; readonly since: number },
): Promise<{ stuck: readonly string[]; journal: JournalCheck }> {
  const api = await eventually('a log-in', () => new ApiClient(place.api).logIn('supervisor'))
  const stuck = await stuckAgents(api, agents)
  const callers = Array.from({ length: run.calls }, (_, index) => `${run.prefix}${String(index).padStart(5, '0')}`)
  let journal = await checkJournal(api, callers, run.since)
  const until = Date.now() + JOURNAL_MS_MAX
  while ((journal.wrong.length > 0 || journal.unsound.length > 0) && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    journal = await checkJournal(api, callers, run.since)
  }
  return { stuck, journal }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options === 'help') {
    console.log(HELP)
    return
  }
  if (typeof options === 'string') {
    console.error(`${options}; see npm run simulate -- --help`)
    process.exitCode = 2
    return
  }
  let place: Place | undefined
  const stop = () => void place?.system?.stop().then(() => process.exit(130))
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    place = await findPlace(options)
    process.exitCode = await play(options, place)
  } catch (cause) {
    console.error(cause instanceof Error ? cause.message : cause)
    process.exitCode = 2
  } finally {
    await place?.system?.stop()
  }
}

await main()

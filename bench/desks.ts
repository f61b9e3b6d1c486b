/**
 * Issue 4: 1,000 agents' WebSockets on one core with 10 changes a second of what they see. Told is how long a change takes from the
 * event to the browser, the processor time of the core, and what one desk takes of its memory; then the same with one browser in a hundred
 * that reads nothing. The core is a process of its own; the browsers are WebSockets in this one, so what they need of the machine is in the times as well.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import WebSocket from 'ws'

const DESKS = 1_000
const CHANGES_PER_S = 10
const SECONDS = 15
const P99_MS_MAX = 200
/** One in so many reads nothing. */
const SLOW_ONE_IN = 100

interface Use {
  readonly cpuMs: number
  readonly rss: number
  readonly heapUsed: number
}

export async function run(print: (line: string) => void = console.log): Promise<void> {
  const core = fork(join(import.meta.dirname, 'support-desk-core.ts'), [String(DESKS)], { execArgv: ['--expose-gc'] })
  const hears = <T>(key: string): Promise<T> =>
    new Promise((resolve) => {
      const listen = (message: Record<string, T>): void => {
        if (!(key in message)) return
        core.off('message', listen)
        resolve(message[key]!)
      }
      core.on('message', listen)
    })
  const [{ port, tokens }] = (await once(core, 'message')) as [{ port: number; tokens: string[] }]
  const use = async (): Promise<Use> => {
    const answer = hears<Use>('use')
    core.send('use')
    return answer
  }
  const empty = await use()
  const latencies: number[] = []
  const changes: Change[] = []
  core.on('message', (message: { changed?: Change }) => message.changed && changes.push(message.changed))
  const sockets: WebSocket[] = []
  for (const token of tokens) sockets.push(await desk(port, token, { changes, latencies }))
  const full = await use()
  for (const slow of [false, true]) {
    if (slow) for (const [n, socket] of sockets.entries()) if (n % SLOW_ONE_IN === 0) socket.pause()
    latencies.length = 0
    const before = await use()
    for (let n = 0; n < SECONDS * CHANGES_PER_S; n++) {
      core.send('change')
      await new Promise((resolve) => setTimeout(resolve, 1000 / CHANGES_PER_S))
    }
    const after = await use()
    latencies.sort((a, b) => a - b)
    const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN
    print(
      JSON.stringify({
        figure: slow ? 'desks.with-slow-browsers' : 'desks.delivery',
        desks: DESKS,
        changesPerSecond: CHANGES_PER_S,
        delivered: latencies.length,
        p50Ms: at(0.5),
        p99Ms: at(0.99),
        maxMs: at(0.99999),
        limitP99Ms: P99_MS_MAX,
        cpuPercentOfOneCore: Math.round((after.cpuMs - before.cpuMs) / (SECONDS * 10)),
        heapPerDeskKb: Math.round((full.heapUsed - empty.heapUsed) / DESKS / 1024),
        rssPerDeskKb: Math.round((full.rss - empty.rss) / DESKS / 1024),
        ...(slow && {
          slowBrowsers: Math.ceil(DESKS / SLOW_ONE_IN),
          rssGrownKb: Math.round((after.rss - before.rss) / 1024),
        }),
      }),
    )
  }
  for (const socket of sockets) socket.terminate()
  core.disconnect()
}

/** A change of the board: the last of its events, and when it happened. */
interface Change {
  readonly sequence: number
  readonly at: number
}

/** A desk that has had its first answer. A message tells all changes up to its sequence; both processes have the clock of one machine. */
async function desk(
  port: number,
  token: string,
  { changes, latencies }: { readonly changes: readonly Change[]; readonly latencies: number[] },
): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`)
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'resume', token, topics: ['queues', 'agents', 'interactions'] }))
  await once(socket, 'message')
  let told = 0
  socket.on('message', (data) => {
    const { type, sequence } = JSON.parse(String(data)) as { type: string; sequence: number }
    if (type !== 'changes') return
    const now = Date.now()
    for (; changes[told] && changes[told]!.sequence <= sequence; told++) latencies.push(now - changes[told]!.at)
  })
  return socket
}

import type { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Cluster } from '#api/contract'
import type { Journal } from '#engines/journal'
import { localBackups, localStatus } from './local-status.ts'
import type { ServingOptions } from './serving-options.ts'

/** Events that history may be behind before its module counts as ill: some seconds of a busy centre. */
const JOURNAL_LAG_MAX = 5_000
/** An event loop that is this late at its 99th percentile answers calls late. */
const LOOP_LATE_MS_MAX = 200

const NANOSECONDS = 1e6

/** The pool as this core sees it: itself, and the roles of its machine. */
export function clusterOf(
  serving: ServingOptions,
  journal: Journal,
  loop: ReturnType<typeof monitorEventLoopDelay>,
): Cluster {
  const { options, sequencer, voice, term, holder } = serving
  const position = sequencer.committed.sequence
  const { edges, media, legs, reachable, open } = voice.status()
  const lag = Math.max(0, position - journal.position())
  const lateMs = loop.percentile(99) / NANOSECONDS
  const locals = localStatus(options.runFolder)
  const peers = (role: string, list: readonly { name?: string; address: string; connected: boolean }[]) =>
    list.map(({ name, address, connected }) => ({
      name: name ?? address,
      role,
      address,
      pid: locals.find((local) => local.role === role && name === `${options.node}-${local.name}`)?.pid ?? null,
      modules: [{ name: 'channel', healthy: connected, detail: connected ? 'connected' : 'not connected' }],
    }))
  return {
    primary: holder,
    term,
    position,
    cores: [
      {
        name: holder,
        role: 'primary',
        address: `http://${options.listen}:${options.httpPort}`,
        pid: process.pid,
        term,
        position,
        lag: 0,
        modules: [
          { name: 'voice', healthy: open, detail: `${legs} legs, ${reachable} users with a phone` },
          { name: 'journal', healthy: lag < JOURNAL_LAG_MAX, detail: `${lag} events behind` },
          { name: 'event loop', healthy: lateMs < LOOP_LATE_MS_MAX, detail: `p99 ${lateMs.toFixed(1)} ms` },
        ],
      },
      ...localBackups(options.runFolder).map(({ name, pid, ready }) => ({
        name: `${options.node}#${pid}`,
        role: 'backup',
        pid,
        modules: [
          { name: 'process', healthy: ready, detail: ready ? `${name} follows the log` : `${name} is starting` },
        ],
      })),
    ],
    others: [
      ...peers('edge', edges),
      ...peers('media', media),
      ...locals
        .filter(({ role }) => role === 'archive')
        .map(({ role, pid, alive, ready }) => ({
          name: `${options.node}-${role}`,
          role,
          pid: pid ?? null,
          modules: [{ name: 'process', healthy: alive && ready, detail: alive ? `process ${pid}` : 'not running' }],
        })),
    ],
  }
}

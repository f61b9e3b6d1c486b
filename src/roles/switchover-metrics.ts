import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { causeOf, TAKEOVER_CAUSES } from '#engines/switchover'
import type { Primacy, ServingOptions } from './serving-options.ts'

const MS_PER_SECOND = 1_000

/** What a fold may be behind, in seconds: 0.02 is what is promised for 99 of 100 events, 5 is when history counts as ill. */
const LAG_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 5]

/** What a takeover takes: 2 s is what is promised for 99 of 100. */
const TAKEOVER_SECONDS = [0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5, 10]

const STATES = ['primary', 'backup', 'reconnecting'] as const
const PAIRS = ['active', 'upgrade-higher', 'upgrade-lower'] as const

/** Which of several words holds now: 1 for that one, 0 for the others. */
function addWord(
  registers: readonly Registry[],
  { name, help, label, words }: { name: string; help: string; label: string; words: readonly string[] },
  read: () => string,
): void {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [...registers],
    collect() {
      const now = read()
      for (const word of words) this.set({ [label]: word }, word === now ? 1 : 0)
    },
  })
}

/** What switchover is like, for Prometheus: this core's part in it, the connections between the cores, and what takeovers took. */
export function addSwitchoverMetrics(
  register: Registry,
  { fold, part, told, clock }: Pick<ServingOptions, 'fold' | 'part' | 'told' | 'clock'>,
  primacy: () => Primacy | undefined,
): void {
  const registers = [register]
  const state = {
    name: 'tandem_switchover_state',
    help: 'What this core is to its pool.',
    label: 'state',
    words: STATES,
  }
  addWord(registers, state, () => part.switchover.status().role)
  const pair = {
    name: 'tandem_switchover_pair',
    help: 'Whether this core may take over by itself: active, or only when asked, as it is of a newer (upgrade-higher) or older release.',
    label: 'pair',
    words: PAIRS,
  }
  addWord(registers, pair, () => part.switchover.status().pair)
  new Gauge({
    name: 'tandem_link_connections',
    help: 'Connections from this core to the primary that are up, of two; 0 on the primary itself.',
    registers,
    collect() {
      this.set(primacy() ? 0 : part.link.connections)
    },
  })
  new Gauge({
    name: 'tandem_link_round_trip_seconds',
    help: 'How long the primary took to answer the last pings of this core, smoothed.',
    registers,
    collect() {
      this.set(primacy() ? 0 : part.switchover.status().roundTripMs / MS_PER_SECOND)
    },
  })
  new Gauge({
    name: 'tandem_backup_lag_events',
    help: 'Events that a backup was behind when it last pinged, as the primary saw it.',
    labelNames: ['core'] as const,
    registers,
    collect() {
      this.reset()
      if (primacy()) for (const { name, lag } of part.link.backupLags()) this.set({ core: name }, lag)
    },
  })
  new Gauge({
    name: 'tandem_backup_told',
    help: '1 while the primary tells this backup what it writes, 0 while the backup reads the database for it, and on the primary itself.',
    registers,
    collect() {
      this.set(told.tells && !primacy() ? 1 : 0)
    },
  })
  countEvents(register, { fold, clock }, primacy)
}

/** What is counted as it happens: from the start of this process on, as counters are. */
function countEvents(
  register: Registry,
  { fold, clock }: Pick<ServingOptions, 'fold' | 'clock'>,
  primacy: () => Primacy | undefined,
): void {
  const registers = [register]
  const takeovers = new Counter({
    name: 'tandem_takeovers_total',
    help: 'Takeovers and switchovers in the pool that this process has seen, by cause.',
    labelNames: ['cause'] as const,
    registers,
  })
  for (const cause of TAKEOVER_CAUSES) takeovers.inc({ cause }, 0)
  const seconds = new Histogram({
    name: 'tandem_takeover_seconds',
    help: 'From the first sign that something was the matter until edge and media obeyed the new primary.',
    buckets: TAKEOVER_SECONDS,
    registers,
  })
  const lag = new Histogram({
    name: 'tandem_backup_lag_seconds',
    help: 'From an event until this backup had folded it; compares the clocks of two machines.',
    buckets: LAG_SECONDS,
    registers,
  })
  fold.onCommitted((batch) => {
    const now = clock.now()
    if (!primacy()) for (const { at } of batch) lag.observe(Math.max(0, now - at) / MS_PER_SECOND)
    for (const { machine, event } of batch) {
      if (machine !== 'pool' || event.type !== 'TookOver') continue
      const { why, leaseMs, callsMs } = event.takeover
      takeovers.inc({ cause: causeOf(why) })
      if (callsMs !== undefined) seconds.observe((leaseMs + callsMs) / MS_PER_SECOND)
    }
  })
}

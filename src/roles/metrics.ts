import { Gauge, type Registry } from 'prom-client'
import type { VoiceStatus } from '#adapters/voice'
import type { SeatKeeper } from '#api/sessions'
import { freeBesideWaiting } from '#kernel/centre'
import { accountsOf } from './cluster.ts'
import type { Primacy, ServingOptions } from './serving-options.ts'

/** What the centre is like now, for Prometheus: read when it is asked for. */
export function addCentreMetrics(
  register: Registry,
  { fold }: Pick<ServingOptions, 'fold'>,
  primacy: () => Primacy | undefined,
): void {
  const voice = () => primacy()?.voice.status()
  addTrunkMetrics(register, () => voice()?.trunks ?? [])
  addAccountMetrics(register, primacy)
  // A backup routes nothing, and what it has folded may stand between two events of one batch.
  const watch = () => {
    const sequencer = primacy()?.sequencer
    return sequencer ? freeBesideWaiting(fold.states.centre, sequencer.now()) : { demands: 0, worstMs: 0 }
  }
  const gauges: readonly (readonly [name: string, help: string, read: () => number])[] = [
    ['tandem_primary', 'Whether this core is the primary.', () => (primacy() ? 1 : 0)],
    ['tandem_term', 'Term of this core as primary; 0 while it is none.', () => primacy()?.term ?? 0],
    ['tandem_log_sequence', 'Newest durable event.', () => fold.sequence],
    ['tandem_spool_events', 'Events that wait on this disk for the database.', () => primacy()?.spool()?.events ?? 0],
    ['tandem_spool_bytes', 'Their bytes.', () => primacy()?.spool()?.bytes ?? 0],
    ['tandem_interactions', 'Interactions that are not closed.', () => fold.states.centre.interactions.size],
    ['tandem_voice_legs', 'SIP legs that are not over.', () => voice()?.legs ?? 0],
    [
      'tandem_trunk_failures',
      'Calls that a trunk did not take, of this primary.',
      () => voice()?.counters.trunkFailures ?? 0,
    ],
    ['tandem_users_reachable', 'Users with a registered phone.', () => voice()?.reachable ?? 0],
    [
      'tandem_free_beside_waiting',
      'Demands that wait though a free agent fits them; more than 0 for over a second is a fault of routing.',
      () => watch().demands,
    ],
    [
      'tandem_free_beside_waiting_seconds',
      'How long the oldest such pair has stood there.',
      () => watch().worstMs / 1_000,
    ],
    [
      'tandem_edges_connected',
      'Edges that obey this core.',
      () => voice()?.edges.filter(({ connected }) => connected).length ?? 0,
    ],
    [
      'tandem_media_connected',
      'Media processes that obey this core.',
      () => voice()?.media.filter(({ connected }) => connected).length ?? 0,
    ],
  ]
  for (const [name, help, read] of gauges) {
    new Gauge({
      name,
      help,
      registers: [register],
      collect() {
        this.set(read())
      },
    })
  }
}

/** How each trunk is, as the primary sees it; a backup tells nothing. */
function addTrunkMetrics(register: Registry, trunks: () => VoiceStatus['trunks']): void {
  const told = [
    ['tandem_trunk_calls', 'Calls over a trunk.', ({ calls }) => calls],
    ['tandem_trunk_calls_limit', 'Calls that a trunk carries at once.', ({ callsMax }) => callsMax],
    [
      'tandem_trunk_serves',
      'Whether a trunk serves: 0 while it does not answer, or is paused.',
      ({ serves }) => +serves,
    ],
  ] as const satisfies readonly (readonly [string, string, (trunk: VoiceStatus['trunks'][number]) => number])[]
  for (const [name, help, read] of told) {
    new Gauge({
      ...{ name, help, labelNames: ['trunk'] as const, registers: [register] },
      collect() {
        this.reset()
        for (const trunk of trunks()) this.set({ trunk: trunk.name }, read(trunk))
      },
    })
  }
}

/** How each account for mails and text messages is, as the primary knows it. */
function addAccountMetrics(register: Registry, primacy: () => Primacy | undefined): void {
  const accounts = () => {
    const held = primacy()
    return held ? accountsOf(held) : []
  }
  const told = [
    ['tandem_account_connected', 'Whether the server of an account is connected.', (one) => +one.connected],
    ['tandem_account_waiting', 'Mails or texts of an account that have not left yet.', (one) => one.waiting],
  ] as const satisfies readonly (readonly [string, string, (one: ReturnType<typeof accounts>[number]) => number])[]
  for (const [name, help, read] of told) {
    new Gauge({
      ...{ name, help, labelNames: ['medium', 'account'] as const, registers: [register] },
      collect() {
        this.reset()
        for (const one of accounts()) this.set({ medium: one.medium, account: one.account }, read(one))
      },
    })
  }
}

/** Whether the files of conversations would outlive this machine. */
export function addFileMetrics(register: Registry, copies: { readonly lacking: number }): void {
  new Gauge({
    name: 'tandem_files_without_copy',
    help: 'Files of this machine that lie on no other one, as far as is known.',
    registers: [register],
    collect() {
      this.set(copies.lacking)
    },
  })
}

/** Whether the recordings of the pool would outlive the loss of a machine; nothing where there is no other one. */
export function addRecordingMetrics(
  register: Registry,
  watch: { state(): Promise<{ readonly lacking: number; readonly oldestMs: number } | undefined> },
): void {
  const told = [
    ['tandem_recordings_without_copy', 'Recordings of the pool that lie on fewer than two machines.', 'lacking', 1],
    ['tandem_recordings_without_copy_seconds', 'How long ago the oldest of them ended.', 'oldestMs', 1_000],
  ] as const
  for (const [name, help, key, unit] of told) {
    new Gauge({
      ...{ name, help, registers: [register] },
      async collect() {
        const state = await watch.state()
        if (state) this.set(state[key] / unit)
        else this.remove()
      },
    })
  }
}

/** How seats are used, by feature. Without a number of seats there is no limit to tell. */
export function addSeatMetrics(register: Registry, seats: Pick<SeatKeeper, 'uses'>): void {
  const labelNames = ['feature'] as const
  new Gauge({
    name: 'tandem_seats_used',
    help: 'People logged on, by feature, in the whole pool.',
    labelNames,
    registers: [register],
    collect() {
      for (const { feature, used } of seats.uses()) this.set({ feature }, used)
    },
  })
  new Gauge({
    name: 'tandem_seats_limit',
    help: 'Seats of a feature.',
    labelNames,
    registers: [register],
    collect() {
      this.reset()
      for (const { feature, seats: limit } of seats.uses()) if (limit !== undefined) this.set({ feature }, limit)
    },
  })
}

/** How announced waits have come out lately, by queue (promise 13). */
export function addWaitMetrics(register: Registry, { fold }: Pick<ServingOptions, 'fold'>): void {
  const queues = () => fold.states.centre.queues
  new Gauge({
    name: 'tandem_announced_waits',
    help: 'The last announced ranges of a wait whose truth is known, by queue and by how they came out.',
    labelNames: ['queue', 'outcome'] as const,
    registers: [register],
    collect() {
      this.reset()
      for (const { name, accuracy } of queues().values()) {
        for (const outcome of ['within', 'sooner', 'later'] as const) {
          this.set({ queue: name, outcome }, accuracy[outcome])
        }
      }
    },
  })
}

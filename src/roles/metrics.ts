import { Gauge, type Registry } from 'prom-client'
import type { SeatKeeper } from '#api/sessions'
import type { ServingOptions } from './serving-options.ts'

/** What the centre is like now, for Prometheus: read when it is asked for. */
export function addCentreMetrics(register: Registry, serving: ServingOptions): void {
  const { sequencer, voice, term } = serving
  const gauges: readonly (readonly [name: string, help: string, read: () => number])[] = [
    ['tandem_term', 'Term of the primary.', () => term],
    ['tandem_log_sequence', 'Newest durable event.', () => sequencer.committed.sequence],
    [
      'tandem_interactions',
      'Interactions that are not closed.',
      () => sequencer.committed.states.centre.interactions.size,
    ],
    ['tandem_voice_legs', 'SIP legs that are not over.', () => voice.status().legs],
    ['tandem_users_reachable', 'Users with a registered phone.', () => voice.status().reachable],
    [
      'tandem_edges_connected',
      'Edges that obey this core.',
      () => voice.status().edges.filter(({ connected }) => connected).length,
    ],
    [
      'tandem_media_connected',
      'Media processes that obey this core.',
      () => voice.status().media.filter(({ connected }) => connected).length,
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

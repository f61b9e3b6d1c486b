import type { JournalEvent } from '#engines/journal'
import type { CentreCommand, CentreEvent } from '#kernel/centre'
import { centreMachine } from '#kernel/centre'
import { demoCentre } from '#kernel/config'

/** A small generator of pseudo-random numbers (mulberry32): the same seed gives the same stream on every machine. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Agents whose phones are there: few, so that callers wait. */
const AGENTS = ['agent1', 'agent2', 'agent3', 'agent4', 'agent5']
const NUMBERS = ['1000', '1001', '1001', '1002', '1009', '1011', '2001']

/** What comes in writing, and what there is to do besides. */
export const WRITTEN = ['chat', 'sms', 'email', 'work-item', 'callback'] as const

/**
 * What the real kernel decides on a random day: calls of every fate, agents who come and go, primaries that change; and where it is
 * told so, as many chats, texts, mails, work items and callbacks.
 */
export function randomStream(seed: number, steps: number, comes: 'calls' | 'all media' = 'calls'): JournalEvent[] {
  const next = random(seed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!
  const state = centreMachine.initial()
  const stream: JournalEvent[] = []
  let now = Date.UTC(2026, 0, 5, 8, 0) + Math.floor(next() * 3_600_000)
  let term = 1
  let calls = 0
  const run = (command: CentreCommand): void => {
    let events: readonly CentreEvent[] = []
    try {
      events = centreMachine.decide(state, command, now)
    } catch {
      return
    }
    for (const event of events) {
      centreMachine.evolve(state, event, now)
      stream.push({ sequence: stream.length + 1, term, at: now, event })
    }
  }
  const arrive = (): void =>
    run({ type: 'Arrive', interaction: `ix-${seed}-${++calls}`, from: `+4930${calls}`, to: pick(NUMBERS) })
  run({ type: 'ChangeConfiguration', by: 'demo', basedOn: 0, changes: demoCentre() })
  for (const user of AGENTS) run({ type: 'SetReachable', user, reachable: true })
  const party = (): { interaction: string; participant: string } | undefined => {
    const interaction = pick([...state.interactions.values()])
    const participant = interaction && pick(interaction.participants)
    return participant && { interaction: interaction.id, participant: participant.id }
  }
  const actions: (() => void)[] = [
    arrive,
    arrive,
    ...['ReportAlerting', 'ReportConnected', 'ReportConnected', 'Hold', 'Retrieve'].map((type) => () => {
      const at = party()
      if (at) run({ type, ...at } as CentreCommand)
    }),
    () => withParty(party(), (at) => run({ type: 'ReportCleared', ...at, reason: 'hung-up' })),
    () =>
      withParty(party(), (at) => run({ type: 'ReportFailed', ...at, reason: pick(['busy', 'no-answer', 'declined']) })),
    () => withParty(party(), (at) => run({ type: 'PressDigit', ...at, digit: pick(['1', '2', '#', '9']) })),
    () => withParty(party(), (at) => run({ type: 'Transfer', ...at, to: pick(NUMBERS) })),
    () => {
      const at = party()
      const recording = at && state.interactions.get(at.interaction)?.recordings.at(-1)
      if (at && recording) {
        run({
          type: 'SealRecording',
          interaction: at.interaction,
          recording: recording.id,
          durationMs: 5,
          bytes: 9,
          sha256: 'ab',
        })
      }
    },
    () => run({ type: 'ChooseStatus', user: pick(AGENTS), status: pick(['ready', 'ready', 'ready', 'not-ready']) }),
    () => run({ type: 'SetReachable', user: pick(AGENTS), reachable: next() < 0.8 }),
    () =>
      withParty(party(), ({ interaction }) =>
        run({ type: 'EndWrapUp', interaction, user: pick(AGENTS), code: 'sold' }),
      ),
    () => run({ type: 'Tick' }),
  ]
  const written = (): void => {
    const medium = pick(WRITTEN)
    const contact = { interaction: `ix-${seed}-${++calls}`, queue: pick(['support', 'sales']) }
    if (medium === 'work-item') run({ type: 'CreateWorkItem', ...contact, subject: 'form 7' })
    else if (medium === 'callback') run({ type: 'CreateCallback', ...contact, number: `+4930${calls}` })
    else run({ type: 'CreateContact', ...contact, medium, from: `customer-${calls}` })
  }
  /** An interaction at somebody's desk, and whose that is. */
  const desk = (): { interaction: string; user: string } | undefined => {
    const all = [...state.interactions.values()].flatMap(({ id, phase }) =>
      'user' in phase && typeof phase.user === 'string' ? [{ interaction: id, user: phase.user }] : [],
    )
    return all.length > 0 ? pick(all) : undefined
  }
  if (comes === 'all media')
    actions.push(
      ...[written, written, written],
      ...['Accept', 'Accept', 'Accept', 'Decline', 'Complete', 'Complete', 'EndWrapUp'].map((type) => () => {
        withParty(desk(), (at) => run({ type, ...at } as CentreCommand))
      }),
      () => withParty(desk(), (at) => run({ type: 'SendMessage', ...at, message: `m-${calls}-${now}`, text: 'hello' })),
      () => withParty(party(), ({ interaction }) => run({ type: 'Leave', interaction })),
    )
  for (let step = 0; step < steps; step++) {
    // Mostly seconds, at times the length of an interval or nothing at all.
    now += pick([0, 0, 40, 900, 3000, 3000, 9000, next() < 0.05 ? 2_000_000 : 1])
    if (next() < 0.01) term += 1
    pick(actions)()
    const due = centreMachine.nextDeadline(state)
    if (due !== undefined && due <= now) run({ type: 'Tick' })
  }
  for (const interaction of [...state.interactions.keys()].slice(2)) run({ type: 'End', interaction, by: 'admin' })
  now += 120_000
  run({ type: 'Tick' })
  return stream
}

function withParty<T>(at: T | undefined, action: (at: T) => void): void {
  if (at) action(at)
}

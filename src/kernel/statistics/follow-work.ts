import type { Millis } from '#base'
import type { Agent, Work } from '#kernel/agent'
import type { FigureEvent } from './event.ts'
import type { Fact } from './fact.ts'
import type { OpenContact, OpenWork } from './open-figures.ts'

/** What is known while the work of one agent is followed through one event. */
export interface WorkStep {
  readonly user: string
  readonly at: Millis
  readonly event: FigureEvent
  readonly contactOf: (interaction: string) => OpenContact | undefined
  /** What a queue asks for. */
  readonly skillsOf: (queue: string | undefined) => readonly string[] | undefined
  readonly note: (fact: Fact) => void
}

/** Follows what an agent does for contacts: begun, changed and ended works are told as facts; returns what is open now. */
export function followWorks(
  open: Readonly<Record<string, OpenWork>>,
  agent: Agent | undefined,
  step: WorkStep,
): Readonly<Record<string, OpenWork>> {
  const works = agent?.work ?? []
  const next: Record<string, OpenWork> = {}
  for (const work of works) {
    const known = open[work.participant]
    next[work.participant] = known ? goOn(known, work, step) : begin(work, step)
  }
  for (const [participant, work] of Object.entries(open)) if (!next[participant]) end(work, participant, step)
  return next
}

function begin(work: Work, step: WorkStep): OpenWork {
  const contact = step.contactOf(work.interaction)
  const begun: OpenWork = {
    interaction: work.interaction,
    medium: contact?.medium,
    line: contact?.line,
    queue: work.queue,
    skills: step.skillsOf(work.queue),
    doing: doingOf(work, contact),
    since: step.at,
    handledMs: 0,
    connected: work.state === 'connected',
  }
  if (work.state === 'offered' && work.queue !== undefined) step.note(factOf('offer', begun, step))
  return begun
}

function doingOf(work: Work, contact: OpenContact | undefined): OpenWork['doing'] {
  if (work.state === 'offered') return 'ring'
  if (work.state === 'wrapping-up') return 'wrap-up'
  return contact?.held ? 'hold' : 'talk'
}

function goOn(open: OpenWork, work: Work, step: WorkStep): OpenWork {
  const { interaction } = work
  const contact = step.contactOf(interaction)
  const moved = interaction === open.interaction ? open : moveTo(open, interaction, contact, step)
  const next = turnTo(moved, doingOf(work, contact), step)
  if (open.connected || work.state !== 'connected') return next
  if (open.queue !== undefined) step.note(factOf('accepted', open, step, { ms: step.at - open.since }))
  return { ...next, connected: true }
}

/** After an attended transfer the work goes on for another contact; what was done until now was for the first. */
function moveTo(open: OpenWork, interaction: string, contact: OpenContact | undefined, step: WorkStep): OpenWork {
  noteStretch(open, step)
  const handledMs = open.handledMs + (open.doing === 'ring' ? 0 : step.at - open.since)
  return { ...open, interaction, medium: contact?.medium, line: contact?.line, since: step.at, handledMs }
}

/** Ends the running stretch if another begins. */
export function turnTo(
  open: OpenWork,
  doing: OpenWork['doing'],
  step: Pick<WorkStep, 'user' | 'at' | 'note'>,
): OpenWork {
  if (doing === open.doing) return open
  noteStretch(open, step)
  const ms = open.doing === 'ring' ? 0 : step.at - open.since
  return { ...open, doing, since: step.at, handledMs: open.handledMs + ms }
}

function end(open: OpenWork, participant: string, step: WorkStep): void {
  noteStretch(open, step)
  if (open.connected) {
    const ms = open.handledMs + step.at - open.since
    return step.note(factOf('handled', open, step, { ms, detail: open.medium }))
  }
  if (open.queue === undefined) return
  const { event } = step
  const missed = event.type === 'OfferEnded' && event.participant === participant && event.reason !== 'withdrawn'
  if (!missed) return step.note(factOf('offer-withdrawn', open, step))
  step.note(factOf('missed', open, step, { ms: step.at - open.since, detail: event.reason }))
}

function noteStretch(open: OpenWork, step: Pick<WorkStep, 'user' | 'at' | 'note'>): void {
  const ms = step.at - open.since
  if (ms > 0) step.note(factOf(open.doing, open, step, { ms }))
}

/** A fact about an agent's work. */
export function factOf(
  measure: Fact['measure'],
  open: OpenWork,
  { user, at }: { readonly user: string; readonly at: Millis },
  { ms = 0, detail }: { readonly ms?: Millis; readonly detail?: string | undefined } = {},
): Fact {
  const { interaction, medium, queue, line, skills } = open
  return { measure, detail, at, ms, interaction, medium, queue, line, skills, agent: user }
}

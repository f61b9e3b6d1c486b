import type { Interaction } from '#kernel/interaction'
import { type Announcement, type Announcing, announcementOf, announcementsDue, nextAnnouncementAt } from '#kernel/queue'
import type { Deadline } from './deadlines.ts'
import { itemOverdue } from './decide-item.ts'
import { notedCode } from './decide-note.ts'
import { endOffers } from './decide-offer.ts'
import { serveParked } from './decide-park.ts'
import { giveUpRecording } from './decide-recording.ts'
import type { Draft } from './draft.ts'
import { comeDue, followFlow, overflow } from './enter.ts'
import { agentDeadline, phaseDeadline, unsealedDeadline } from './entries.ts'
import { closeAfterNotes, closeTurnedAway, endInvitation } from './finish.ts'
import { DUE_AT_ONCE_MAX } from './limits.ts'
import { widen } from './widen.ts'

/** Deadlines of one interaction that may follow from each other at one moment: no two phases in a row last no time. */
const FOLLOWING_MAX = 3

/** A queue that has nothing more to say, perhaps because it was configured anew, is asked again in an hour, which costs nothing. */
const ASK_AGAIN_MS = 3_600_000

/** A queue that is configured no more. */
const SILENT: Announcing = { positionEveryMs: 0 }

/** Lets happen what is due: at most {@link DUE_AT_ONCE_MAX} of it, the rest follows with the next tick. */
export function serveDue(draft: Draft): void {
  for (const deadline of draft.store.deadlines.due(draft.now, DUE_AT_ONCE_MAX)) serve(draft, deadline)
  // A caller who has just come back to a queue may have an announcement to hear whose time passed while a phone rang.
  for (const key of [...draft.touched()]) {
    const interaction = draft.interaction(key)
    const at = interaction && phaseDeadline(interaction)
    if (at !== undefined && at <= draft.now) serve(draft, { kind: 'interaction', key, at })
  }
}

/** The draft may have moved on since: what is due there counts. */
function serve(draft: Draft, { kind, key }: Deadline): void {
  const isDue = (at: number | undefined): boolean => at !== undefined && at <= draft.now
  draft.stepsEntered = 0
  if (kind === 'agent') {
    if (isDue(agentDeadline(draft.agent(key)))) draft.emit({ type: 'RonaEnded', user: key })
    return
  }
  if (kind === 'recording') {
    const unsealed = draft.unsealedOf(key)
    if (!unsealed || !isDue(unsealedDeadline(unsealed))) return
    return giveUpRecording(draft, unsealed.interaction, key)
  }
  const interaction = draft.interaction(key)
  if (!interaction) return
  endWrapUps(draft, interaction)
  endInvitations(draft, interaction)
  if (interaction.phase.state !== 'wrapping-up') itemOverdue(draft, interaction.id)
  // What follows may be due as well: a caller whose offer has run out may have an announcement to hear.
  for (let times = 0; times < FOLLOWING_MAX; times++) {
    const current = draft.interaction(key)
    if (!current || !isDue(phaseDeadline(current))) return
    servePhase(draft, current)
  }
}

function endWrapUps(draft: Draft, { id, participants }: Interaction): void {
  const over = participants.filter(({ wrapUp }) => wrapUp !== undefined && wrapUp.until <= draft.now)
  for (const party of over) {
    const { id: participant, user } = party
    if (user !== undefined) {
      draft.emit({ type: 'WrapUpEnded', interaction: id, participant, user, ...notedCode(party) })
    }
  }
  if (over.length > 0) closeAfterNotes(draft, id)
}

function endInvitations(draft: Draft, { id, participants }: Interaction): void {
  for (const party of participants) {
    if (party.ringUntil !== undefined && party.ringUntil <= draft.now) endInvitation(draft, id, party, 'no-answer')
  }
}

function servePhase(draft: Draft, interaction: Interaction): void {
  switch (interaction.phase.state) {
    case 'created':
      return comeDue(draft, interaction)
    case 'in-flow':
      return followFlow(draft, interaction.id, { type: 'timed-out' })
    case 'queued':
      if ((interaction.phase.routeAt ?? Number.POSITIVE_INFINITY) <= draft.now) {
        draft.overflows = 0
        if (!overflow(draft, interaction.id)) widen(draft, interaction)
        return
      }
      return announce(draft, interaction)
    case 'offered':
      return endOffers(draft, interaction.id, 'no-answer')
    case 'held':
      return serveParked(draft, interaction)
    case 'wrapping-up': {
      const left = draft.interaction(interaction.id)
      return left && closeTurnedAway(draft, left)
    }
    default:
      return
  }
}

const NOTHING_SAID: Announcement = { prompts: [] }

/** Says what is due: position and expected wait, words of comfort. When that is nothing the visit stays the same, and the music goes on unbroken. */
function announce(draft: Draft, { id, phase, counters }: Interaction): void {
  if (phase.state !== 'queued' || phase.nextAnnouncementAt === undefined) return
  const configured = draft.configuration.queues.get(phase.queue) ?? SILENT
  const queue = draft.store.queues.get(phase.queue)
  const { priority, enteredAt, rankAt = enteredAt } = phase
  const position = 1 + (queue?.waiting.rank({ interaction: id, priority, enteredAt, rankAt }) ?? 0)
  const due = announcementsDue(configured, enteredAt, { from: phase.nextAnnouncementAt - 1, to: draft.now })
  const said = queue && due.position ? announcementOf(queue, position, draft.now) : NOTHING_SAID
  const prompts = [
    ...said.prompts,
    ...due.comfort.flatMap((one) => (position <= (one.positionAtMost ?? Number.POSITIVE_INFINITY) ? one.prompts : [])),
  ]
  const says = prompts.length > 0
  draft.emit({
    type: 'Announced',
    interaction: id,
    visit: says ? counters.visits + 1 : phase.visit,
    prompts: says ? prompts : phase.prompts,
    nextAnnouncementAt: nextAnnouncementAt(configured, enteredAt, draft.now) ?? draft.now + ASK_AGAIN_MS,
    ...(said.prompts.length === 0 ? undefined : { position }),
    ...(said.expected === undefined ? undefined : { expected: said.expected }),
  })
}

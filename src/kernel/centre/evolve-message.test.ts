import { describe, expect, it } from 'vitest'
import type { Medium } from '#kernel/interaction'
import type { CentreEvent } from './event.ts'
import { transcriptOf } from './evolve-message.ts'

const interaction = 'ix-1'

function created(medium: Medium): CentreEvent {
  return {
    type: 'InteractionCreated',
    interaction,
    medium,
    direction: 'inbound',
    from: 'a',
    to: 'support',
    participants: [],
  }
}

function queued(visit: number): CentreEvent {
  return { type: 'Queued', interaction, queue: 'support', priority: 50, enteredAt: 1, visit, prompts: [] }
}

function written(id: string, user?: string): CentreEvent {
  const by = user === undefined ? 'customer' : 'agent'
  return { type: 'MessageAdded', interaction, message: { id, by, text: id, ...(user === undefined ? {} : { user }) } }
}

const at = (events: readonly CentreEvent[]) => events.map((event, index) => ({ event, at: 1_000 + index }))

describe('a transcript from events', () => {
  it('says who wrote what and when, and what the system says of waiting and ending', () => {
    const closed: CentreEvent = { type: 'InteractionClosed', interaction, reason: 'answered' }
    const lines = transcriptOf(
      at([created('chat'), queued(1), written('m1'), written('m2', 'agent1'), queued(2), closed]),
    )
    expect(lines.map(({ note, id }) => note ?? id)).toEqual(['queued', 'm1', 'm2', 'queued', 'ended'])
    expect(lines.map((line) => line.at)).toEqual([1_001, 1_002, 1_003, 1_004, 1_005])
    expect(lines[2]).toMatchObject({ by: 'agent', user: 'agent1', text: 'm2' })
    expect(new Set(lines.map(({ id }) => id)).size).toBe(5)
  })

  it('is empty for what is not written, and for a history whose beginning is not there', () => {
    expect(transcriptOf(at([created('voice'), queued(1)]))).toEqual([])
    expect(transcriptOf(at([queued(1), written('m1')]))).toEqual([])
    expect(transcriptOf([])).toEqual([])
  })

  it('is not longer for somebody having read it', () => {
    const read: CentreEvent = { type: 'MessagesRead', interaction, by: 'customer', message: 'm1' }
    expect(transcriptOf(at([created('sms'), written('m1'), read])).map(({ id }) => id)).toEqual(['m1'])
  })
})

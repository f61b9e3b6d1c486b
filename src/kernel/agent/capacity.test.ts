import { describe, expect, it } from 'vitest'
import type { Medium, Mix } from '#kernel/config'
import type { Agent } from './agent.ts'
import { hasCapacity, shareOf } from './capacity.ts'
import { newAgent } from './machine.ts'

function agentWith(media: readonly Medium[], more: Partial<Agent> = {}): Agent {
  const work = media.map((medium, n) => ({
    ...({ interaction: `ix-${n}`, participant: `ix-${n}.p2`, state: 'connected', since: 0 } as const),
    // A call is the medium of work that names none.
    ...(medium === 'voice' ? undefined : { medium }),
  }))
  return { ...newAgent('ada', 'ready', 0), reachable: true, work, ...more }
}

describe('what an agent may do at once', () => {
  it.each<[has: Medium[], wants: Medium, may: boolean]>([
    [[], 'voice', true],
    [[], 'callback', true],
    [[], 'work-item', true],
    [['voice'], 'voice', false],
    [['voice'], 'chat', false],
    [['callback'], 'voice', false],
    [['chat'], 'voice', false],
    [['chat'], 'chat', true],
    [['chat', 'chat'], 'chat', false],
    [['chat', 'chat'], 'email', true],
    [['chat', 'chat', 'email'], 'email', false],
    [['chat', 'chat', 'email'], 'sms', true],
    [['chat'], 'work-item', false],
    [['work-item'], 'voice', false],
  ])('when nothing else is said: %o and then %s: %s', (has, wants, may) => {
    expect(hasCapacity(agentWith(has), undefined, wants)).toBe(may)
  })

  const blended: readonly Mix[] = [
    { voice: 1, email: 2 },
    { chat: 4, email: 1 },
  ]

  it.each<[has: Medium[], wants: Medium, may: boolean]>([
    [['email', 'email'], 'voice', true],
    [['email', 'email'], 'chat', false],
    [['email'], 'chat', true],
    [['voice'], 'email', true],
    [['voice', 'email', 'email'], 'email', false],
    [['chat', 'chat', 'chat'], 'chat', true],
    [['chat'], 'voice', false],
    [[], 'work-item', false],
  ])('with mixes of its own: %o and then %s: %s', (has, wants, may) => {
    expect(hasCapacity(agentWith(has), { mixes: blended }, wants)).toBe(may)
  })

  it('puts interruptible work aside for others, but never for more of its kind', () => {
    const rules = { mixes: [{ voice: 1 }, { email: 1 }], interruptible: ['email'] as const }
    expect(hasCapacity(agentWith(['email']), rules, 'voice')).toBe(true)
    expect(hasCapacity(agentWith(['email']), rules, 'email')).toBe(false)
    expect(hasCapacity(agentWith(['voice']), rules, 'email')).toBe(false)
  })

  it.each<[why: string, more: Partial<Agent>]>([
    ['not ready', { chosen: { status: 'not-ready', since: 0 } }],
    ['logged off', { chosen: { status: 'logged-off', since: 0 } }],
    ['without a phone', { reachable: false }],
    ['in ring-no-answer, until its end is an event', { ronaUntil: 1 }],
  ])('is nothing for who is %s (AGS-01, AGS-02, AGS-03)', (_, more) => {
    expect(hasCapacity(agentWith([], more), undefined, 'voice')).toBe(false)
  })

  it('counts work after the call like the call', () => {
    const work = [{ interaction: 'ix', participant: 'p', state: 'wrapping-up', since: 0 }] as const
    expect(hasCapacity(agentWith([], { work }), undefined, 'voice')).toBe(false)
  })
})

describe('what part of an agent a contact takes', () => {
  it('is the whole for a call, and the n-th where n fit at once', () => {
    expect(shareOf(undefined, 'voice')).toBe(1)
    expect(shareOf(undefined, 'chat')).toBe(1 / 2)
    expect(shareOf({ mixes: [{ chat: 4 }, { chat: 2 }] }, 'chat')).toBe(1 / 4)
    expect(shareOf({ mixes: [{ chat: 4 }] }, 'email')).toBe(1)
  })
})

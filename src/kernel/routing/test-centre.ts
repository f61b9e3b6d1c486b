import type { Queue, User } from '#kernel/config'

/** A user of tests. */
export function testUser(name: string, more: Partial<User> = {}): User {
  return { name, displayName: name, extension: '1', role: 'agent', skills: {}, initialStatus: 'ready', ...more }
}

/** A queue of tests. */
export function testQueue(name: string, more: Partial<Queue> = {}): Queue {
  return {
    name,
    skills: {},
    priority: 50,
    ringTimeoutMs: 10_000,
    ronaMs: 5_000,
    wrapUpMs: 2_000,
    welcomePrompts: [],
    musicPrompt: 'music',
    positionEveryMs: 0,
    recorded: false,
    serviceLevel: { percent: 80, withinMs: 20_000 },
    ...more,
  }
}

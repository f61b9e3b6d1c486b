import { describe, expect, it } from 'vitest'
import { type Format, formatsOf, type LoggedEvent, pairOf } from './formats.ts'

const same = (_: string, event: LoggedEvent) => event
const first: Format = { level: 1, lift: same, lower: same }
/** Level 2: `Opened` says by whom. */
const second: Format = {
  level: 2,
  lift: (_, event) => (event.type === 'Opened' && !('by' in event) ? { ...event, by: 'nobody' } : event),
  lower: (_, { type, ...rest }) => {
    const { by: _by, ...others } = rest as { by?: string }
    return { type, ...(type === 'Opened' ? others : rest) }
  },
}

describe('formats of the log', () => {
  it('an older event is lifted, a newer one lowered, and each reads the other’s (SW-16)', () => {
    const { lift, lowerTo, reads } = formatsOf([first, second])
    let level = 1
    const lower = lowerTo(() => level)
    const event = { type: 'Opened', by: 'ada', number: 1 }
    expect(reads).toEqual({ oldest: 1, newest: 2 })
    expect(lower('m', event)).toEqual({ type: 'Opened', number: 1 })
    expect(lift('m', { type: 'Opened' })).toEqual({ type: 'Opened', by: 'nobody' })
    expect(lift('m', event)).toBe(event)
    level = 2
    expect(lower('m', event)).toBe(event)
  })

  it.each([
    ['equal releases', { oldest: 1, newest: 1 }, 1, { oldest: 1, newest: 1 }, 'active'],
    ['the next release', { oldest: 1, newest: 2 }, 1, { oldest: 1, newest: 1 }, 'active'],
    ['the release before', { oldest: 1, newest: 1 }, 1, { oldest: 1, newest: 2 }, 'active'],
    [
      'the release before, after the level was raised',
      { oldest: 1, newest: 1 },
      2,
      { oldest: 1, newest: 2 },
      'upgrade-lower',
    ],
    ['two releases on', { oldest: 1, newest: 3 }, 1, { oldest: 1, newest: 1 }, 'upgrade-higher'],
    ['two releases back', { oldest: 1, newest: 1 }, 1, { oldest: 1, newest: 3 }, 'upgrade-lower'],
    [
      'a release that no longer reads the level',
      { oldest: 2, newest: 3 },
      1,
      { oldest: 1, newest: 2 },
      'upgrade-higher',
    ],
    ['no primary that is known', { oldest: 1, newest: 2 }, 2, undefined, 'active'],
  ] as const)('of %s: SW-11, SW-13, SW-14, SW-16', (_, own, level, primary, pair) => {
    expect(pairOf(own, level, primary)).toBe(pair)
  })
})

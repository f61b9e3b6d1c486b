import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { causeOf, TAKEOVER_CAUSES } from './causes.ts'

const SCENARIOS = join(import.meta.dirname, '../../../test/scenarios/switchover')

it('every reason for a takeover in the scenarios has a cause, and every cause but `other` a reason', () => {
  const reasons = readdirSync(SCENARIOS).flatMap((file) => {
    const text = readFileSync(join(SCENARIOS, file), 'utf8')
    return [...text.matchAll(/→ {3}(?:claim lease|depose primary) \((.+)\)$/gm)].map((match) => match[1] ?? '')
  })
  const causes = new Set(reasons.map(causeOf))
  expect([...causes].sort()).toEqual(TAKEOVER_CAUSES.filter((cause) => cause !== 'other').sort())
  expect(causeOf('something new')).toBe('other')
})

import { expect } from 'vitest'
import type { TestPhone } from './takeover-phone.ts'
import type { TestWorld } from './takeover-world.ts'

/** The leg of a phone's newest call. */
export function legOf(world: TestWorld, phone: TestPhone) {
  return [...world.states.voice.legs.values()].find((one) => one.dialog.callId === phone.call.callId)
}

/** What the party hears, as the media process has it: prompts, or the kind. */
export function hears(world: TestWorld, phone: TestPhone): string {
  const leg = legOf(world, phone)
  const session = leg && (world.media.sessions.get(leg.id) ?? world.otherMedia.sessions.get(leg.id))
  const heard = session?.spec.hears
  if (heard?.type !== 'program') return heard?.type ?? ''
  return heard.items.map((item) => ('prompt' in item ? item.prompt : item.type)).join(' ')
}

/** The phone rings, is answered, and hears the other party. */
export async function answered(world: TestWorld, phone: TestPhone): Promise<void> {
  await world.until(`${phone.extension} rings`, () => phone.ringing)
  phone.ring()
  await world.turns()
  phone.answer()
  await world.until(`${phone.extension} hears the other`, () => hears(world, phone) === 'session')
}

/** The newest calls of these phones have ended. */
export async function over(world: TestWorld, ...phones: TestPhone[]): Promise<void> {
  await world.until('all calls over', () => phones.every((phone) => phone.call.state === 'over'))
}

/** What must hold when all is over, whatever died on the way. */
export async function checkEnd(world: TestWorld): Promise<void> {
  const centre = () => world.states.centre
  await world.until('nothing is left', () => world.states.voice.load.size === 0 && centre().interactions.size === 0)
  await world.until('agents are free', () => [...centre().agents.values()].every((agent) => agent.work.length === 0))
  await world.until('recordings are sealed', () => centre().unsealed.size === 0)
  await world.until(
    'no session is left',
    () => world.media.sessions.size + world.otherMedia.sessions.size === 0 && world.media.recordings.size === 0,
  )
  await world.pass(40_000)
  expect([...world.edge.phones.values()].flatMap((phone) => phone.breaches)).toEqual([])
  expect(world.edge.strays).toEqual([])
  expect(world.core.adapter.status().remembered).toBe(0)
  expect(world.media.programs).toEqual([...new Set(world.media.programs)])
}

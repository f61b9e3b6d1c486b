import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Asker, type TestCentre } from '../contract/api-kit.ts'
import { control, DeskStage, faultless, LONG_WRAP_UP, press } from './desk-kit.ts'
import { missingBrowser, picture } from './page-kit.ts'

const missing = missingBrowser()
let stage: DeskStage
let centre: TestCentre
const keyed: string[] = []

beforeAll(async () => {
  if (missing) return
  const calls = {
    sendDigits: async ({ digits }: { digits: string }) => void keyed.push(digits),
    callAnew: async () => false,
  }
  stage = await DeskStage.start({
    users: ['agent1', 'agent2', 'attendant'],
    support: LONG_WRAP_UP,
    ports: { calls: () => calls as never },
  })
  centre = stage.centre
})
afterEach(() => stage?.endAll())
afterAll(() => stage?.close())

const desk = (user: string) => stage.desk(user)
const button = control

/** A call in support that agent1 has answered. */
async function talks(page: Page, id: string): Promise<string> {
  await centre.submit({ type: 'ChooseStatus', user: 'agent1', status: 'ready' })
  await centre.call(id, '1001', '+49301234567')
  await page.locator(`[data-shown=${id}]`).waitFor()
  await centre.answer(id)
  await page.locator('[data-control=hold]').waitFor()
  return id
}

const shown = (page: Page) =>
  page.locator('[data-control]').evaluateAll((all) => all.map((one) => one.getAttribute('data-control')))

/** The consultation of a call, when there is one. */
const consultationOf = (id: string) =>
  [...centre.state.interactions.values()].find(({ consults }) => consults === id)?.id

async function consult(page: Page, id: string, number: string): Promise<string> {
  await press(page, 'consult')
  // As fast as people type: what is listed at that moment is everybody.
  await page.locator('input[name=search]').fill(number)
  await page.keyboard.press('Enter')
  await button(page, 'reconnect').waitFor()
  return consultationOf(id)!
}

const partyOf = (id: string, user: string) =>
  centre.state.interactions.get(id)?.participants.find((one) => one.user === user)

describe.skipIf(missing)(`call control on the desk${missing ? ` (${missing})` : ''}`, () => {
  it('mutes, sends keys in their order, and offers only what can be done now, each by one click or key (DSK-01, DSK-03)', async () => {
    const watched = await desk('agent1')
    const { page } = watched
    const id = await talks(page, 'ix-mute')
    await expect
      .poll(() => shown(page))
      .toEqual(['hold', 'transfer', 'consult', 'invite', 'mute', 'keypad', 'park', 'end'])
    await page.keyboard.press('Alt+m')
    await page.getByText('You are muted').waitFor()
    expect(partyOf(id, 'agent1')?.muted).toBe(true)
    await press(page, 'unmute')
    await button(page, 'mute').waitFor()
    await press(page, 'keypad')
    await page.getByRole('dialog', { name: 'Keypad' }).waitFor()
    await page.getByRole('button', { name: 'Key 1', exact: true }).click()
    await page.keyboard.type('23*#')
    await expect.poll(() => keyed.join(''), { timeout: 60_000 }).toBe('123*#')
    await picture(page, 'desk-keypad')
    await faultless(watched)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.locator('[data-control=keypad]:focus').waitFor()
    await press(page, 'hold')
    await button(page, 'retrieve').waitFor()
    await expect.poll(() => shown(page)).toEqual(['retrieve', 'transfer', 'consult', 'park', 'end'])
    await page.context().close()
  })

  it('consults, swaps, goes back, and makes a conference that it leaves to the others (DSK-01)', async () => {
    const watched = await desk('agent1')
    const { page } = watched
    const id = await talks(page, 'ix-consult')
    const first = await consult(page, id, '2002')
    await expect.poll(() => shown(page)).toEqual(['reconnect'])
    await centre.answer(first)
    await button(page, 'alternate').waitFor()
    await picture(page, 'desk-consult')
    await faultless(watched)
    await press(page, 'alternate')
    await expect.poll(() => partyOf(first, 'agent1')?.connection, { timeout: 60_000 }).toBe('held')
    expect(partyOf(id, 'agent1')?.connection).toBe('connected')
    await button(page, 'mute').waitFor()
    await page.keyboard.press('Alt+l')
    await expect.poll(() => partyOf(id, 'agent1')?.connection, { timeout: 60_000 }).toBe('held')
    await button(page, 'mute').waitFor({ state: 'detached' })
    await press(page, 'reconnect')
    await button(page, 'hold').waitFor()
    expect(partyOf(id, 'agent1')?.connection).toBe('connected')

    const second = await consult(page, id, '2002')
    await centre.answer(second)
    await button(page, 'conference').waitFor()
    await press(page, 'conference')
    await page.getByText('Conference with 2 others').waitFor()
    await expect.poll(() => shown(page)).toEqual(['hold', 'consult', 'invite', 'mute', 'keypad', 'leave'])
    await picture(page, 'desk-conference')
    await faultless(watched)
    await press(page, 'leave')
    await button(page, 'finish').waitFor()
    expect(partyOf(id, 'agent2')?.connection).toBe('connected')
    await press(page, 'finish')
    await page.context().close()
  })

  it('calls somebody into the conversation, which goes on meanwhile (DSK-01)', async () => {
    const { page } = await desk('agent1')
    const id = await talks(page, 'ix-invite')
    await press(page, 'invite')
    await page.locator('input[name=search]').fill('2002')
    await page.locator('[data-number="2002"][aria-selected=true]').waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => partyOf(id, 'agent2')?.ringUntil, { timeout: 60_000 }).toBeGreaterThan(0)
    expect(centre.state.interactions.get(id)?.phase.state).toBe('connected')
    const participant = partyOf(id, 'agent2')?.id ?? 'none'
    await centre.submit({ type: 'ReportConnected', interaction: id, participant })
    await page.getByText('Conference with 2 others').waitFor()
    await press(page, 'leave')
    await button(page, 'finish').waitFor()
    await press(page, 'finish')
    await centre.submit({ type: 'End', interaction: id, by: 'supervisor' })
    await page.context().close()
  })

  it('hands a call over to whom it has consulted', async () => {
    const { page } = await desk('agent1')
    const id = await talks(page, 'ix-hand')
    const consultation = await consult(page, id, '2002')
    await centre.answer(consultation)
    await button(page, 'hand-over').waitFor()
    await page.keyboard.press('Alt+i')
    await button(page, 'finish').waitFor()
    expect(partyOf(id, 'agent2')?.connection).toBe('connected')
    await press(page, 'finish')
    await page.context().close()
  })

  it('shows what rings at a colleague of the own group, and takes it by a button and by a key (UCC-08)', async () => {
    const { users, version } = centre.state.configuration
    const changes = ['agent1', 'agent2'].map((name) => ({
      ...{ kind: 'user' as const, name },
      value: { ...users.get(name)!, groups: ['pair'] },
    }))
    await centre.submit({ type: 'ChangeConfiguration', by: 'test', basedOn: version, changes })
    const watched = await desk('agent2')
    const { page } = watched
    const status = (user: string, chosen: 'ready' | 'not-ready') =>
      centre.submit({ type: 'ChooseStatus', user, status: chosen })
    await status('agent2', 'not-ready')
    await status('agent1', 'ready')
    for (const [id, take] of [
      ['ix-group-button', () => page.getByRole('button', { name: 'Pick up', exact: true }).click()],
      ['ix-group-key', () => page.keyboard.press('Alt+b')],
    ] as const) {
      await centre.call(id, '1001', '+49301234567')
      const rings = page.locator(`[data-takeable=${id}]`)
      await rings.getByText('Rings at Agent 1').waitFor()
      await picture(page, 'desk-group')
      await faultless(watched)
      await take()
      await page.locator(`[data-item=${id}][data-state=offered]`).waitFor()
      await rings.waitFor({ state: 'detached' })
      await centre.submit({ type: 'ReportConnected', interaction: id, participant: partyOf(id, 'agent2')!.id })
      await page.locator(`[data-item=${id}][data-state=connected]`).waitFor()
      await centre.submit({ type: 'End', interaction: id, by: 'test' })
      await centre.submit({ type: 'End', interaction: id, by: 'test' })
      await page.locator(`[data-item=${id}]`).waitFor({ state: 'detached' })
      await status('agent1', 'ready')
    }
    // What the colleague takes is the colleague's again.
    await centre.call('ix-group-taken', '1001')
    await page.locator('[data-takeable=ix-group-taken]').waitFor()
    await centre.answer('ix-group-taken')
    await page.locator('[data-takeable=ix-group-taken]').waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('parks for anybody to take, and picks up what rings at a colleague where one may (UCC-08)', async () => {
    const { page } = await desk('agent1')
    const watched = await desk('attendant')
    const other = watched.page
    const id = await talks(page, 'ix-park')
    await press(page, 'park')
    await other.locator(`[data-takeable=${id}]`).getByText('Parked under 7001').waitFor()
    await picture(other, 'desk-parked')
    await faultless(watched)
    await other.locator(`[data-takeable=${id}]`).getByRole('button', { name: 'Take' }).click()
    await other.locator(`[data-item=${id}][data-state=offered]`).waitFor()
    await centre.submit({ type: 'ReportConnected', interaction: id, participant: partyOf(id, 'attendant')!.id })
    await other.locator(`[data-item=${id}][data-state=connected]`).waitFor()
    await other.locator(`[data-takeable=${id}]`).waitFor({ state: 'detached' })
    await centre.submit({ type: 'End', interaction: id, by: 'test' })
    await centre.submit({ type: 'End', interaction: id, by: 'test' })

    await centre.call('ix-pick', '1001')
    const rings = other.locator('[data-takeable=ix-pick]')
    await rings.getByText('Rings at Agent 1').waitFor()
    // An agent sees nothing of what rings at others.
    expect(await page.locator('[data-takeable]').count()).toBe(0)
    await rings.getByRole('button', { name: 'Pick up' }).click()
    await other.locator('[data-item=ix-pick][data-state=offered]').waitFor()
    await rings.waitFor({ state: 'detached' })
    const attendant = await Asker.as(centre.base, 'attendant')
    expect((await attendant.ask('GET', '/interactions/ix-pick')).body).toMatchObject({ agent: 'attendant' })
    await page.context().close()
    await other.context().close()
  })
})

import { rmSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Asker, TestCentre } from '../contract/api-kit.ts'
import { accessibilityFaults, buildPage, launch, logIn, missingBrowser, open, picture, ringLong } from './page-kit.ts'

const missing = missingBrowser()
let centre: TestCentre
let browser: Browser
let webFolder: string | undefined

beforeAll(async () => {
  if (missing) return
  webFolder = buildPage()
  ;[centre, browser] = await Promise.all([TestCentre.start({ webFolder }), launch()])
  await ringLong(centre)
  for (const user of ['agent1', 'agent2', 'agent3', 'agent4', 'agent5']) {
    await centre.submit({ type: 'SetReachable', user, reachable: true })
  }
})
afterAll(async () => {
  await browser?.close()
  await centre?.close()
  if (webFolder) rmSync(webFolder, { recursive: true, force: true })
})

describe.skipIf(missing)(`the first page${missing ? ` (${missing})` : ''}`, () => {
  it('says clearly why a log-in did not work', async () => {
    const { page, complaints } = await open(browser, centre.base)
    await page.locator('button[type=submit]').click()
    await expect.poll(() => page.getByText('Fill this in.').count()).toBe(2)
    await logIn(page, 'supervisor', 'wrong')
    await page.getByText('The user name or the password is wrong.').waitFor()
    await picture(page, 'log-in')
    expect(await accessibilityFaults(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('RPT-01 RPT-10 shows a call as it moves, from its arrival to its end, and why its agent was chosen', async () => {
    const { page, complaints } = await open(browser, centre.base)
    await logIn(page, 'supervisor')
    await page.locator('[data-state=live]').waitFor()
    await page.getByText('sip:1001@127.0.0.1:15060').waitFor()
    await picture(page, 'empty')
    expect(await accessibilityFaults(page)).toEqual([])

    await centre.call('ix-page', '1001')
    await page.locator('[data-call=ix-page][data-state=offered]').waitFor()
    await page.locator('[data-queue=support] [data-figure=waiting]').getByText('1', { exact: true }).waitFor()
    await centre.answer('ix-page')
    await page.locator('[data-call=ix-page][data-state=connected]').waitFor()
    await page.locator('[data-agent=agent1][data-status=busy]').waitFor()
    await page.locator('[data-call=ix-page]').click()
    await page.locator('[data-why=agent1]').waitFor()
    expect(await page.locator('[data-why=agent1]').innerText()).toMatch(
      /The caller had waited .* in support[\s\S]*agent1/,
    )
    await page.locator('[data-event=ParticipantConnected]').first().waitFor()
    await picture(page, 'detail')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('[data-why=agent1]').waitFor({ state: 'detached' })
    await centre.submit({ type: 'ReportCleared', interaction: 'ix-page', participant: 'ix-page.p1', reason: 'hung-up' })
    await centre.submit({ type: 'EndWrapUp', interaction: 'ix-page', user: 'agent1' })
    await page.locator('[data-call=ix-page][data-state=closed]').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it.each(['English', 'Deutsch'] as const)(
    'promise 11: opens the calls that a number counts (%s)',
    async (language) => {
      const { page, complaints } = await open(browser, centre.base)
      await page.evaluate(
        (words) => localStorage.setItem('tandem.language', words),
        language === 'Deutsch' ? 'de' : 'en',
      )
      await page.reload()
      await logIn(page, 'supervisor')
      await page
        .getByText(language === 'Deutsch' ? 'Servicelevel heute' : 'Service level today')
        .first()
        .waitFor()
      const interaction = `ix-counted-${language}`
      await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
      await centre.call(interaction, '1001')
      const phase = centre.state.interactions.get(interaction)?.phase
      const user = phase?.state === 'offered' ? phase.user : 'none'
      await centre.answer(interaction)
      await centre.submit({ type: 'ReportCleared', interaction, participant: `${interaction}.p1`, reason: 'hung-up' })
      await centre.submit({ type: 'EndWrapUp', interaction, user })
      const figure = page.locator('[data-queue=support] [data-figures="answered@1"]')
      await page.locator(`[data-call=${interaction}][data-state=closed]`).waitFor()
      // What calls before this one have left there is no less a number.
      const supervisor = await Asker.as(centre.base, 'supervisor')
      const count: number = (await supervisor.ask('GET', '/queues/support/live')).body.serviceLevelToday.answered
      await figure.getByText(new RegExp(`^${count} `)).waitFor()
      await centre.settle()
      await figure.click()
      await page.locator(`[data-counted="${count}"]`).waitFor()
      await picture(page, `counted-${language}`)
      expect(await accessibilityFaults(page)).toEqual([])
      await page.locator('[data-counted] button').first().click()
      await page.getByText(interaction).first().waitFor()
      expect(complaints).toEqual([])
      await page.context().close()
    },
  )

  it('resumes by itself when the core dies and comes back, with what happened meanwhile', async () => {
    const { page, complaints } = await open(browser, centre.base)
    await logIn(page, 'supervisor')
    await page.locator('[data-state=live]').waitFor()
    await centre.call('ix-kept', '1009')
    await page.locator('[data-call=ix-kept][data-state=in-flow]').waitFor()
    await centre.restart(async () => {
      await page.locator('[data-state=reconnecting]').waitFor()
      expect(await page.locator('[data-call=ix-kept]').count()).toBe(1)
      await picture(page, 'reconnecting')
    })
    await page.locator('[role=status][data-state=live]').waitFor()
    await page.locator('[data-call=ix-kept][data-state=in-flow]').waitFor()
    await centre.submit({ type: 'End', interaction: 'ix-kept', by: 'supervisor' })
    await page.locator('[data-call=ix-kept][data-state=closed]').waitFor()
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('is whole in the dark, on a phone of 390 pixels and in German', async () => {
    for (let i = 0; i < 6; i++) await centre.call(`ix-many-${i}`, i % 2 === 0 ? '1001' : '1002', `+49301234${i}`)
    await centre.answer('ix-many-0')
    await centre.answer('ix-many-1')
    await centre.submit({ type: 'Hold', interaction: 'ix-many-1', participant: 'ix-many-1.p2' })
    await centre.call('ix-menu', '1000', '+4989777')
    const views = [
      { name: 'light', options: {} },
      { name: 'dark', options: { colorScheme: 'dark' as const } },
      { name: 'phone', options: { viewport: { width: 390, height: 844 }, locale: 'de-DE' } },
      { name: 'phone-dark', options: { viewport: { width: 390, height: 844 }, colorScheme: 'dark' as const } },
    ]
    for (const { name, options } of views) {
      const { page, complaints } = await open(browser, centre.base, options)
      await logIn(page, 'supervisor')
      await page.locator('[data-call=ix-many-0][data-state=connected]').waitFor()
      if (name === 'phone') await page.getByText('Warteschlange').first().waitFor({ state: 'attached' })
      await picture(page, name)
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect(overflow, `${name} is wider than the screen`).toBe(0)
      expect(await accessibilityFaults(page), name).toEqual([])
      await page.locator('[data-call=ix-many-0]').click()
      await page.locator('[data-why]').waitFor()
      await picture(page, `${name}-detail`)
      expect(await accessibilityFaults(page), name).toEqual([])
      expect(complaints, name).toEqual([])
      await page.context().close()
    }
  })
})

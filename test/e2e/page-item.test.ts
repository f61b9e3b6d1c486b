import { rmSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Asker, TestCentre } from '../contract/api-kit.ts'
import { accessibilityFaults, buildPage, launch, logIn, missingBrowser, open, picture, ringLong } from './page-kit.ts'

const missing = missingBrowser()
let centre: TestCentre
let browser: Browser
let webFolder: string | undefined

const form = {
  ...{ name: 'claim', title: 'A claim' },
  fields: [
    { name: 'kind', title: 'Kind', type: 'choice' as const, choices: ['fire', 'water'], required: true },
    { name: 'amount', title: 'Amount', type: 'number' as const, least: 0 },
    { name: 'on', title: 'Day', type: 'date' as const },
    { name: 'words', title: 'What happened', type: 'text' as const },
  ],
}

beforeAll(async () => {
  if (missing) return
  webFolder = buildPage()
  ;[centre, browser] = await Promise.all([TestCentre.start({ webFolder }), launch()])
  await ringLong(centre)
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  await centre.submit({
    ...{ type: 'ChangeConfiguration', by: 'admin', basedOn: centre.state.configuration.version },
    changes: [{ kind: 'form', name: 'claim', value: form }],
  })
})
afterAll(async () => {
  await browser?.close()
  await centre?.close()
  if (webFolder) rmSync(webFolder, { recursive: true, force: true })
})

describe.skipIf(missing)(`work items on the desk${missing ? ` (${missing})` : ''}`, () => {
  it('have a form that is kept while one types, through reload and takeover, and asks for what is missing (DIG-14, IR-28)', async () => {
    const process = await Asker.as(centre.base, 'supervisor')
    const uploaded = await fetch(`${centre.base}/api/v1/documents?name=letter.txt`, {
      method: 'POST',
      headers: { authorization: `Bearer ${process.token}`, 'content-type': 'application/octet-stream' },
      body: 'Dear all',
    })
    const { hash } = (await uploaded.json()) as { hash: string }
    const { status, body } = await process.ask('POST', '/interactions', {
      ...{ type: 'work-item', subject: 'claim 7', queue: 'support', form: 'claim', values: { amount: 20 } },
      ...{ dueAt: '2020-01-01T12:00:00Z', documents: [{ hash, name: 'letter.txt' }] },
    })
    expect([status, body]).toMatchObject([201, { id: expect.any(String) }])
    const values = () => centre.state.interactions.get(body.id)?.item?.values

    const { page } = await open(browser, centre.base)
    await page.goto(`${centre.base}/desk`)
    await logIn(page, 'agent1')
    await page
      .getByRole('button', { name: /accept/i })
      .first()
      .click()
    await page.getByRole('heading', { name: 'A claim' }).waitFor()
    await page.getByText('claim 7', { exact: true }).waitFor()
    await page.locator('[data-overdue=true]').waitFor()
    const amount = page.getByLabel('Amount')
    await expect.poll(() => amount.inputValue(), { timeout: 30_000 }).toBe('20')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'letter.txt' }).click(),
    ])
    expect(file.suggestedFilename()).toBe('letter.txt')

    // What the server does not take is said, and what is typed next is taken.
    await amount.fill('a dozen')
    await page.locator('[data-form=refused]').waitFor()
    await amount.fill('30')
    await page.getByLabel('What happened').fill('It burnt.')
    await page.getByLabel('Day', { exact: true }).fill('2026-11-27')
    await page.locator('[data-form=saved]').waitFor()
    expect(values()).toEqual({ amount: 30, words: 'It burnt.', on: '2026-11-27' })

    const done = page.locator('[data-control=complete]')
    await done.click()
    await page.getByText('Fill this in, then press Done.').waitFor()
    await page.locator('[name=kind]:focus').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await picture(page, 'work-item')

    await centre.restart()
    await page.reload()
    await expect.poll(() => page.getByLabel('What happened').inputValue(), { timeout: 30_000 }).toBe('It burnt.')
    await page.getByLabel(/Kind/).selectOption('fire')
    // Nobody has to wait for the draft: it is saved before it is completed.
    await done.click()
    await page.locator('[data-control=finish]').waitFor()
    expect(values()).toMatchObject({ kind: 'fire' })
  })
})

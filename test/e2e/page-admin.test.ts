import { readFileSync, rmSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Asker, TestCentre } from '../contract/api-kit.ts'
import { accessibilityFaults, buildPage, launch, logIn, missingBrowser, open, picture } from './page-kit.ts'

const missing = missingBrowser()
let centre: TestCentre
let browser: Browser
let admin: Asker
let webFolder: string | undefined

beforeAll(async () => {
  if (missing) return
  webFolder = buildPage()
  ;[centre, browser] = await Promise.all([TestCentre.start({ webFolder }), launch()])
  admin = await Asker.as(centre.base, 'admin')
})
afterAll(async () => {
  await browser?.close()
  await centre?.close()
  if (webFolder) rmSync(webFolder, { recursive: true, force: true })
})

const published = async () => (await admin.ask('GET', '/configuration/document')).body
const drafted = (page: Page, count: number) => page.locator(`[data-drafted="${count}"]`).waitFor()
const openObject = async (page: Page, kind: string, name: string) => {
  await page.locator(`[data-kind=${kind}]`).click()
  await page.getByRole('searchbox').fill(name)
  await page.locator(`[data-object="${name}"]`).click()
  await page.locator(`[data-editor="${name}"]`).waitFor()
}
/** A number of the form, by the path of its field. */
const field = (page: Page, path: string) => page.locator(`input[data-field="${path}"]`)
const review = (page: Page) => page.getByRole('button', { name: 'Review and publish' }).click()
const publish = (page: Page) => page.getByRole('button', { name: 'Publish', exact: true })

async function openAdmin(options = {}): Promise<Awaited<ReturnType<typeof open>>> {
  const watched = await open(browser, `${centre.base}/admin`, options)
  await logIn(watched.page, 'admin')
  await drafted(watched.page, 0)
  return watched
}

describe.skipIf(missing)(`the administration${missing ? ` (${missing})` : ''}`, () => {
  it('drafts, keeps through a reload, undoes, checks at the field, publishes, and goes back (CFG-01, promise 16)', async () => {
    const { page } = await openAdmin()
    await picture(page, 'admin')
    await openObject(page, 'queue', 'support')
    await field(page, 'priority').fill('60')
    await field(page, 'wrapUpMs').fill('5')
    await page.locator('[data-object=support][data-state=changed]').waitFor()
    await page.reload()
    await drafted(page, 1)
    await page.locator('[data-editor=support]').waitFor()
    await expect.poll(() => field(page, 'wrapUpMs').inputValue()).toBe('5 s')

    await field(page, 'priority').fill('500')
    await page.locator('[data-faults-of="queues.support"]').getByText('Priority').waitFor()
    await picture(page, 'administer', false)
    expect(await accessibilityFaults(page)).toEqual([])
    await review(page)
    await page.locator('[data-review] [data-fault="queues.support.priority"]').waitFor()
    await expect.poll(() => publish(page).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Back', exact: true }).click()
    await field(page, 'priority').fill('60')

    await review(page)
    await page.locator('[data-difference="queue:support"]').waitFor()
    await picture(page, 'admin-review')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByLabel('Why').fill('shorter notes')
    await publish(page).click()
    await drafted(page, 0)
    await page.getByText('Version 2 is published.').waitFor()
    expect((await published()).queues.support).toMatchObject({ priority: 60, wrapUpMs: 5_000 })

    await centre.settle()
    await page.locator('[data-kind=version]').click()
    await page.locator('[data-version="2"]').getByText('shorter notes').waitFor()
    await picture(page, 'admin-versions')
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'What version 2 changed' }).click()
    await page.locator('[data-version-detail] [data-difference-field=priority]').getByText('60').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('[data-version-detail]').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Go back to version 1' }).click()
    await drafted(page, 1)
    await page.getByRole('button', { name: 'Undo' }).click()
    await drafted(page, 0)
    await page.getByRole('button', { name: 'Go back to version 1' }).click()
    await review(page)
    await publish(page).click()
    await page.getByText('Version 3 is published.').waitFor()
    expect((await published()).queues.support).toMatchObject({ priority: 50, wrapUpMs: 2_000 })
    await page.context().close()
  })

  it('shows two administrators their collision, and overwrites nothing unsaid, with both values (CFG-05, CFG-08)', async () => {
    const { page } = await openAdmin()
    await openObject(page, 'queue', 'sales')
    await field(page, 'priority').fill('70')
    await drafted(page, 1)
    const { version, queues } = (await admin.ask('GET', '/configuration')).body
    const sales = queues.find(({ name }: { name: string }) => name === 'sales')
    await admin.ask('PUT', '/configuration/queues/sales', { ...sales, name: undefined, priority: 40, basedOn: version })
    // Said where the work is done, without being asked, and what the other one did.
    await page.locator('[data-editor=sales] [data-collision]').getByText('by admin').waitFor()
    await page.locator('[data-editor=sales] [data-difference-field=priority]').getByText('40').waitFor()
    await page.locator('[data-editor=sales] [data-difference-field=priority] [data-mine]').getByText('70').waitFor()
    await review(page)
    await page.locator('[data-review] [data-collision]').getByText('by admin').waitFor()
    await expect.poll(() => publish(page).isDisabled()).toBe(true)
    await picture(page, 'admin-collision')
    expect(await accessibilityFaults(page)).toEqual([])
    expect((await published()).queues.sales.priority).toBe(40)
    await page.locator('[data-review]').getByRole('button', { name: 'Keep mine over what is published now' }).click()
    await page.locator('[data-review] [data-collision]').waitFor({ state: 'detached' })
    await publish(page).click()
    await drafted(page, 0)
    expect((await published()).queues.sales.priority).toBe(70)

    await openObject(page, 'queue', 'sales')
    await field(page, 'priority').fill('80')
    await drafted(page, 1)
    const now = (await admin.ask('GET', '/configuration')).body.version
    const theirs = { ...sales, name: undefined, priority: 30, basedOn: now }
    await admin.ask('PUT', '/configuration/queues/sales', theirs)
    await page.locator('[data-editor=sales] [data-collision]').waitFor()
    await page.locator('[data-editor=sales]').getByRole('button', { name: 'Take theirs of sales' }).click()
    await drafted(page, 0)
    await page.locator('[data-collision]').waitFor({ state: 'detached' })
    await expect.poll(() => field(page, 'priority').inputValue()).toBe('30')
    await page.context().close()
  })

  it('reads versions of long ago, page after page', async () => {
    const { page } = await openAdmin()
    const { version, queues } = (await admin.ask('GET', '/configuration')).body
    const sales = queues.find(({ name }: { name: string }) => name === 'sales')
    for (let i = 0; i < 55; i++) {
      const value = { ...sales, name: undefined, priority: 10 + i, basedOn: version + i }
      expect((await admin.ask('PUT', '/configuration/queues/sales', value)).status).toBeLessThan(300)
    }
    await centre.settle()
    await page.locator('[data-kind=version]').click()
    await page.locator(`[data-version="${version + 55}"]`).waitFor()
    expect(await page.locator('[data-version="1"]').count()).toBe(0)
    await page.getByRole('button', { name: 'Older versions' }).click()
    await page.locator('[data-version="1"]').waitFor()
    await page.getByRole('button', { name: 'Older versions' }).waitFor({ state: 'detached' })
    await page.context().close()
  })

  it('makes, fills and removes objects of any kind, and sets a password (CFG-12)', async () => {
    const { page, complaints } = await openAdmin()
    await page.locator('[data-kind=number]').click()
    await page.getByLabel('New, by its name').fill('1050')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.locator('[data-editor="1050"]').waitFor()
    await field(page, 'flow').fill('nowhere')
    await page.locator('[data-fault="numbers.1050.flow"]').waitFor()
    await field(page, 'flow').fill('main')
    await drafted(page, 1)

    await openObject(page, 'user', 'agent150')
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.locator('[data-object=agent150][data-state=gone]').waitFor()
    await page.getByRole('button', { name: 'Leave as published' }).click()
    await drafted(page, 1)
    await openObject(page, 'flow', 'main')
    await page.getByRole('switch', { name: 'JSON' }).check({ force: true })
    await page.locator('textarea').first().waitFor()
    await page.getByRole('button', { name: 'Undo' }).isEnabled()
    await review(page)
    await publish(page).click()
    await drafted(page, 0)
    expect((await published()).numbers['1050']).toEqual({ type: 'flow', flow: 'main' })

    await openObject(page, 'user', 'agent2')
    await page.getByLabel('New password', { exact: true }).fill('a-new-password')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('agent2 has a new password.').waitFor()
    const logged = await new Asker(centre.base).ask('POST', '/sessions', { user: 'agent2', password: 'a-new-password' })
    expect(logged.status).toBe(201)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('exports to a file, takes one in as a draft, and says what is none', async () => {
    const { page } = await openAdmin()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export', exact: true }).click(),
    ])
    const document = JSON.parse(readFileSync(await download.path(), 'utf8'))
    expect(document).toEqual(await published())
    document.queues.support.recorded = false
    const choose = (name: string, text: string) =>
      page
        .locator('input[type=file][accept*=json]')
        .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) })
    await choose('garbage.json', '{"tandem":')
    await page.getByText('garbage.json is not JSON.').waitFor()
    await choose('old.json', '{"tandem":"configuration","format":9}')
    await page.getByText('format: is 9; this release reads 1').waitFor()
    await choose('new.json', JSON.stringify(document))
    await drafted(page, 1)
    await page.getByRole('button', { name: 'Discard draft' }).click()
    await drafted(page, 0)
    await page.context().close()
  })

  it('takes users from a table, says in which line it is wrong, and sets their passwords once they are published', async () => {
    const { page, complaints } = await openAdmin()
    await page.locator('[data-kind=user]').click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export as CSV' }).click(),
    ])
    const table = readFileSync(await download.path(), 'utf8')
    expect(table).toContain('agent1,')
    expect(table).not.toContain('password')
    const choose = (text: string) =>
      page
        .locator('input[type=file][accept*=csv]')
        .setInputFiles({ name: 'users.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
    await choose('name;extension;skills\nzoe;3501;german')
    await page.locator('[data-csv-faults="1"]').getByText('Line 2: german is not a skill').waitFor()
    expect(await accessibilityFaults(page)).toEqual([])
    await choose('name;extension;skills;password\nzoe;3501;german=50;long enough now')
    await drafted(page, 1)
    await page.locator('[data-passwords="1"]').waitFor()
    expect(await page.evaluate('JSON.stringify({ ...localStorage })')).not.toContain('long enough now')
    await review(page)
    await page.locator('[data-difference="user:zoe"]').waitFor()
    await publish(page).click()
    await page.getByText('1 password was set.').waitFor()
    const logged = await new Asker(centre.base).ask('POST', '/sessions', { user: 'zoe', password: 'long enough now' })
    expect(logged.status).toBe(201)
    await openObject(page, 'user', 'zoe')
    await picture(page, 'admin-user', false)
    await page.getByLabel('New password', { exact: true }).fill('short')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByText('has fewer than 8 characters').waitFor()
    expect(complaints.filter((line) => !line.includes('422'))).toEqual([])
    await page.context().close()
  })

  it('is plain to read in German, in the dark and on a narrow page', async () => {
    const { page, complaints } = await openAdmin({
      locale: 'de-DE',
      colorScheme: 'dark',
      viewport: { width: 420, height: 860 },
    })
    await page.getByText('0 Änderungen nicht veröffentlicht').waitFor()
    await openObject(page, 'queue', 'support')
    await page.getByLabel('Nachbearbeitungszeit', { exact: true }).waitFor()
    await picture(page, 'admin-german')
    expect(await accessibilityFaults(page)).toEqual([])
    const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(tooWide)).toBe(0)
    await page.evaluate('document.documentElement.dir = "rtl"')
    expect(await page.evaluate(tooWide)).toBe(0)
    await picture(page, 'admin-right-to-left', false)
    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('takes a sound for a prompt, plays it, says where it is used and what is wrong with a file (CFG-01)', async () => {
    const { page } = await openAdmin()
    await page.locator('[data-kind=prompt]').click()
    await page.getByLabel('New, by its name').fill('closed')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.locator('[data-fault="prompts.closed.sound"]').getByText('there is no sound yet').waitFor()
    const file = page.locator('[data-sound] input[type=file]')
    await file.setInputFiles({ name: 'closed.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('ID3 no WAV') })
    await page.locator('[data-sound-failure]').getByText('save the sound as WAV').waitFor()
    const greeting = readFileSync(new URL('../../assets/prompts/greeting.wav', import.meta.url))
    await file.setInputFiles({ name: 'closed.wav', mimeType: 'audio/wav', buffer: greeting })
    await page.locator('[data-fault="prompts.closed.sound"]').waitFor({ state: 'detached' })
    await page.locator('[data-sound]').getByRole('button', { name: 'Listen' }).click()
    const secondsOf = () => page.evaluate<number>("document.querySelector('audio')?.duration || 0")
    await expect.poll(secondsOf, { timeout: 30_000 }).toBeGreaterThan(0.5)
    await openObject(page, 'queue', 'support')
    await page.getByRole('switch', { name: 'JSON' }).check({ force: true })
    const json = page.locator('[data-editor=support] textarea').first()
    await json.fill((await json.inputValue()).replace('"queue-announcement"', '"closed"'))
    await drafted(page, 2)
    await review(page)
    await publish(page).click()
    await drafted(page, 0)
    expect((await published()).prompts.closed.sound).toMatch(/^[0-9a-f]{64}$/)

    await openObject(page, 'prompt', 'closed')
    await page.locator('[data-used-by]').getByText('queues.support.welcomePrompts').waitFor()
    await picture(page, 'administer-prompt', false)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Remove', exact: true }).click()
    await page.locator('[data-faults="1"]').waitFor()
    await page.getByRole('button', { name: 'Leave as published' }).click()
    await page.getByRole('button', { name: 'Rename', exact: true }).click()
    await page.getByLabel('New name').fill('greeting')
    await page.keyboard.press('Enter')
    await page
      .locator('[data-rename=closed]')
      .getByText(/there is a prompt "greeting" already|is built in/)
      .waitFor()
    await page.getByLabel('New name').fill('out-of-hours')
    await picture(page, 'admin-rename', false)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Enter')
    await page.locator('[data-editor="out-of-hours"]').waitFor()
    await drafted(page, 3)
    await review(page)
    await publish(page).click()
    await drafted(page, 0)
    const renamed = await published()
    expect(renamed.queues.support.welcomePrompts).toContain('out-of-hours')
    expect(Object.keys(renamed.prompts)).toEqual(['out-of-hours'])
    await page.locator('[data-library] summary').click()
    await page.locator('[data-built-in=greeting]').getByRole('button', { name: 'Give it a sound of your own' }).click()
    await page.locator('[data-editor=greeting]').getByText('It is played in place of').waitFor()
    await page.getByRole('button', { name: 'Discard draft' }).click()
    await drafted(page, 0)
    await page.context().close()
  })

  it('is worked with the keyboard alone', async () => {
    const { page } = await openAdmin({ viewport: { width: 1360, height: 1000 } })
    await page.locator('[data-kind=queue]').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('searchbox').focus()
    await page.keyboard.type('sales')
    await page.locator('[data-object=sales]').focus()
    await page.keyboard.press('Enter')
    await page.locator('[data-editor=sales]').waitFor()
    await field(page, 'wrapUpMs').focus()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('12')
    await drafted(page, 1)
    await page.getByRole('button', { name: 'Review and publish' }).focus()
    await page.keyboard.press('Enter')
    await page.locator('[data-difference="queue:sales"]').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('[data-review]').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Discard draft' }).focus()
    await page.keyboard.press('Enter')
    await drafted(page, 0)
    await page.context().close()
  })
})

import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileBlobKey } from '#kernel/interaction'
import { TestCentre } from '../contract/api-kit.ts'
import { accessibilityFaults, buildPage, launch, logIn, missingBrowser, open, picture, ringLong } from './page-kit.ts'

const missing = missingBrowser()
let centre: TestCentre
let browser: Browser
let webFolder: string | undefined
let tracker: Server
const tracked: string[] = []

beforeAll(async () => {
  if (missing) return
  webFolder = buildPage()
  ;[centre, browser] = await Promise.all([TestCentre.start({ webFolder }), launch()])
  tracker = createServer((request, response) => {
    tracked.push(request.url ?? '')
    response.end()
  })
  await new Promise<void>((resolve) => tracker.listen(0, '127.0.0.1', resolve))
  await ringLong(centre)
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  await come()
})
afterAll(async () => {
  await browser?.close()
  await centre?.close()
  tracker?.close()
  if (webFolder) rmSync(webFolder, { recursive: true, force: true })
})

const forwardDraft = () => [...centre.mails.drafts.values()].find(({ forwards }) => forwards !== undefined)

/** A mail with formatting, a tracking pixel and a script, as the adapter would tell it had its cleaning failed: the frame is the second wall. */
async function come(): Promise<void> {
  const server = { host: '127.0.0.1', port: 1, security: 'none' as const }
  const account = { name: 'help', queue: 'support', address: 'help@centre.example', signature: 'Your centre' }
  await centre.submit({
    ...{ type: 'ChangeConfiguration', by: 'admin', basedOn: centre.state.configuration.version },
    changes: [{ kind: 'mail-account', name: 'help', value: { ...account, imap: server, smtp: server } }],
  })
  const pixel = `http://127.0.0.1:${(tracker.address() as AddressInfo).port}/pixel.gif`
  const html = `<h2 style="color:#a00">My bill is <b>wrong</b></h2><img src="${pixel}"><script>parent.document.title='hacked'</script><p onclick="x()">Please mend it.</p>`
  const hash = createHash('sha256').update(html).digest('hex')
  await centre.blobs.put(fileBlobKey(hash), Buffer.from(html))
  const interaction = 'ix-0123456789abcdef01234567'
  const bill = createHash('sha256').update('%PDF-1.4').digest('hex')
  await centre.blobs.put(fileBlobKey(bill), Buffer.from('%PDF-1.4'))
  const files = [{ hash: bill, name: 'bill.pdf', type: 'application/pdf', bytes: 8 }]
  await centre.submit(
    {
      ...{ type: 'CreateContact', interaction, medium: 'email', from: 'ada@customer.example', queue: 'support' },
      subject: 'My bill',
    },
    {
      ...{ type: 'SendMessage', interaction, message: 'mail-1', text: 'My bill is wrong\n\nPlease mend it.', files },
      mail: {
        ...{ messageId: '<m1@customer.example>', account: 'help', subject: 'My bill', from: 'ada@customer.example' },
        ...{ to: ['help@centre.example'], html: { hash, bytes: html.length } },
      },
    },
  )
}

describe.skipIf(missing)(`mails on the desk${missing ? ` (${missing})` : ''}`, () => {
  it('are read safely and answered with formatting, through a reload and a takeover, once (DIG-08, IR-10)', async () => {
    const { page } = await open(browser, centre.base)
    await page.goto(`${centre.base}/desk`)
    await logIn(page, 'agent1')
    await page
      .getByRole('button', { name: /accept/i })
      .first()
      .click()
    await page.getByText('Please mend it.').waitFor()
    await page.getByRole('button', { name: 'Show formatted' }).click()
    const frame = page.frameLocator('iframe[title="Formatted mail"]')
    await frame.getByRole('heading', { name: 'My bill is wrong' }).waitFor()
    expect(await page.title()).not.toBe('hacked')
    expect(tracked).toEqual([])

    const field = page.getByRole('textbox', { name: 'Your answer' })
    await field.click()
    await page.keyboard.press('Control+Home')
    await page.getByRole('button', { name: 'Bold' }).click()
    await page.keyboard.type('It is mended.')
    await page.getByText('The draft is kept').waitFor()
    // It is kept after each pause in typing, and a slow machine pauses between letters.
    await expect.poll(() => [...centre.mails.drafts.values()][0]?.html).toContain('<b>It is mended.</b>')
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Attach a file' }).click(),
    ])
    await chooser.setFiles({ name: 'offer.txt', mimeType: 'text/plain', buffer: Buffer.from('Our offer') })
    await page.getByRole('button', { name: 'Remove offer.txt' }).waitFor()
    await picture(page, 'mail')
    // What looks for faults runs scripts in every frame, and this one runs none.
    await page.getByRole('button', { name: 'Show as text' }).click()
    await page.locator('iframe').waitFor({ state: 'detached' })
    expect(await accessibilityFaults(page)).toEqual([])

    await centre.restart()
    await page.reload()
    await page.getByText('Please mend it.').waitFor()
    await page.getByRole('textbox', { name: 'Your answer' }).getByText('It is mended.').waitFor()
    await page.getByRole('button', { name: 'Send the mail' }).click()
    await page.locator('[data-mail-state=waiting]').waitFor()
    const [sent, ...more] = [...centre.mails.outgoing.values()]
    expect(more).toEqual([])
    expect(sent).toMatchObject({
      to: ['ada@customer.example'],
      subject: 'Re: My bill',
      inReplyTo: '<m1@customer.example>',
      files: [{ name: 'offer.txt' }],
    })
    expect(sent?.html).toContain('<b>It is mended.</b>')
    expect(sent?.text).toContain('Your centre')

    // Only who asks for pictures tells the sender that the mail was read.
    await page.getByRole('button', { name: 'Show formatted' }).first().click()
    await page.getByRole('button', { name: 'Load pictures' }).click()
    await expect.poll(() => tracked, { timeout: 30_000 }).toEqual(['/pixel.gif'])
  })

  it('are passed on with their files, beside an answer that is half written, through a reload and a takeover (DIG-08, IR-11)', async () => {
    const { page } = await open(browser, centre.base)
    await page.goto(`${centre.base}/desk`)
    await logIn(page, 'agent1')
    await page.getByText('Please mend it.').waitFor()
    const answer = page.getByRole('textbox', { name: 'Your answer' })
    await answer.click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.type('I ask the works.')
    await expect.poll(() => [...centre.mails.drafts.values()][0]?.text).toContain('I ask the works.')

    await page.locator('[data-line=mail-1]').getByRole('button', { name: 'Forward' }).click()
    const form = page.getByRole('form', { name: 'Forward the mail' })
    await form.getByRole('button', { name: 'Remove bill.pdf' }).waitFor()
    expect(await form.getByLabel('Subject').inputValue()).toBe('Fwd: My bill')
    await form.getByRole('textbox', { name: 'To', exact: true }).fill('works@elsewhere.example')
    await form.getByRole('textbox', { name: 'Your words above it' }).click()
    await page.keyboard.press('Control+Home')
    await page.keyboard.type('Is this yours?')
    await expect.poll(() => forwardDraft()?.text).toContain('Is this yours?')
    expect(forwardDraft()).toMatchObject({ to: ['works@elsewhere.example'], files: [{ name: 'bill.pdf' }] })
    await picture(page, 'mail-forward')
    expect(await accessibilityFaults(page)).toEqual([])

    await centre.restart()
    await page.reload()
    const again = page.getByRole('form', { name: 'Forward the mail' })
    await again.getByRole('textbox', { name: 'Your words above it' }).getByText('Is this yours?').waitFor()
    await again.getByRole('button', { name: 'Send the mail' }).click()
    // The answer is where it was.
    await page.getByRole('textbox', { name: 'Your answer' }).getByText('I ask the works.').waitFor()
    await page.getByText('forwarded', { exact: true }).waitFor()
    const passedOn = [...centre.mails.outgoing.values()].filter(({ forwards }) => forwards === 'mail-1')
    expect(passedOn).toMatchObject([
      { to: ['works@elsewhere.example'], subject: 'Fwd: My bill', files: [{ name: 'bill.pdf' }], state: 'waiting' },
    ])
    expect(passedOn[0]?.inReplyTo).toBeUndefined()
    expect(forwardDraft()).toBeUndefined()
  })
})

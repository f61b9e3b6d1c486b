import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SOUND_NUMBER } from '#kernel/flow'
import { eventually } from '../kit/api-client.ts'
import { Phone } from '../kit/phone.ts'
import { type System, startSystem } from '../kit/system.ts'
import { accessibilityFaults, logIn, missingBrowser, picture } from './page-kit.ts'
import { heardTone, launchWithMicrophone, openWithTone } from './softphone-kit.ts'

const missing = missingBrowser()
let system: System
let browser: Browser

beforeAll(async () => {
  if (missing) return
  ;[system, browser] = await Promise.all([startSystem(), launchWithMicrophone()])
  // The demo's fifteen seconds would be over before a browser on a busy machine has looked.
  const admin = await system.api('admin')
  const { queues } = await admin.get<{ queues: Record<string, object> }>('/configuration/document')
  const changes = Object.entries(queues).map(([name, value]) => ({
    ...{ kind: 'queue', name },
    value: { ...value, name, ringTimeoutMs: 120_000 },
  }))
  // Numbers outside are reached over a trunk; nobody has to answer there.
  const trunk = {
    kind: 'trunk',
    name: 'provider',
    value: { name: 'provider', host: '127.0.0.1', numbers: ['+49*'], callsMax: 10 },
  }
  await admin.post('/configuration/publish', { changes: [...changes, trunk] })
})
afterAll(async () => {
  await browser?.close()
  await system?.stop()
})

const VISITOR_HZ = 700
const AGENT_HZ = 1100
const SUPERVISOR_HZ = 900

/** How long a tone may take to be heard on a machine that does much else. */
const HEARD_MS_MAX = 60_000

function hears(page: Page, hertz: number): Promise<boolean> {
  return eventually(
    `a tone of ${hertz} Hz`,
    async () => (Math.abs((await heardTone(page)) - hertz) < 30 ? true : undefined),
    HEARD_MS_MAX,
  )
}

function context(): Promise<BrowserContext> {
  return browser.newContext({ locale: 'en-GB', viewport: { width: 1360, height: 860 } })
}

/** The desk of agent1, who talks in the browser. */
function agent(): Promise<Page> {
  return talksHere('agent1', /\/desk/, AGENT_HZ)
}

/** The page of that person, who talks in the browser. */
async function talksHere(user: string, address: RegExp, hertz: number): Promise<Page> {
  const page = await openWithTone(await context(), system.http, hertz)
  page.setDefaultTimeout(HEARD_MS_MAX)
  await logIn(page, user)
  await page.waitForURL(address)
  await page.locator('[data-station=phone]').click()
  await page.getByRole('menuitem', { name: 'This browser' }).click()
  await page.locator('[data-station=browser][data-registration=registered]').waitFor()
  return page
}

/** A visitor who calls the queue of agent1 at once, and waits there. */
async function visits(): Promise<Page> {
  const api = await system.api('agent1')
  await api.post('/agents/agent1/status', { status: 'ready' })
  const elsewhere = await context()
  await elsewhere.route('**/api/v1/visitor-phone', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), number: '1001' } })
  })
  const visitor = await openWithTone(elsewhere, `${system.http}/call`, VISITOR_HZ)
  await visitor.getByRole('button', { name: 'Call now' }).click()
  await visitor.getByText('You are connected').waitFor()
  return visitor
}

/** Whether the meter of a microphone that is tried shows something; else undefined. */
const IS_LOUD = `document.querySelector('[data-trial] meter')?.value > 0.1 || undefined`

/** Chooses another loudspeaker than the system's: the call is played there at once, and it is kept. */
async function chooseLoudspeaker(desk: Page): Promise<void> {
  await desk.evaluate(NOTE_SINK)
  await desk.getByText('Microphone and loudspeaker').click()
  const choice = desk.getByLabel('Loudspeaker')
  const [, other] = await choice.locator('option').evaluateAll((all) => all.map((one) => one.getAttribute('value')))
  await choice.selectOption(other!)
  await eventually(
    'the other loudspeaker',
    async () => (await desk.evaluate('globalThis.testSink')) === other || undefined,
    HEARD_MS_MAX,
  )
  expect(await desk.evaluate("localStorage.getItem('tandem.loudspeaker')")).toBe(other)
}

/** Notes where what is played goes from now on: the element that plays is no part of the page. */
const NOTE_SINK = `{
  const choose = HTMLMediaElement.prototype.setSinkId
  HTMLMediaElement.prototype.setSinkId = async function (id) {
    await choose.call(this, id)
    globalThis.testSink = this.sinkId
  }
}`

/** The agent hangs up, and both go. */
async function ends(desk: Page, visitor: Page): Promise<void> {
  await desk.locator('[data-phone-end]').click()
  await visitor.getByText('The call has ended').waitFor()
  await visitor.context().close()
  await desk.context().close()
}

/** The call that records the sound of a prompt, while it does. */
async function soundCall(): Promise<string | undefined> {
  const api = await system.api('admin')
  const { items } = await api.get<{ items: { id: string; to: string }[] }>('/interactions?state=in-flow')
  return items.find(({ to }) => to === SOUND_NUMBER)?.id
}

/** When something of that kind first happened to the call. */
async function happenedAt(call: string | undefined, type: string): Promise<number | undefined> {
  const api = await system.api('admin')
  if (call === undefined) return undefined
  const { timeline } = await api.get<{ timeline: { type: string; at: string }[] }>(`/interactions/${call}`)
  const found = timeline.find((one) => one.type === type)
  return found && Date.parse(found.at)
}

/** True once a recording has run for so long. */
async function recordedMs(leastMs: number): Promise<true | undefined> {
  const begun = await happenedAt(await soundCall(), 'RecordingStarted')
  return (begun !== undefined && Date.now() - begun > leastMs) || undefined
}

/** The loudest pitch in a WAV file of 8 kHz and 16 bits, in steps of 100 Hz (Goertzel). */
function loudestOf(file: Buffer): number {
  const samples = new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.length))
  const powers = Array.from({ length: 20 }, (_, step) => {
    const turn = 2 * Math.cos((2 * Math.PI * (step + 1) * 100) / 8_000)
    let [before, last] = [0, 0]
    for (const sample of samples) [before, last] = [last, sample + turn * last - before]
    return last * last + before * before - turn * last * before
  })
  return (powers.indexOf(Math.max(...powers)) + 1) * 100
}

describe.skipIf(missing)(`the phone of the desk${missing ? ` (${missing})` : ''}`, { timeout: 300_000 }, () => {
  it('answers a visitor from the menu, is heard and hears, mutes, and goes on after a reload (MED-11, DSK-08, DR-19)', async () => {
    const desk = await agent()
    const api = await system.api('agent1')
    await api.post('/agents/agent1/status', { status: 'ready' })
    const visitor = await openWithTone(await context(), `${system.http}/call`, VISITOR_HZ)
    visitor.setDefaultTimeout(HEARD_MS_MAX)
    await visitor.getByRole('button', { name: 'Call now' }).click()
    await visitor.getByText('You are connected').waitFor()
    await eventually(
      'the call at the desk',
      async () => {
        if ((await desk.locator('[data-control=answer]').count()) > 0) return true
        // During the greeting no key counts yet; in the queue none does harm.
        await visitor.getByRole('button', { name: 'Key 2' }).click()
        return undefined
      },
      HEARD_MS_MAX,
    )
    await picture(desk, 'desk-browser-ringing')
    await desk.locator('[data-control=answer]').click()
    await desk.locator('[data-control=hold]').waitFor()
    await Promise.all([hears(visitor, AGENT_HZ), hears(desk, VISITOR_HZ)])
    await desk.locator('[data-quality=good]').waitFor()
    await chooseLoudspeaker(desk)
    await picture(desk, 'desk-browser-talking')
    await eventually('a page without faults', async () =>
      (await accessibilityFaults(desk)).length === 0 ? true : undefined,
    )

    await desk.reload()
    // What is heard before that may be the rest of what the page of before has said.
    await desk.locator('[data-phone=connected]').waitFor()
    await hears(visitor, AGENT_HZ)
    await hears(desk, VISITOR_HZ)

    await desk.locator('[data-control=mute]').click()
    await desk.getByText('You are muted').waitFor()
    await eventually(
      'silence',
      async () => (Math.abs((await heardTone(visitor)) - AGENT_HZ) > 30 ? true : undefined),
      HEARD_MS_MAX,
    )
    await desk.locator('[data-control=unmute]').click()
    await hears(visitor, AGENT_HZ)
    await desk.locator('[data-phone-end]').click()
    await visitor.getByText('The call has ended').waitFor()
    await visitor.context().close()
    await desk.context().close()
  })

  it('rings on all pages of an agent, is answered on one, and the others say where it is and do what is pressed', async () => {
    const desk = await agent()
    const second = await openWithTone(desk.context(), `${system.http}/desk`, 1300)
    await second.locator('[data-station=browser][data-registration=registered]').waitFor()
    const visitor = await visits()
    await desk.locator('[data-control=answer]').waitFor()
    await second.locator('[data-control=answer]').click()
    await second.locator('[data-phone=connected]').waitFor()
    await hears(visitor, 1300)
    await desk.locator('[data-control=answer]').waitFor({ state: 'detached' })
    await desk.locator('[data-elsewhere]').waitFor()
    await picture(desk, 'desk-two-pages')
    expect(await accessibilityFaults(desk)).toEqual([])
    expect(await second.locator('[data-elsewhere]').count()).toBe(0)
    // What the first page is asked for happens to the one call that there is.
    await desk.locator('[data-control=hold]').click()
    await second.locator('[data-control=retrieve]').click()
    await desk.locator('[data-control=hold]').waitFor()
    await hears(visitor, 1300)
    await ends(second, visitor)
  })

  it('has its call on the page that remains when the one that had it is closed', async () => {
    const desk = await agent()
    const second = await openWithTone(desk.context(), `${system.http}/desk`, 1300)
    await second.locator('[data-station=browser][data-registration=registered]').waitFor()
    const visitor = await visits()
    await second.locator('[data-control=answer]').click()
    await hears(visitor, 1300)
    await desk.locator('[data-elsewhere]').waitFor()
    await second.close()
    await desk.locator('[data-phone=connected]').waitFor()
    await hears(visitor, AGENT_HZ)
    await hears(desk, VISITOR_HZ)
    await desk.locator('[data-elsewhere]').waitFor({ state: 'detached' })
    await ends(desk, visitor)
  })

  it('goes on in the call when the session ends, and in the same call after another log-in on the page', async () => {
    const desk = await agent()
    const visitor = await visits()
    await desk.locator('[data-control=answer]').click()
    await desk.locator('[data-control=hold]').waitFor()
    await hears(visitor, AGENT_HZ)
    await desk.locator('textarea[name=note]').fill('typed before the end')
    const admin = await system.api('admin')
    await admin.post('/users/agent1/password', { password: 'another one' })
    const again = desk.locator('[data-log-in-again]')
    await again.waitFor()
    // What was said before it was over may still be under way: the line sounds on and on.
    for (let i = 0; i < 3; i++) expect(Math.abs((await heardTone(visitor)) - AGENT_HZ)).toBeLessThan(30)
    await logIn(desk, 'agent1', 'another one')
    await again.waitFor({ state: 'detached' })
    await desk.locator('[data-phone=connected]').waitFor()
    await desk.locator('[data-registration=registered]').waitFor()
    expect(await desk.locator('textarea[name=note]').inputValue()).toBe('typed before the end')
    await hears(desk, VISITOR_HZ)
    await admin.post('/users/agent1/password', { password: 'demo-agent1' })
    await again.waitFor()
    await logIn(desk, 'agent1')
    await again.waitFor({ state: 'detached' })
    await ends(desk, visitor)
  })

  it('tries the microphone before any call, and shows how loud it is', async () => {
    const desk = await agent()
    await desk.getByText('Microphone and loudspeaker').click()
    // Who looks too late, on a machine that does much else, tries again.
    const tried = async (): Promise<true | undefined> => {
      if ((await desk.locator('[data-trial]').count()) === 0)
        await desk.getByRole('button', { name: 'Try the microphone' }).click()
      return desk.evaluate<true | undefined>(IS_LOUD)
    }
    await eventually('the tone of the microphone', tried, HEARD_MS_MAX)
    await picture(desk, 'desk-microphone-tried')
    expect(await accessibilityFaults(desk)).toEqual([])
    await desk.locator('[data-trial]').waitFor({ state: 'detached' })
    await desk.context().close()
  })

  it('says what to do when the browser gives no microphone, and offers other phones', async () => {
    const desk = await agent()
    await desk.evaluate(`
      globalThis.testMicrophone = navigator.mediaDevices.getUserMedia
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('not here', 'NotAllowedError'))
    `)
    const visitor = await visits()
    await desk.locator('[data-control=answer]').click()
    await desk.getByText('The browser does not give the microphone. Allow it for this page').waitFor()
    await picture(desk, 'desk-no-microphone')
    expect(await accessibilityFaults(desk)).toEqual([])
    const ways = desk.locator('[data-without-microphone]')
    await ways.getByRole('button', { name: 'A telephone number' }).click()
    await desk.getByRole('dialog', { name: 'Where shall your calls ring?' }).waitFor()
    await desk.keyboard.press('Escape')
    await desk.getByRole('dialog').waitFor({ state: 'detached' })
    await desk.evaluate('navigator.mediaDevices.getUserMedia = globalThis.testMicrophone')
    await ways.getByRole('button', { name: 'Try again' }).click()
    await ways.waitFor({ state: 'detached' })
    await desk.locator('[data-control=answer]').click()
    await hears(visitor, AGENT_HZ)
    await ends(desk, visitor)
  })

  it('rings where the agent chose: this browser, a telephone number, a phone of its own (TEL-18)', async () => {
    const desk = await agent()
    const choose = async (name: string) => {
      await desk.locator('[data-station]').click()
      await desk.getByRole('menuitem', { name }).click()
    }
    await choose('A telephone number')
    await desk.locator('input[name=station]').fill('+4930555666')
    await picture(desk, 'desk-station-number')
    await desk.keyboard.press('Enter')
    await desk.locator('[data-station=number]').getByText('Telephone +4930555666').waitFor()
    const api = await system.api('agent1')
    expect(await api.get('/agents/live')).toContainEqual(
      expect.objectContaining({ user: 'agent1', station: '+4930555666' }),
    )
    await choose('A phone of your own')
    await desk.locator('[data-station=phone]').waitFor()
    const phone = await Phone.open({ server: system.sip, user: '2001', password: 'demo-agent1' })
    await phone.register()
    await desk.locator('[data-station=phone]').getByText('Phone 2001 is there').waitFor()
    expect(await accessibilityFaults(desk)).toEqual([])
    await phone.close()
    await choose('This browser')
    await desk.locator('[data-station=browser][data-registration=registered]').waitFor()
    await desk.context().close()
  })

  it('lets a supervisor listen, coach, join and take over from the board, heard by whom it shall be heard', async () => {
    const [desk, board] = await Promise.all([agent(), talksHere('supervisor', /\/supervisor/, SUPERVISOR_HZ)])
    const visitor = await visits()
    await desk.locator('[data-control=answer]').click()
    await hears(visitor, AGENT_HZ)
    // One tone at a time, so that what is heard is told apart.
    await visitor.getByRole('button', { name: 'Mute the microphone' }).click()
    await board.locator('[data-call]').getByText('agent1').first().click()
    const box = board.locator('[data-supervised]')
    await box.getByText('You hear it here, in this browser').waitFor()
    await box.getByRole('button', { name: 'Listen' }).click()
    await board.locator('[data-supervised=listen]').waitFor()
    await hears(board, AGENT_HZ)
    await board.locator('[role=dialog] [data-quality=good]').waitFor()
    await picture(board, 'supervise-in-browser')
    expect(await accessibilityFaults(board)).toEqual([])
    await box.getByRole('button', { name: 'Coach' }).click()
    await hears(desk, SUPERVISOR_HZ)
    await hears(visitor, AGENT_HZ)
    await box.getByRole('button', { name: 'Join' }).click()
    await desk.locator('[data-control=mute]').click()
    await hears(visitor, SUPERVISOR_HZ)
    await box.locator('[data-own-mute]').click()
    await box.locator('[data-own-mute][aria-pressed=true]').waitFor()
    await eventually(
      'silence',
      async () => (Math.abs((await heardTone(visitor)) - SUPERVISOR_HZ) > 30 ? true : undefined),
      HEARD_MS_MAX,
    )
    await box.locator('[data-own-mute]').click()
    await hears(visitor, SUPERVISOR_HZ)
    await box.getByRole('button', { name: 'Take over' }).click()
    await box.getByRole('button', { name: 'Take it over' }).click()
    await board.locator('[data-supervised=take-over]').waitFor()
    await desk.locator('[data-phone=registered]').waitFor()
    await visitor.getByRole('button', { name: 'Switch the microphone on' }).click()
    await hears(board, VISITOR_HZ)
    // A reload is no end here either.
    await board.reload()
    await board.locator('[data-supervising]').waitFor()
    await board.locator('[data-phone=connected]').waitFor()
    await Promise.all([hears(board, VISITOR_HZ), hears(visitor, SUPERVISOR_HZ)])
    await picture(board, 'supervise-in-browser-bar')
    expect(await accessibilityFaults(board)).toEqual([])
    await board.locator('[data-phone-end]').click()
    await visitor.getByText('The call has ended').waitFor()
    for (const page of [visitor, desk, board]) await page.context().close()
  })

  it('records the sound of a prompt by the phone of the page, to be heard and published (CFG-01)', async () => {
    const page = await talksHere('admin', /\/supervisor/, SUPERVISOR_HZ)
    await page.goto(`${system.http}/admin#prompt`)
    await page.getByLabel('New, by its name').fill('closed-today')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const editor = page.locator('[data-editor=closed-today]')
    await editor.locator('[data-registration=registered]').waitFor()
    await editor.getByRole('button', { name: 'Record by phone' }).click()
    await page.locator('[data-recorder=speaking]').waitFor()
    // The prompt says what to do, then the tone of the microphone is what is heard: three seconds of it are enough.
    await eventually('the recording', () => recordedMs(3_000), HEARD_MS_MAX)
    const keys = editor.getByRole('group', { name: 'Keypad' })
    await picture(page, 'administer-record')
    expect(await accessibilityFaults(page)).toEqual([])
    // As the page says: `#` ends it, and what was said is said again; then the call is over.
    const call = await soundCall()
    await keys.getByRole('button', { name: 'Key #' }).click()
    await eventually('the key to be heard', () => happenedAt(call, 'DigitPressed'), HEARD_MS_MAX)
    await hears(page, SUPERVISOR_HZ)
    await editor.locator('[data-phone-end]').waitFor({ state: 'detached' })
    await page.locator('[data-fault="prompts.closed-today.sound"]').waitFor({ state: 'detached' })
    await editor.locator('[data-sound] button', { hasText: 'Listen' }).click()
    await editor.locator('[data-plays]').waitFor()
    await page.getByRole('button', { name: 'Review and publish' }).click()
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    await page.locator('[data-drafted="0"]').waitFor()
    const api = await system.api('admin')
    const sound = await api.raw('GET', '/prompts/closed-today/audio')
    expect(loudestOf(Buffer.from(await sound.arrayBuffer()))).toBe(SUPERVISOR_HZ)
    await page.context().close()
  })

  it('calls from the page: its own phone is answered by itself', async () => {
    const desk = await agent()
    await desk.keyboard.press('Alt+c')
    await desk.locator('input[name=search]').fill('1009')
    await desk.locator('[data-number="1009"][aria-selected=true]').waitFor()
    await desk.keyboard.press('Enter')
    await desk.locator('[data-phone=connected]').waitFor()
    // 1009 sends back what it hears.
    await hears(desk, AGENT_HZ)
    await desk.locator('[data-phone-end]').click()
    await desk.locator('[data-phone=registered]').waitFor()
    await desk.context().close()
  })
})

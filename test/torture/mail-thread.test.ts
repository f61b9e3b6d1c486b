import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ReadingThread, readMail } from '#adapters/mail'
import { silentLogger, systemClock, VirtualClock } from '#base'
import { crlf } from '../kit/mail-servers.ts'

/** More than any job of the thread may take. */
const LONG_MS = 3_600_000
const HOSTILE = new URL('./hostile-worker.ts', import.meta.url)

const open: ReadingThread[] = []

function threadOf(options: { readonly clock?: VirtualClock; readonly program?: URL } = {}): ReadingThread {
  const thread = new ReadingThread({ clock: systemClock, logger: silentLogger, ...options })
  open.push(thread)
  return thread
}

const letter = (id: string, html: string, text = 'The text of it') =>
  crlf(
    `From: ada@customer.example\nTo: help@centre.example\nSubject: A question\nMessage-ID: <${id}@customer.example>\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=m\n\n--m\nContent-Type: text/plain\n\n${text}\n--m\nContent-Type: text/html\n\n${html}\n--m--\n`,
  )

/** Moves the clock past every limit for as long as the thread hangs. */
async function hanging<T>(clock: VirtualClock, thread: ReadingThread, times: number, work: Promise<T>): Promise<T> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  while (!isDone && thread.replaced < times) {
    // One that starts has time: only one that was given a mail hangs.
    if (thread.isAtWork) clock.advance(LONG_MS)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return done
}

describe('the thread that reads mails', () => {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((thread) => thread.close()))
  })

  it('reads them as they are read without it', async () => {
    const thread = threadOf()
    for (const name of ['inline-picture', 'bounce', 'calendar', 'script', 'no-head', 'references']) {
      const source = readFileSync(join(import.meta.dirname, 'mails', `${name}.eml`))
      expect(await thread.read(source)).toEqual(await readMail(source))
    }
    expect(await thread.clean('<p>hi<script>x</script></p>')).toBe('<p>hi</p>')
    expect(thread.replaced).toBe(0)
  })

  it('is replaced when a mail makes it hang, which is shown as text with a sentence, and the loop goes on meanwhile', async () => {
    const clock = new VirtualClock()
    const thread = threadOf({ clock, program: HOSTILE })
    const mail = await hanging(clock, thread, 1, thread.read(letter('a', '<p>HANG-WHOLE</p>')))
    expect(mail).toMatchObject({ subject: 'A question', text: 'The text of it', messageId: '<a@customer.example>' })
    expect(mail.html).toBeUndefined()
    expect(mail.omitted.join()).toContain('takes too long to read: the file mail.html has it')
    expect(mail.files.map(({ name }) => name)).toEqual(['mail.html'])
    expect(thread.replaced).toBe(1)
    expect((await thread.read(letter('b', '<p>hi</p>'))).html?.trim()).toBe('<p>hi</p>')
  })

  it('is replaced when a mail kills it, or takes all memory', async () => {
    const thread = threadOf({ program: HOSTILE })
    const dead = await thread.read(letter('a', '<style>p { color: red }</style><p>DIE-WHOLE</p>', ' '))
    expect(dead.text).toBe('DIE-WHOLE')
    const swollen = await thread.read(letter('b', '<p>SWELL-WHOLE</p>'))
    expect(swollen.text).toBe('The text of it')
    expect(thread.replaced).toBe(2)
  })

  it('gives the head of a mail whose text is too much as well, and the bytes of one of which nothing can be read', async () => {
    const thread = threadOf({ program: HOSTILE })
    const head = await thread.read(letter('a', '<p>DIE-TEXT</p>'))
    expect(head).toMatchObject({ subject: 'A question', text: '', messageId: '<a@customer.example>' })
    expect(head.files.map(({ name }) => name)).toEqual(['mail.eml'])
    const source = letter('b', '<p>DIE-ALWAYS</p>')
    const bytes = await thread.read(source)
    expect(bytes.files).toMatchObject([{ name: 'mail.eml', content: source }])
    expect(bytes.omitted).toEqual(['everything: it could not be read'])
  })

  it('lets an answer leave as text whose formatting is too much', async () => {
    const clock = new VirtualClock()
    const thread = threadOf({ clock, program: HOSTILE })
    expect(await hanging(clock, thread, 1, thread.clean('<p>HANG</p>'))).toBeUndefined()
    expect(await thread.clean('<p>hi</p>')).toBe('<p>hi</p>')
  })

  it('takes no mail for unreadable when it cannot even start', async () => {
    const thread = threadOf({ program: new URL('./no-such-worker.ts', import.meta.url) })
    await expect(thread.read(letter('a', '<p>hi</p>'))).rejects.toMatchObject({ code: 'mail.no-thread' })
    expect(thread.replaced).toBe(0)
  })

  it('has a bounded queue, and refuses what waits when it is closed', async () => {
    const thread = threadOf({ program: HOSTILE })
    const reads = Array.from({ length: 220 }, (_, n) => thread.read(letter(`a${n}`, '<p>HANG-ALWAYS</p>')))
    const settled = Promise.allSettled(reads)
    await expect(reads.at(-1)).rejects.toMatchObject({ code: 'mail.no-thread' })
    await thread.close()
    expect((await settled).every(({ status }) => status === 'rejected')).toBe(true)
    await expect(thread.read(letter('b', ''))).rejects.toMatchObject({ code: 'mail.no-thread' })
  })
})

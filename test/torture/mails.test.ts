import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { cleanHtml, type ReadMail, readMail } from '#adapters/mail'
import { crlf } from '../kit/mail-servers.ts'

const FOLDER = join(import.meta.dirname, 'mails')
const MEGABYTE = 1024 * 1024

const corpus = (name: string): Promise<ReadMail> => readMail(readFileSync(join(FOLDER, `${name}.eml`)))
const head = (id: string, more = '') =>
  `From: ada@customer.example\nTo: help@centre.example\nSubject: x\nMessage-ID: <${id}@customer.example>\nMIME-Version: 1.0\n${more}`

/** What may never be in what is kept, whatever came. */
function isHarmless({ html = '', subject, messageId, files, to, from }: ReadMail): void {
  expect(html).not.toMatch(/<(script|iframe|object|embed|form|input|svg|style|link|meta|base)\b/i)
  expect(html).not.toMatch(/\son\w+\s*=/i)
  expect(html).not.toMatch(/javascript:|vbscript:|url\(/i)
  for (const line of [subject, messageId, from, ...to]) expect(line).not.toMatch(/[\r\n\0]/)
  for (const { name } of files) expect(name).not.toMatch(/[\\/"\r\n]/)
}

describe('every odd mail', () => {
  it.each(readdirSync(FOLDER).filter((name) => name.endsWith('.eml')))(
    '%s is taken, and nothing in it runs',
    async (name) => {
      const mail = await corpus(name.replace('.eml', ''))
      isHarmless(mail)
      expect(mail.messageId).toMatch(/^<[^<>\s]+>$/)
    },
  )

  it('is the same mail again, also without a Message-ID', async () => {
    for (const name of ['plain', 'no-head', 'broken-head']) {
      expect((await corpus(name)).messageId).toBe((await corpus(name)).messageId)
    }
  })

  it('is read at whatever byte it is cut', async () => {
    for (const name of ['script', 'inline-picture', 'bounce', 'utf8-words', 'no-end-boundary']) {
      const source = readFileSync(join(FOLDER, `${name}.eml`))
      for (let end = 0; end <= source.length; end += 97)
        isHarmless(await readMail(source.subarray(0, end), source.length))
    }
  })
})

describe('encodings', () => {
  it.each([
    ['latin1', 'Grüße aus Köln'],
    ['utf8-words', 'Grüße'],
    ['shift-jis', 'こんにちは'],
    ['windows-1251', 'Привет'],
    ['utf7-unknown-charset', 'Hello all the same'],
    ['no-charset', 'Grüße'],
    ['bad-base64', 'Hel'],
    ['no-head', 'A text without any head at all'],
  ])('of %s are read', async (name, text) => expect((await corpus(name)).text).toContain(text))

  it('are read in heads', async () => expect((await corpus('utf8-words')).subject).toBe('Grüße aus Köln'))
})

describe('what is shown', () => {
  it('has no script, no form and nothing that loads by itself but pictures', async () => {
    const { html } = await corpus('script')
    expect(html).toContain('<p>hi</p>')
    expect(html).toContain('red')
    expect(html).not.toContain('evil.example')
    expect(html).not.toContain('alert')
  })

  it('keeps a remote picture as it is: the frame loads it when the reader asks', async () => {
    expect((await corpus('tracking-pixel')).html).toContain('https://tracker.example/p.gif')
  })

  it('has the pictures of the mail in it (IR-10)', async () => {
    const { html, files } = await corpus('inline-picture')
    expect(html).toContain('src="data:image/png;base64,')
    expect(files).toEqual([])
  })

  it('is text too where a mail has HTML alone', async () => {
    const { text, html } = await corpus('html-only')
    expect(text.toLowerCase()).toContain('order')
    expect(html).toContain('<i>apples</i>')
  })

  it.each([
    '<img src="data:text/html;base64,PHNjcmlwdD4=">',
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    '<a href="data:text/html,<script>x</script>">x</a>',
    '<p style="width:expression(alert(1))">x</p>',
    '<p style="background:u\\72l(https://evil.example)">x</p>',
    '<math><mtext></mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<scr<script>ipt>alert(1)</scr</script>ipt>',
    '<a href="  java\nscript:alert(1)">x</a>',
    '<!--[if mso]><script>alert(1)</script><![endif]-->',
  ])('is harmless: %s', (html) => {
    const clean = cleanHtml(html)
    expect(clean).not.toMatch(/<script|<svg|javascript:|expression|evil\.example|data:(text|image\/svg)/i)
    // What stands in quotes is text.
    expect(clean.replace(/"[^"]*"/g, '')).not.toMatch(/<[^>]*\son\w+=/i)
  })
})

describe('files', () => {
  it('have names that are no paths, and no type that a browser would run', async () => {
    const [file] = (await corpus('path-in-name')).files
    expect(file?.type).toBe('application/octet-stream')
    expect(file?.name).not.toMatch(/[\\/"]/)
  })

  it('of Outlook and calendars are kept as they came (IR-11)', async () => {
    expect((await corpus('winmail')).files).toMatchObject([{ name: 'winmail.dat', type: 'application/octet-stream' }])
    const { files, text } = await corpus('calendar')
    expect(text).toContain('An invitation')
    expect(files[0]?.content.toString()).toContain('BEGIN:VCALENDAR')
  })

  it('are mails that were forwarded', async () => {
    const { files, text } = await corpus('forwarded')
    expect(text).toContain('See below')
    expect(files.map(({ content }) => content.toString()).join() + text).toContain('Inner text')
  })
})

describe('machines', () => {
  it.each([
    ['auto-reply', 'reply'],
    ['list', 'reply'],
    ['out-of-office', 'reply'],
    ['null-return-path', 'reply'],
    ['bounce', 'bounce'],
    ['delayed', 'bounce'],
    ['plain', undefined],
    ['script', undefined],
  ])('write %s: %s', async (name, automatic) => expect((await corpus(name)).automatic).toBe(automatic))

  it('say of which mail it was not delivered, and why; what is only late comes yet', async () => {
    expect((await corpus('bounce')).bounced).toEqual({
      messageId: '<m-1.ix-0123456789abcdef01234567@centre.example>',
      reason: 'smtp; 550 no such user',
    })
    expect((await corpus('delayed')).bounced).toBeUndefined()
  })

  it('mark spam', async () => {
    expect((await corpus('spam')).spam).toBe(true)
    expect((await corpus('plain')).spam).toBe(false)
  })
})

describe('heads', () => {
  it('cannot begin another line', async () => {
    expect((await corpus('header-injection')).subject).not.toMatch(/[\r\n]/)
  })

  it('say what is answered, to whom, and who reads along', async () => {
    expect(await corpus('references')).toMatchObject({
      inReplyTo: '<m-1.ix-0123456789abcdef01234567@centre.example>',
      references: ['<a@x>', '<b@x>', '<m-1.ix-0123456789abcdef01234567@centre.example>'],
      replyTo: 'other@customer.example',
      cc: ['bob@customer.example', 'eve@customer.example', 'mia@customer.example'],
    })
  })
})

describe('limits', () => {
  it('of 25 MB: the beginning is taken, and what is left out is named', async () => {
    const begin = crlf(
      `${head('large', 'Content-Type: multipart/mixed; boundary=m\n')}\n--m\nContent-Type: text/plain\n\nA large file\n--m\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=large.pdf\n\n`,
    )
    const line = Buffer.from(`${'QUFB'.repeat(19)}\r\n`)
    const lines = Buffer.alloc(Math.ceil((25 * MEGABYTE) / line.length) * line.length, line)
    const whole = Buffer.concat([begin, lines])
    const { text, files, omitted } = await readMail(whole.subarray(0, 25 * MEGABYTE), whole.length + MEGABYTE)
    expect(text).toBe('A large file')
    expect(files).toEqual([])
    expect(omitted.join()).toMatch(/too large.*large\.pdf/s)
  })

  it('of text: the rest goes with it as a file', async () => {
    const { text, files, omitted } = await readMail(crlf(`${head('long')}\n${'word '.repeat(20_000)}`))
    expect(text).toHaveLength(32_000)
    expect(files[0]?.name).toBe('text.txt')
    expect(files[0]?.content.length).toBeGreaterThan(99_000)
    expect(omitted.join()).toContain('text.txt')
  })

  it.each([
    [
      'parts',
      `${head('parts', 'Content-Type: multipart/mixed; boundary=m\n')}\n${'--m\nContent-Type: text/plain\n\nx\n'.repeat(2_000)}--m--\n`,
    ],
    ['a head', `${head('head')}X-Long: ${'a'.repeat(400_000)}\n\nx\n`],
    ['nesting', nested(1_500)],
  ])(
    'of %s: the mail is taken whole as a file, and said to be',
    async (_, text) => {
      const { files, omitted } = await readMail(crlf(text))
      expect(omitted.join()).toContain('everything but its head')
      expect(files).toMatchObject([{ name: 'mail.eml', type: 'application/octet-stream' }])
    },
    60_000,
  )

  it('of files: the first fifty', async () => {
    const part = '--m\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\nx\n'
    const { files, omitted } = await readMail(
      crlf(`${head('files', 'Content-Type: multipart/mixed; boundary=m\n')}\n${part.repeat(60)}--m--\n`),
    )
    expect(files).toHaveLength(50)
    expect(omitted).toEqual(['10 of 60 files'])
  })

  it('of HTML: a mail that is all markup is not shown for minutes', async () => {
    const html = '<div><b>'.repeat(200_000)
    const mail = await readMail(crlf(`${head('markup', 'Content-Type: text/html\n')}\n${html}`))
    isHarmless(mail)
    expect(mail.html).toBeUndefined()
    expect(mail.files).toMatchObject([{ name: 'mail.html', type: 'application/octet-stream' }])
  })

  it('hold for an archive that would grow a thousandfold: nothing opens it', async () => {
    const bomb = deflateRawSync(Buffer.alloc(50 * MEGABYTE))
    const mail = await readMail(
      crlf(
        `${head('bomb', 'Content-Type: multipart/mixed; boundary=m\n')}\n--m\nContent-Type: application/zip\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=bomb.zip\n\n${bomb.toString('base64').replace(/.{76}/g, '$&\n')}\n--m--\n`,
      ),
    )
    expect(mail.files[0]?.content.length).toBe(bomb.length)
  })
})

function nested(depth: number): string {
  let text = head('nested', 'Content-Type: multipart/mixed; boundary=b0\n')
  for (let n = 0; n < depth; n++) text += `\n--b${n}\nContent-Type: multipart/mixed; boundary=b${n + 1}\n`
  return `${text}\n--b${depth}\nContent-Type: text/plain\n\ndeep\n`
}

import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileBlobKey, type Interaction } from '#kernel/interaction'
import { faxAddress, messageIdOf } from '#kernel/mail'
import { findCommand } from '../../scripts/install-packages.ts'
import { type MailServers, startMailServers, until } from '../kit/mail-servers.ts'
import { MailCentre } from './mail-centre.ts'

const able = findCommand('dovecot') !== undefined && process.getuid?.() === 0
const why = able ? '' : ' (skipped: needs Dovecot, and root to start it)'

const GATEWAY = { domain: 'fax.example' }
const PDF = '%PDF-1.4 one page'
const TIFF = 'II*\0one page'

let servers: MailServers
let count = 0
const centres: MailCentre[] = []

/** An account of a gateway, of its own in the shared servers. */
async function begin(): Promise<{ readonly account: string; readonly centre: MailCentre }> {
  const account = `fax${++count}`
  const centre = await MailCentre.start([servers.account(account, { fax: GATEWAY })])
  centres.push(centre)
  return { account, centre }
}

interface Coming {
  readonly id: string
  readonly from?: string
  readonly subject?: string
  readonly file?: string
  readonly more?: string
}

/** A mail as a gateway sends it, whatever it says of the file. */
function mailOf({ id, from = '4930123456@fax.example', subject = 'Fax', file = PDF, more = '' }: Coming): string {
  return `From: ${from}
To: fax@centre.example
Subject: ${subject}
Message-ID: <${id}@fax.example>
${more}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

1 page
--b
Content-Type: application/octet-stream; name=fax.pdf
Content-Disposition: attachment; filename=fax.pdf
Content-Transfer-Encoding: base64

${Buffer.from(file, 'latin1').toString('base64')}
--b--
`
}

const faxesOf = (centre: MailCentre): readonly Interaction[] =>
  [...centre.states.centre.interactions.values()].filter(({ medium }) => medium === 'fax')

const linesOf = (centre: MailCentre) => faxesOf(centre).flatMap(({ conversation }) => conversation?.messages ?? [])

/** A process sends a fax first, as the API does it. */
async function send(centre: MailCentre, account: string, id: string, number = '+4930999999'): Promise<string> {
  const interaction = `ix-${createHash('sha256').update(id).digest('hex').slice(0, 24)}`
  const content = Buffer.from(PDF)
  const hash = createHash('sha256').update(content).digest('hex')
  await centre.blobs.put(fileBlobKey(hash), content)
  const files = [{ hash, name: 'offer.pdf', type: 'application/pdf', bytes: content.length }]
  const address = `${account}@centre.example`
  const to = [faxAddress(GATEWAY, number)]
  const messageId = messageIdOf(id, interaction, address)
  const user = 'agent1'
  const mail = { messageId, account, subject: `Fax ${number}`, from: address, to }
  await centre.submit(
    { machine: 'centre', command: { type: 'ChooseStatus', user, status: 'not-ready' } },
    {
      machine: 'centre',
      command: {
        ...{ type: 'BeginContact', interaction, medium: 'fax', user, from: address, to: number, queue: 'support' },
      },
    },
    { machine: 'centre', command: { type: 'SendMessage', interaction, message: id, user, text: '', files, mail } },
    {
      machine: 'mail',
      command: {
        type: 'WriteMail',
        mail: { id, messageId, account, interaction, user, to, subject: mail.subject, text: '', files },
      },
    },
  )
  return interaction
}

describe.skipIf(!able)(`faxes by a gateway, with Dovecot and an SMTP server${why}`, () => {
  beforeAll(async () => {
    servers = await startMailServers()
  })
  afterAll(async () => {
    await Promise.all(centres.map((centre) => centre.close()))
    await servers?.stop()
  })

  it('come as contacts of their number with the document; what is none stays a mail (DIG-10)', async () => {
    const { account, centre } = await begin()
    const comes = (coming: Coming) => servers.deliver(account, mailOf(coming))
    await comes({ id: 'pdf' })
    await comes({ id: 'tiff', from: 'noreply@fax.example', subject: 'From 0049 30 777777', file: TIFF })
    // From elsewhere, whatever is in it; and from the gateway without a document.
    await comes({ id: 'stranger', from: '4930123456@evil.example' })
    await comes({ id: 'program', file: 'MZ a program' })
    centre.live()
    await until('all', () => faxesOf(centre).length === 2 && centre.mails.length === 2)
    expect(faxesOf(centre).map(({ from }) => from)).toEqual(['+4930123456', '+4930777777'])
    const [one, two] = linesOf(centre).flatMap(({ files = [] }) => files)
    expect([one?.type, two?.type]).toEqual(['application/pdf', 'image/tiff'])
    expect(await centre.blobs.stat(fileBlobKey(one!.hash))).toMatchObject({ sizeBytes: PDF.length })
    expect(faxesOf(centre)[0]?.phase).toMatchObject({ state: 'queued', queue: 'support' })
    await centre.die()
  })

  it('come exactly once through a death at each step, under the same name (IR-13, IR-28, IR-29)', async () => {
    for (const when of ['before', 'after'] as const) {
      const { account, centre } = await begin()
      await servers.deliver(account, mailOf({ id: 'one' }))
      await servers.deliver(account, mailOf({ id: 'two', from: '4930222222@fax.example' }))
      await centre.live({ at: 'TakeMail', when }).dead
      await centre.die()
      const before = faxesOf(centre).map(({ id }) => id)
      centre.live()
      await until('both', () => faxesOf(centre).length === 2)
      expect(
        faxesOf(centre)
          .map(({ id }) => id)
          .slice(0, before.length),
        when,
      ).toEqual(before)
      expect(linesOf(centre).filter(({ by }) => by === 'customer')).toHaveLength(2)
      await centre.die()
    }
  })

  it('leave exactly once through a death at each step, and say what became of them (DIG-10, IR-13, IR-28, IR-29)', async () => {
    for (const at of ['TryMail', 'SentMail']) {
      for (const when of ['before', 'after'] as const) {
        const { account, centre } = await begin()
        const id = `fax-${at.toLowerCase()}-${when}`
        const { dead } = centre.live({ at, when }, 2_000)
        await send(centre, account, id)
        await dead
        await centre.die()
        centre.live(undefined, 2_000)
        await until(`sent (${at} ${when})`, () => linesOf(centre).some(({ delivery }) => delivery?.state === 'sent'))
        const copies = servers.sent.filter(({ source }) => source.includes(`<${id}.`))
        expect(copies, `${at} ${when}`).toHaveLength(1)
        // And the copy that we send ourselves.
        expect(copies[0]?.to).toContain('4930999999@fax.example')
        expect(copies[0]?.source).toContain(Buffer.from(PDF).toString('base64').slice(0, 16))
        await centre.die()
      }
    }
  })

  it('that the gateway reports about are told of in their contact, with a picture or without', async () => {
    const { account, centre } = await begin()
    centre.live(undefined, 2_000)
    const interaction = await send(centre, account, 'reported')
    await until('sent', () => linesOf(centre).some(({ delivery }) => delivery?.state === 'sent'))
    const messageId = messageIdOf('reported', interaction, `${account}@centre.example`)
    const more = `In-Reply-To: ${messageId}\n`
    await servers.deliver(account, mailOf({ id: 'report', from: 'noreply@fax.example', subject: 'Delivered', more }))
    await until('the report', () => linesOf(centre).some(({ by }) => by === 'customer'))
    expect(faxesOf(centre).map(({ id }) => id)).toEqual([interaction])
    expect(centre.mails).toEqual([])
    await centre.die()
  })

  it('that the gateway refuses have failed, with its reason', async () => {
    const { account, centre } = await begin()
    servers.fate = ({ source }) =>
      source.includes('<refused-fax.') ? { code: 550, text: 'no such number' } : undefined
    centre.live(undefined, 2_000)
    await send(centre, account, 'refused-fax')
    await until('the refusal', () => linesOf(centre).some(({ delivery }) => delivery?.state === 'failed'))
    servers.fate = () => undefined
    expect(linesOf(centre).find(({ delivery }) => delivery)?.delivery?.reason).toContain('no such number')
    await centre.die()
  })
})

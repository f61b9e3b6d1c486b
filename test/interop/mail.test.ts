import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageIdOf } from '#kernel/mail'
import { findCommand } from '../../scripts/install-packages.ts'
import { eventually } from '../kit/api-client.ts'
import { MAIL_PASSWORD, type MailServers, startMailServers, until } from '../kit/mail-servers.ts'
import { Phone } from '../kit/phone.ts'
import { startSystem } from '../kit/system.ts'
import { MailCentre } from './mail-centre.ts'

const able = findCommand('dovecot') !== undefined && process.getuid?.() === 0
const why = able ? '' : ' (skipped: needs Dovecot, and root to start it)'

let servers: MailServers
let count = 0
const centres: MailCentre[] = []

/** Accounts of their own keep the cases apart on the shared servers. */
const newAccount = () => `help${++count}`

async function centreOf(account: string, more: object = {}): Promise<MailCentre> {
  const centre = await MailCentre.start([servers.account(account, more)])
  centres.push(centre)
  return centre
}

function letter({ id, text = 'Guten Tag', more = '' }: { id: string; text?: string; more?: string }): string {
  return `From: Ada <ada@customer.example>
To: help@centre.example
Subject: A question
Message-ID: <${id}@customer.example>
Date: Fri, 27 Nov 2026 10:00:00 +0000
${more}Content-Type: text/plain; charset=utf-8

${text}
`
}

/** An agent writes a mail in the first conversation, as the API does it. */
async function write(centre: MailCentre, account: string, id: string, more: object = {}): Promise<void> {
  const text = 'An answer'
  const interaction = centre.mails[0]!.id
  const address = `${account}@centre.example`
  await centre.submit({
    machine: 'mail',
    command: {
      type: 'WriteMail',
      mail: {
        ...{ id, messageId: messageIdOf(id, interaction, address), account, interaction, user: 'agent1' },
        ...{ to: ['ada@customer.example'], subject: 'Re: A question', text, html: `<p><b>${text}</b></p>` },
        ...more,
      },
    },
  })
}

const sentTo = (address: string) => servers.sent.filter(({ to }) => to.includes(address))
const sentAs = (id: string) => servers.sent.filter(({ source }) => source.includes(`<${id}.`))

describe.skipIf(!able)(`mails with Dovecot and an SMTP server${why}`, () => {
  beforeAll(async () => {
    servers = await startMailServers()
  })
  afterAll(async () => {
    await Promise.all(centres.map((centre) => centre.close()))
    await servers?.stop()
  })

  it('become interactions, are marked as read after they are in the log, and answers join their thread (DIG-08)', async () => {
    const account = newAccount()
    await servers.deliver(account, letter({ id: 'first' }))
    const centre = await centreOf(account)
    centre.live()
    await until('the mail', () => centre.messages.length === 1)
    const [mail] = centre.mails
    expect(mail).toMatchObject({ medium: 'email', from: 'ada@customer.example', subject: 'A question' })
    expect(centre.messages[0]).toMatchObject({ by: 'customer', text: 'Guten Tag', mail: { subject: 'A question' } })
    // What comes while it is connected is told by IDLE.
    await servers.deliver(
      account,
      letter({ id: 'second', text: 'More', more: 'In-Reply-To: <first@customer.example>\n' }),
    )
    await until('the answer', () => centre.messages.length === 2)
    expect(centre.mails).toHaveLength(1)
    await servers.deliver(account, letter({ id: 'third', text: 'Another thing' }))
    await until('another', () => centre.mails.length === 2)
    const imap = await servers.open(account)
    await imap.mailboxOpen('INBOX')
    await until('read marks', async () => ((await imap.search({ seen: false }, { uid: true })) || []).length === 0)
    imap.close()
  })

  it('are taken exactly once through a death at each step (IR-12, IR-13, IR-24)', async () => {
    for (const at of ['OpenAccount', 'TakeMail']) {
      for (const when of ['before', 'after'] as const) {
        const account = newAccount()
        await servers.deliver(account, letter({ id: 'one' }))
        await servers.deliver(account, letter({ id: 'two', text: 'Two' }))
        const centre = await centreOf(account)
        await centre.live({ at, when }).dead
        await centre.die()
        const before = centre.mails.map(({ id }) => id)
        centre.live()
        await until('both', () => centre.messages.length === 2)
        expect(centre.mails.map(({ id }) => id).slice(0, before.length), `${at} ${when}`).toEqual(before)
        await servers.deliver(account, letter({ id: 'three', text: 'Three' }))
        await until('the next', () => centre.messages.length === 3)
        expect(
          centre.messages.map(({ text }) => text),
          `${at} ${when}`,
        ).toEqual(['Guten Tag', 'Two', 'Three'])
        await centre.die()
      }
    }
  })

  it('leave exactly once through a death at each step, and the copy is in the Sent folder', async () => {
    for (const at of ['TryMail', 'SentMail']) {
      for (const when of ['before', 'after'] as const) {
        const account = newAccount()
        await servers.deliver(account, letter({ id: 'one' }))
        const centre = await centreOf(account)
        centre.live()
        await until('the mail', () => centre.messages.length === 1)
        await centre.die()
        const id = `answer-${at}-${when}`
        await write(centre, account, id)
        const life = centre.live({ at, when }, 2_000)
        await life.dead
        await centre.die()
        centre.live(undefined, 2_000)
        await until(`sent (${at} ${when})`, () => centre.states.mail.outgoing.get(id)?.state === 'sent')
        const imap = await servers.open(account)
        await until('the copy', async () => {
          await imap.mailboxOpen('Sent')
          return ((await imap.search({ all: true }, { uid: true })) || []).length === 1
        })
        imap.close()
        expect(sentAs(id), `${at} ${when}`).toHaveLength(1)
        await centre.die()
      }
    }
  })

  it('leave once when the answer of the server is lost', async () => {
    const account = newAccount()
    await servers.deliver(account, letter({ id: 'one' }))
    const centre = await centreOf(account)
    centre.live(undefined, 5_000)
    await until('the mail', () => centre.messages.length === 1)
    servers.fate = ({ source }) => (source.includes('lost-answer') ? 'lost' : undefined)
    await write(centre, account, 'lost-answer')
    await until('sent', () => centre.states.mail.outgoing.get('lost-answer')?.state === 'sent')
    servers.fate = () => undefined
    expect(sentAs('lost-answer')).toHaveLength(1)
    await centre.die()
  })

  it('that the server refuses are refused, and those that it cannot take now wait', async () => {
    const account = newAccount()
    await servers.deliver(account, letter({ id: 'one' }))
    const centre = await centreOf(account)
    centre.live()
    await until('the mail', () => centre.messages.length === 1)
    servers.fate = ({ source }) => {
      if (source.includes('refused-answer')) return { code: 550, text: 'no such user' }
      return source.includes('late-answer') ? { code: 451, text: 'try later' } : undefined
    }
    await write(centre, account, 'refused-answer')
    await write(centre, account, 'late-answer')
    await until('refused', () => centre.states.mail.outgoing.get('refused-answer')?.state === 'refused')
    await until('deferred', () => centre.states.mail.outgoing.get('late-answer')?.notBefore !== undefined)
    servers.fate = () => undefined
    expect(centre.states.mail.outgoing.get('refused-answer')?.reason).toContain('no such user')
    expect(centre.states.mail.outgoing.get('late-answer')).toMatchObject({ state: 'waiting', attempts: 1 })
    await centre.die()
  })

  it('are acknowledged once, and never to machines', async () => {
    const account = newAccount()
    const centre = await centreOf(account, { acknowledgement: 'We have your mail.' })
    centre.live()
    const from = (address: string, id: string, more = '') =>
      letter({ id, more }).replace('ada@customer.example', address)
    await servers.deliver(account, from('bob@customer.example', 'b1'))
    await servers.deliver(account, from('bob@customer.example', 'b2'))
    await servers.deliver(account, from('robot@customer.example', 'r1', 'Auto-Submitted: auto-replied\n'))
    await servers.deliver(account, from('list@customer.example', 'l1', 'List-Id: <x.customer.example>\n'))
    await servers.deliver(account, from('bulk@customer.example', 'p1', 'Precedence: bulk\n'))
    await servers.deliver(account, from(`${account}@centre.example`, 's1'))
    await servers.deliver(account, from('last@customer.example', 'z1'))
    await until('all', () => centre.messages.length === 7)
    await until('acknowledged', () => sentTo('last@customer.example').length === 1)
    expect(sentTo('bob@customer.example')).toHaveLength(1)
    expect(sentTo('bob@customer.example')[0]).toMatchObject({ from: '' })
    expect(sentTo('bob@customer.example')[0]!.source).toMatch(/auto-submitted: auto-replied/i)
    for (const one of ['robot', 'list', 'bulk']) expect(sentTo(`${one}@customer.example`)).toHaveLength(0)
    await centre.die()
  })

  it('are passed on with their files and pictures, once through a death, and what comes back to that stays in the thread (DIG-08, IR-11)', async () => {
    const account = newAccount()
    const png = Buffer.from('89504e470d0a1a0a', 'hex').toString('base64')
    const pictured = letter({ id: 'pictured' }).replace(
      /Content-Type[\s\S]*/,
      `MIME-Version: 1.0\nContent-Type: multipart/related; boundary=m\n\n--m\nContent-Type: text/html\n\n<p>My <b>bill</b> <img src="cid:p1"></p>\n--m\nContent-Type: image/png\nContent-Transfer-Encoding: base64\nContent-ID: <p1>\n\n${png}\n--m--\n`,
    )
    await servers.deliver(account, pictured)
    const centre = await centreOf(account)
    centre.live()
    await until('the mail', () => centre.messages.length === 1)
    await centre.die()
    const html = centre.messages[0]!.mail!.html!
    const text = await centre.store('\n\nFrom: ada@customer.example\n\nMy bill\n')
    const file = { ...(await centre.store('%PDF-1.4 a bill')), name: 'bill.pdf', type: 'application/pdf' }
    const more = {
      ...{ to: ['boss@elsewhere.example'], forwards: centre.messages[0]!.id, quote: { text, html }, files: [file] },
      references: ['<pictured@customer.example>'],
    }
    const { id: interaction } = centre.mails[0]!
    const head = { messageId: messageIdOf('forward', interaction, `${account}@centre.example`), account, to: more.to }
    const mail = { ...head, subject: 'Fwd: A question', from: `${account}@centre.example`, forwards: more.forwards }
    for (const command of [
      { type: 'SetReachable' as const, user: 'agent1', reachable: true },
      { type: 'Accept' as const, interaction, user: 'agent1' },
      { type: 'SendMessage' as const, interaction, message: 'forward', user: 'agent1', text: 'An answer', mail },
    ])
      await centre.submit({ machine: 'centre', command })
    await write(centre, account, 'forward', more)
    await centre.live({ at: 'SentMail', when: 'before' }, 2_000).dead
    await centre.die()
    centre.live(undefined, 2_000)
    await until('sent', () => centre.states.mail.outgoing.get('forward')?.state === 'sent')
    const [sent, ...twice] = sentAs('forward')
    expect(twice).toEqual([])
    const parsed = await simpleParser(Buffer.from(sent!.source, 'latin1'), { skipImageLinks: true })
    expect(parsed.text).toMatch(/^An answer\n\nFrom: ada@customer\.example\n\nMy bill/)
    expect(parsed.html).toMatch(/<b>An answer<\/b>.*<b>bill<\/b> <img src="cid:/s)
    const attached = parsed.attachments.map(({ contentType, filename, related, content }) => {
      return { contentType, related, ...(related ? { content: content.toString('base64') } : { filename }) }
    })
    expect(attached).toEqual([
      { contentType: 'image/png', related: true, content: png },
      { contentType: 'application/pdf', related: undefined, filename: 'bill.pdf' },
    ])
    expect(parsed.inReplyTo).toBeUndefined()
    // The colleague answers: it is seen in the customer's thread, and is not the customer's.
    const answer = letter({ id: 'boss', text: 'Pay it', more: `In-Reply-To: ${parsed.messageId}\n` })
    await servers.deliver(account, answer.replace('ada@customer.example', 'boss@elsewhere.example'))
    await until('the colleague', () => centre.messages.length === 3)
    expect(centre.mails).toHaveLength(1)
    expect(centre.mails[0]?.from).toBe('ada@customer.example')
    expect(centre.messages[2]).toMatchObject({ text: 'Pay it', mail: { aside: true, from: 'boss@elsewhere.example' } })
    const more2 = 'In-Reply-To: <pictured@customer.example>\n'
    await servers.deliver(account, letter({ id: 'again', text: 'And?', more: more2 }))
    await until('the customer', () => centre.messages.length === 4)
    expect(centre.messages[3]?.mail?.aside).toBeUndefined()
    await centre.die()
  })

  it('bring voice messages to whom the account says, with their sound, once through a death at each step (VML-05)', async () => {
    for (const when of ['before', 'after'] as const) {
      const account = newAccount()
      const owner = `owner-${when}@elsewhere.example`
      const centre = await centreOf(account, { voiceMessages: { support: owner } })
      const message = await centre.leaveMessage(`ix-${when}`)
      const life = centre.live({ at: 'MarkVoiceMessage', when })
      // Until it is in the archive there is nothing to be mailed.
      centre.sounds.set(message, Buffer.from('RIFF a sound'))
      await life.dead
      await centre.die()
      centre.live()
      await until('mailed', () => sentTo(owner).length > 0)
      await until('known as sent', () =>
        [...centre.states.mail.outgoing.values()].every(({ state }) => state === 'sent'),
      )
      expect(sentTo(owner)).toHaveLength(1)
      const mail = await simpleParser(Buffer.from(sentTo(owner)[0]!.source, 'latin1'))
      expect(mail.subject).toBe('Voice message from +493012345 for support')
      expect(mail.text).toContain('Length: 1 s')
      expect(mail.attachments).toMatchObject([
        { filename: 'message.wav', contentType: 'audio/wav', content: Buffer.from('RIFF a sound') },
      ])
      expect([...centre.states.centre.mailboxes.mailboxes.get('support')!]).toMatchObject([{ mailed: { by: account } }])
      await centre.die()
    }
  })

  it('marked as spam stay where they are, and come back as taken when the server has restarted', async () => {
    const account = newAccount()
    const centre = await centreOf(account)
    centre.live()
    await servers.deliver(account, letter({ id: 'spam', more: 'X-Spam-Flag: YES\n' }))
    await servers.deliver(account, letter({ id: 'junk' }), { flags: ['$Junk'] })
    await servers.deliver(account, letter({ id: 'good' }))
    await until('the good one', () => centre.messages.length === 1)
    await servers.restartImap()
    await servers.deliver(account, letter({ id: 'after', text: 'After' }))
    await until('after the restart', () => centre.messages.length === 2)
    expect(centre.messages.map(({ text }) => text)).toEqual(['Guten Tag', 'After'])
    await centre.die()
  })

  it('are read, offered, answered and sent by a whole system, whose core is killed in between (DIG-08, FS-05)', async () => {
    const account = newAccount()
    const system = await startSystem()
    const phone = await Phone.open({ server: system.sip, user: '2001', password: 'demo-agent1' })
    try {
      mkdirSync(join(system.data, 'secrets'), { recursive: true })
      writeFileSync(join(system.data, 'secrets/mail'), `${MAIL_PASSWORD}\n`, { mode: 0o600 })
      const admin = await system.api('admin')
      const { version } = await admin.get<{ version: number }>('/configuration')
      const { name: _, ...value } = servers.account(account)
      const configured = await admin.raw('PUT', `/configuration/mail-accounts/${account}`, {
        ...value,
        basedOn: version,
      })
      expect([configured.status, await configured.text()]).toEqual([200, expect.anything()])
      expect(await phone.register()).toBe(200)
      await servers.deliver(account, letter({ id: 'whole' }))
      const agent = await system.api('agent1')
      const id = await eventually('the mail to be offered', async () => {
        const { items } = await agent.get<{ items: { id: string; medium: string; state: string }[] }>(
          '/interactions?state=open',
        )
        return items.find(({ medium, state }) => medium === 'email' && state === 'offered')?.id
      })
      const supervisor = await system.api('supervisor')
      const { accounts } = await supervisor.get<{ accounts?: object[] }>('/cluster')
      expect(accounts).toMatchObject([{ medium: 'email', account, connected: true, problem: null, waiting: 0 }])
      const metrics = await (await fetch(`${system.http}/metrics`)).text()
      expect(metrics).toContain(`tandem_account_connected{medium="email",account="${account}"} 1`)
      await agent.post(`/interactions/${id}/accept`, {})
      const before = system.kill('core')
      await system.replaced('core', before)
      const answer = {
        id: 'whole-system-answer',
        to: ['ada@customer.example'],
        cc: [],
        subject: 'Re: A question',
        text: 'Gladly',
      }
      await eventually('the answer to be taken', async () => {
        const { status } = await agent.raw('POST', `/interactions/${id}/mail/answers`, answer)
        return status === 200 ? true : undefined
      })
      await until('the answer to leave', () =>
        sentTo('ada@customer.example').some(({ source }) => source.includes('Gladly')),
      )
      await eventually('it to be known as sent', async () => {
        const { outgoing } = await agent.get<{ outgoing: { state: string }[] }>(`/interactions/${id}/mail`)
        return outgoing[0]?.state === 'sent' ? true : undefined
      })
      expect(servers.sent.filter(({ source }) => source.includes('Gladly'))).toHaveLength(1)
    } finally {
      await phone.close()
      await system.stop()
    }
  })
})

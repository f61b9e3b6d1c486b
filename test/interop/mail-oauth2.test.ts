import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageIdOf } from '#kernel/mail'
import { findCommand } from '../../scripts/install-packages.ts'
import { type MailServers, startMailServers, until } from '../kit/mail-servers.ts'
import { MailCentre } from './mail-centre.ts'

const able = findCommand('dovecot') !== undefined && process.getuid?.() === 0
const why = able ? '' : ' (skipped: needs Dovecot, and root to start it)'

let servers: MailServers
let count = 0
const centres: MailCentre[] = []

/** An account that logs in by access tokens, at both servers. */
async function centreOf(): Promise<{ readonly centre: MailCentre; readonly account: string }> {
  const account = `token${++count}`
  const { imap, smtp } = servers.account(account)
  const oauth2 = { tokenUrl: servers.tokens.tokenUrl, clientId: 'tandem', scope: account }
  const more = { secret: 'client', oauth2, imap, smtp: { ...smtp, user: account } }
  const centre = await MailCentre.start([servers.account(account, more)])
  centre.secrets.set('client', servers.tokens.clientSecret)
  centres.push(centre)
  return { centre, account }
}

const letter = (id: string) =>
  `From: Ada <ada@customer.example>\nTo: help@centre.example\nSubject: A question\nMessage-ID: <${id}@customer.example>\n\nGuten Tag\n`

async function answer(centre: MailCentre, account: string, id: string): Promise<void> {
  const interaction = centre.mails[0]!.id
  await centre.submit({
    machine: 'mail',
    command: {
      type: 'WriteMail',
      mail: {
        ...{ id, messageId: messageIdOf(id, interaction, `${account}@centre.example`), account, interaction },
        ...{ user: 'agent1', to: ['ada@customer.example'], subject: 'Re: A question', text: 'An answer' },
      },
    },
  })
}

const stateOf = (centre: MailCentre, id: string) => centre.states.mail.outgoing.get(id)?.state

describe.skipIf(!able)(`mails by access tokens${why}`, () => {
  beforeAll(async () => {
    servers = await startMailServers()
  })
  afterAll(async () => {
    await Promise.all(centres.map((centre) => centre.close()))
    await servers?.stop()
  })

  it('are read and answered at servers that take no password; tokens that are withdrawn are replaced (DIG-08)', async () => {
    const { centre, account } = await centreOf()
    await servers.deliver(account, letter('one'))
    centre.live()
    await until('the mail', () => centre.messages.length === 1)
    await answer(centre, account, 'by-token')
    await until('the answer', () => stateOf(centre, 'by-token') === 'sent')
    // One provider gave the tokens of both, and one token is enough.
    expect(servers.tokens.requests).toMatchObject([{ grant_type: 'client_credentials', scope: account }])

    servers.tokens.revoke()
    await servers.restartImap()
    await servers.deliver(account, letter('two'))
    await until('the next mail', () => centre.messages.length === 2)
    expect(servers.tokens.requests.length).toBeGreaterThan(1)
    await answer(centre, account, 'by-another-token')
    await until('the next answer', () => stateOf(centre, 'by-another-token') === 'sent')
    expect(servers.sent.filter(({ source }) => source.includes('An answer'))).toHaveLength(2)
    await centre.die()
  })

  it('whose SMTP server refuses a token leave with another one', async () => {
    const { centre, account } = await centreOf()
    await servers.deliver(account, letter('one'))
    centre.live()
    await until('the mail', () => centre.messages.length === 1)
    // The IMAP connection goes on; the first that notices is the SMTP server.
    const before = servers.tokens.requests.length
    servers.tokens.revoke()
    await new Promise((resolve) => setTimeout(resolve, TOKEN_AGE_MS))
    await answer(centre, account, 'refused-token')
    await until('the answer', () => stateOf(centre, 'refused-token') === 'sent')
    expect(servers.tokens.requests).toHaveLength(before + 1)
    await centre.die()
  })

  it('say so when the provider gives none, and go on when it does again', async () => {
    const { centre, account } = await centreOf()
    servers.tokens.fate = ({ scope }) =>
      scope === account ? { status: 400, body: '{"error":"invalid_client","error_description":"expired"}' } : undefined
    await servers.deliver(account, letter('one'))
    centre.live()
    await until('the problem', () => centre.adapter.status()[0]?.problem?.includes('invalid_client expired') ?? false)
    expect(centre.adapter.status()[0]).toMatchObject({ account, connected: false })
    expect(centre.messages).toEqual([])
    servers.tokens.fate = () => undefined
    await until('the mail', () => centre.messages.length === 1)
    expect(centre.adapter.status()[0]).toMatchObject({ connected: true })
    await centre.die()
  })
})

/** A server that refuses a younger token refuses the account (TOKEN_AGE_MS_MIN). */
const TOKEN_AGE_MS = 2_100

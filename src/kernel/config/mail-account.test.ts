import { describe, expect, it } from 'vitest'
import { decideConfiguration } from './change.ts'
import type { ConfigurationChange } from './configuration.ts'
import { demoCentre } from './demo-centre.ts'
import { documentOf } from './document.ts'
import type { MailAccount } from './mail-account.ts'
import { shapeFaults } from './schema.ts'
import { evolveConfiguration, initialConfiguration } from './state.ts'

const account: MailAccount = {
  name: 'help',
  queue: 'support',
  address: 'help@centre.example',
  imap: { host: 'imap.centre.example', port: 993, security: 'tls', user: 'help' },
  smtp: { host: 'smtp.centre.example', port: 587, security: 'starttls', user: 'help' },
  secret: 'help-password',
}

function faults(more: object): readonly string[] {
  const value = { ...account, ...more } as MailAccount
  return shapeFaults({ kind: 'mail-account', name: 'help', value }).map(({ path }) => path)
}

const changeOf = (value: MailAccount): ConfigurationChange => ({ kind: 'mail-account', name: value.name, value })

describe('a mail account', () => {
  it('is taken as it should be', () => expect(faults({})).toEqual([]))

  it('is spoken to without TLS on this machine only', () => {
    const open = { host: 'mail.centre.example', port: 143, security: 'none' }
    expect(faults({ imap: open })).toEqual(['mail-accounts.help.imap.security'])
    expect(faults({ smtp: open })).toEqual(['mail-accounts.help.smtp.security'])
    for (const host of ['127.0.0.1', 'localhost', '::1']) expect(faults({ imap: { ...open, host } })).toEqual([])
    expect(faults({ imap: { ...open, host: '127.0.0.1.evil.example' } })).toHaveLength(1)
  })

  it.each([
    ['a line break in its name', { displayName: 'Help\r\nBcc: all@centre.example' }],
    ['no address', { address: 'help' }],
    ['a path as secret', { secret: '../../etc/passwd' }],
    ['a password beside the secret', { password: 'mail' }],
    ['a port that is none', { imap: { ...account.imap, port: 0 } }],
    ['a host with a path', { imap: { ...account.imap, host: 'imap.example/x' } }],
    ['a signature without end', { signature: 'x'.repeat(5_000) }],
  ])('is refused with %s', (_, more) => expect(faults(more).length).toBeGreaterThan(0))

  it('logs in with access tokens of a provider that is asked over TLS, or is on this machine', () => {
    const oauth2 = { tokenUrl: 'https://login.provider.example/token', clientId: 'tandem', scope: 'mail' }
    expect(faults({ oauth2 })).toEqual([])
    expect(faults({ oauth2: { ...oauth2, refreshToken: 'help-refresh' }, secret: undefined })).toEqual([])
    expect(faults({ oauth2, secret: undefined })).toEqual(['mail-accounts.help.secret'])
    for (const host of ['127.0.0.1:8080', 'localhost', '[::1]'])
      expect(faults({ oauth2: { ...oauth2, tokenUrl: `http://${host}/token` } }), host).toEqual([])
    for (const tokenUrl of [
      'http://login.provider.example/token',
      'https://me:word@provider.example/',
      'file:///etc/x',
    ])
      expect(faults({ oauth2: { ...oauth2, tokenUrl } }), tokenUrl).toEqual(['mail-accounts.help.oauth2.tokenUrl'])
    for (const more of [{ clientSecret: 'word' }, { refreshToken: '../x' }, { clientId: 'a\r\nb' }])
      expect(faults({ oauth2: { ...oauth2, ...more } })).toHaveLength(1)
  })

  it('needs its queue', () => {
    const state = evolveConfiguration(initialConfiguration(), { version: 1, by: 'a', changes: demoCentre() }, 1)
    const change = (value: MailAccount) =>
      decideConfiguration(state, { by: 'a', basedOn: 1, changes: [changeOf(value)] }, 2)
    expect(change(account)).toHaveLength(1)
    expect(() => change({ ...account, queue: 'none' })).toThrow(/none/)
  })

  it('sends voice messages of people and queues that are there, each to an address', () => {
    expect(faults({ voiceMessages: { support: 'boss@elsewhere.example', agent1: 'a@b.example' } })).toEqual([])
    expect(faults({ voiceMessages: { support: 'boss' } })).toEqual(['mail-accounts.help.voiceMessages.support'])
    const state = evolveConfiguration(initialConfiguration(), { version: 1, by: 'a', changes: demoCentre() }, 1)
    const value = { ...account, voiceMessages: { nobody: 'a@b.example' } }
    expect(() => decideConfiguration(state, { by: 'a', basedOn: 1, changes: [changeOf(value)] }, 2)).toThrow(/nobody/)
  })

  it('keeps its queue from being taken away', () => {
    const support = demoCentre().find(({ kind, name }) => kind === 'queue' && name === 'support') as { value: object }
    const queue = { kind: 'queue', name: 'mails', value: { ...support.value, name: 'mails' } } as ConfigurationChange
    const changes = [...demoCentre(), queue, changeOf({ ...account, queue: 'mails' })]
    const state = evolveConfiguration(initialConfiguration(), { version: 1, by: 'a', changes }, 1)
    const gone: ConfigurationChange[] = [{ kind: 'queue', name: 'mails' }]
    expect(() => decideConfiguration(state, { by: 'a', basedOn: 1, changes: gone }, 2)).toThrow(/mail-accounts\.help/)
  })

  it('is exported with the name of its secret, which is all that the configuration has', () => {
    const { configuration } = evolveConfiguration(
      initialConfiguration(),
      { version: 1, by: 'a', changes: [...demoCentre(), changeOf(account)] },
      1,
    )
    const text = JSON.stringify(documentOf(configuration))
    expect(text).toContain('"secret":"help-password"')
    expect(text).not.toContain('"password"')
  })
})

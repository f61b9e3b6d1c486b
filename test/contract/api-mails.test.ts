import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileBlobKey, type MessageFile } from '#kernel/interaction'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let agent: Asker

beforeAll(async () => {
  centre = await TestCentre.start()
  await configure()
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  agent = await Asker.as(centre.base, 'agent1')
})
afterAll(() => centre?.close())

async function configure(): Promise<void> {
  const server = { host: '127.0.0.1', port: 1, security: 'none' as const }
  await centre.submit({
    ...{ type: 'ChangeConfiguration', by: 'admin', basedOn: centre.state.configuration.version },
    changes: [
      {
        ...{ kind: 'mail-account', name: 'help' },
        value: {
          ...{ name: 'help', queue: 'support', address: 'help@centre.example', signature: 'Your centre' },
          ...{ imap: server, smtp: server },
        },
      },
    ],
  })
  await centre.submitMails({
    machine: 'mail',
    command: { type: 'OpenAccount', account: 'help', uidValidity: '1', uid: 0, unreadUpTo: 0 },
  })
}

let uid = 0

/** A mail comes as the adapter tells it; gives its interaction. */
async function come(html?: string, files: readonly MessageFile[] = []): Promise<string> {
  const n = ++uid
  const interaction = `ix-${createHash('sha256').update(`mail ${n}`).digest('hex').slice(0, 24)}`
  const messageId = `<m${n}@customer.example>`
  const stored = html === undefined ? undefined : await store(html)
  await centre.submitMails(
    {
      machine: 'mail',
      command: { type: 'TakeMail', account: 'help', uidValidity: '1', uid: n, messageId, interaction },
    },
    {
      machine: 'centre',
      command: {
        ...{ type: 'CreateContact', interaction, medium: 'email', from: 'ada@customer.example', queue: 'support' },
        subject: 'A question',
      },
    },
    {
      machine: 'centre',
      command: {
        ...{ type: 'SendMessage', interaction, message: `mail-${n}`, text: 'hello', files },
        mail: {
          ...{ messageId, account: 'help', subject: 'A question', from: 'ada@customer.example' },
          ...{ to: ['help@centre.example'], cc: ['bob@customer.example', 'help@centre.example'] },
          ...(stored && { html: stored }),
        },
      },
    },
  )
  return interaction
}

async function store(html: string): Promise<{ hash: string; bytes: number }> {
  const hash = createHash('sha256').update(html).digest('hex')
  await centre.blobs.put(fileBlobKey(hash), Buffer.from(html))
  return { hash, bytes: html.length }
}

/** A mail that agent1 has taken. */
async function taken(html?: string, files: readonly MessageFile[] = []): Promise<string> {
  const id = await come(html, files)
  expect((await agent.ask('POST', `/interactions/${id}/accept`)).status).toBe(200)
  return id
}

async function finish(id: string): Promise<void> {
  await agent.ask('POST', `/interactions/${id}/complete`)
  await agent.ask('POST', `/interactions/${id}/wrap-up`, {})
}

const answer = (more: object = {}) => ({
  ...{ id: `m-${randomBytes(8).toString('hex')}`, to: ['ada@customer.example'], subject: 'Re: A question' },
  ...{ text: 'Gladly', html: '<p><b>Gladly</b></p>' },
  ...more,
})

describe('an email on the desk', () => {
  it('is read with its head, and what an answer to it has (DIG-08)', async () => {
    const id = await taken()
    const { body } = await agent.ask('GET', `/interactions/${id}/conversation`)
    expect(body.messages.find((one: { by: string }) => one.by === 'customer')).toMatchObject({
      text: 'hello',
      mail: { subject: 'A question', from: 'ada@customer.example', html: false, automatic: null },
    })
    const { body: desk } = await agent.ask('GET', `/interactions/${id}/mail`)
    expect(desk).toMatchObject({
      ...{ account: 'help', address: 'help@centre.example', signature: 'Your centre', draft: null, outgoing: [] },
      answer: { to: ['ada@customer.example'], cc: ['bob@customer.example'], subject: 'Re: A question' },
    })
    await finish(id)
  })

  it('keeps a draft with formatting and files through a takeover, until it is sent (IR-10, IR-11)', async () => {
    const id = await taken()
    const uploaded = await fetch(`${centre.base}/api/v1/interactions/${id}/conversation/files?name=bill.txt`, {
      method: 'POST',
      headers: { authorization: `Bearer ${agent.token}`, 'content-type': 'application/octet-stream' },
      body: 'a bill',
    })
    const file = (await uploaded.json()) as { hash: string; name: string }
    const draft = {
      ...{ to: ['ada@customer.example', 'half typed'], cc: [], subject: 'Re: A question', text: 'Gla' },
      ...{ html: '<i>Gla</i>', files: [{ hash: file.hash, name: file.name }] },
    }
    expect((await agent.ask('PUT', `/interactions/${id}/mail/draft`, draft)).status).toBe(204)
    await centre.restart()
    const { body } = await agent.ask('GET', `/interactions/${id}/mail`)
    expect(body.draft).toMatchObject({ ...draft, files: [{ name: 'bill.txt', bytes: 6 }] })
    const sent = await agent.ask('POST', `/interactions/${id}/mail/answers`, answer({ files: draft.files }))
    expect(sent.status).toBe(200)
    expect(sent.body.draft).toBeNull()
    await finish(id)
  })

  it('is answered once, however often it is asked: the line and the mail are one (IR-15)', async () => {
    const id = await taken()
    const mail = answer()
    for (let n = 0; n < 3; n++) {
      const { status, body } = await agent.ask('POST', `/interactions/${id}/mail/answers`, mail)
      expect(status).toBe(200)
      expect(body.outgoing).toMatchObject([{ message: mail.id, state: 'waiting', attempts: 0 }])
    }
    expect(centre.mails.outgoing.get(mail.id)).toMatchObject({
      ...{ to: ['ada@customer.example'], html: '<p><b>Gladly</b></p>', messageId: `<${mail.id}.${id}@centre.example>` },
      inReplyTo: `<m${uid}@customer.example>`,
    })
    const { body } = await agent.ask('GET', `/interactions/${id}/conversation`)
    expect(body.messages.filter((one: { id: string }) => one.id === mail.id)).toHaveLength(1)
    await finish(id)
  })

  it('is answered by who has taken it, and by nobody else', async () => {
    const id = await taken()
    const other = await Asker.as(centre.base, 'agent2')
    for (const who of [other, new Asker(centre.base)]) {
      const { status } = await who.ask('POST', `/interactions/${id}/mail/answers`, answer())
      expect([401, 403]).toContain(status)
    }
    expect((await other.ask('GET', `/interactions/${id}/mail`)).status).toBe(403)
    await finish(id)
    expect((await agent.ask('POST', `/interactions/${id}/mail/answers`, answer())).status).toBe(404)
  })

  it('takes no line break into a head', async () => {
    const id = await taken()
    const inject = 'x\r\nBcc: all@customer.example'
    for (const more of [
      { subject: inject },
      { to: [inject] },
      { to: ['a@b.example\nBcc: c@d.example'] },
      { cc: [inject] },
      { to: [] },
    ]) {
      const { status } = await agent.ask('POST', `/interactions/${id}/mail/answers`, answer(more))
      expect(status, JSON.stringify(more)).toBe(422)
    }
    await finish(id)
  })

  it('shows formatted text in a frame that runs and loads nothing, by a ticket that opens this alone', async () => {
    const id = await taken('<p>hello</p><img src="https://tracker.example/x.gif">')
    const messages = `/interactions/${id}/mail/messages`
    const { status, body } = await agent.ask('POST', `${messages}/mail-${uid}/frame`)
    expect(status).toBe(200)
    const shown = await fetch(`${centre.base}${body.url}`)
    const policy = shown.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toMatch(/img-src data:;/)
    expect(policy).toContain('sandbox allow-popups')
    expect(policy).not.toContain('allow-scripts')
    expect(policy).not.toContain('allow-same-origin')
    expect(shown.headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(await shown.text()).toContain('<p>hello</p>')
    const asked = await fetch(`${centre.base}${body.url}?pictures=true`)
    expect(asked.headers.get('content-security-policy')).toContain('img-src data: https: http:')
    expect((await fetch(`${centre.base}/api/v1/mail-frames/${agent.token}`)).status).toBe(401)
    expect((await fetch(`${centre.base}${body.url}x`)).status).toBe(401)
    expect((await agent.ask('POST', `${messages}/none/frame`)).status).toBe(404)
    await finish(id)
  })
})

describe('an email that is passed on', () => {
  const read = async (hash: string) => {
    const found = await centre.blobs.get(fileBlobKey(hash))
    const chunks: Buffer[] = []
    for await (const chunk of found!.body) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('utf8')
  }
  const forward = (more: object = {}) => ({
    ...{ id: `f-${randomBytes(8).toString('hex')}`, forwards: `mail-${uid}`, to: ['boss@elsewhere.example'] },
    ...{ subject: 'Fwd: A question', text: 'Yours?', html: '<i>Yours?</i>' },
    ...more,
  })

  it('takes files of any kind along, is quoted with its head, and is no part of the thread with the customer (DIG-08)', async () => {
    // What nobody may upload came with the mail all the same.
    const file = { ...(await store('TNEF')), name: 'winmail.dat', type: 'application/octet-stream' }
    const picture = '<p>hello <img src="data:image/png;base64,AAAA"></p>'
    const id = await taken(picture, [file])
    const mail = forward({ files: [{ hash: file.hash, name: file.name }] })
    for (let n = 0; n < 2; n++) {
      const { status } = await agent.ask('POST', `/interactions/${id}/mail/forwards`, mail)
      expect(status).toBe(200)
    }
    const sent = centre.mails.outgoing.get(mail.id)!
    expect(sent).toMatchObject({ to: mail.to, forwards: `mail-${uid}`, files: [file], text: 'Yours?' })
    expect(sent.inReplyTo).toBeUndefined()
    const text = await read(sent.quote!.text.hash)
    expect(text).toMatch(
      /Forwarded message.*\nFrom: ada@customer\.example\nDate: .*GMT\nSubject: A question\nTo: help@centre\.example\nCc: bob@customer\.example, help@centre\.example\n\nhello\n$/,
    )
    expect(await read(sent.quote!.html.hash)).toContain(picture)
    const { body } = await agent.ask('GET', `/interactions/${id}/conversation`)
    const lines = body.messages.filter((one: { id: string }) => one.id === mail.id)
    expect(lines).toMatchObject([{ text: 'Yours?', mail: { forwards: `mail-${uid}`, to: mail.to } }])
    // The customer's thread goes on as if it had not been: who answers refers to what the customer has seen.
    const { body: desk } = await agent.ask('GET', `/interactions/${id}/mail`)
    expect(desk.answer).toMatchObject({ to: ['ada@customer.example'], subject: 'Re: A question' })
    const reply = answer()
    await agent.ask('POST', `/interactions/${id}/mail/answers`, reply)
    expect(centre.mails.outgoing.get(reply.id)).toMatchObject({
      inReplyTo: `<m${uid}@customer.example>`,
      references: [`<m${uid}@customer.example>`],
    })
    await finish(id)
  })

  it('keeps its draft beside that of an answer through a takeover, until it is sent or shall not be (IR-10, IR-11)', async () => {
    const id = await taken()
    const { id: _, ...typed } = forward({ to: ['half typed'] })
    expect((await agent.ask('PUT', `/interactions/${id}/mail/forward`, typed)).status).toBe(204)
    const { id: __, ...typedAnswer } = answer()
    expect((await agent.ask('PUT', `/interactions/${id}/mail/draft`, typedAnswer)).status).toBe(204)
    await centre.restart()
    const desk = async () => (await agent.ask('GET', `/interactions/${id}/mail`)).body
    expect(await desk()).toMatchObject({
      draft: { text: 'Gladly', html: '<p><b>Gladly</b></p>' },
      forward: { to: ['half typed'], text: 'Yours?', html: '<i>Yours?</i>', forwards: `mail-${uid}` },
    })
    expect((await agent.ask('DELETE', `/interactions/${id}/mail/forward`)).status).toBe(204)
    expect(await desk()).toMatchObject({ draft: { text: 'Gladly' }, forward: null })
    await agent.ask('PUT', `/interactions/${id}/mail/forward`, typed)
    await agent.ask('POST', `/interactions/${id}/mail/forwards`, forward())
    expect(await desk()).toMatchObject({ draft: { text: 'Gladly' }, forward: null })
    await finish(id)
  })

  it('is passed on by who has taken it, to addresses, and from its own conversation', async () => {
    const id = await taken()
    const other = await Asker.as(centre.base, 'agent2')
    for (const who of [other, new Asker(centre.base)]) {
      for (const [method, path] of [
        ['POST', 'forwards'],
        ['PUT', 'forward'],
        ['DELETE', 'forward'],
      ] as const) {
        const { status } = await who.ask(method, `/interactions/${id}/mail/${path}`, forward())
        expect([401, 403, 422], `${method} ${path}`).toContain(status)
      }
    }
    const ask = async (more: object) =>
      (await agent.ask('POST', `/interactions/${id}/mail/forwards`, forward(more))).status
    expect(await ask({ forwards: 'mail-1' })).toBe(404)
    for (const more of [{ to: [] }, { to: ['x\r\nBcc: all@x.example'] }, { subject: 'x\r\nBcc: y' }])
      expect(await ask(more), JSON.stringify(more)).toBe(422)
    expect([...centre.mails.outgoing.values()].filter(({ interaction }) => interaction === id)).toEqual([])
    await finish(id)
  })
})

describe('the transcript of a chat', () => {
  const visitor = (token?: string) => new Asker(centre.base, token)
  const begin = async () => {
    const key = randomBytes(16).toString('hex')
    const { body } = await visitor().ask('POST', '/chats', { key, queue: 'support', name: 'Ada' })
    return { id: body.id as string, own: visitor(body.token) }
  }
  const send = (who: Asker, id: string, email = 'ada@customer.example') =>
    who.ask('POST', `/chats/${id}/transcript`, { email })
  const written = () => [...centre.mails.outgoing.values()].filter(({ id }) => id.startsWith('transcript-'))

  it('DIG-01 is sent to the customer who asks for it, once however often, by the account of its queue', async () => {
    const { id, own } = await begin()
    await own.ask('POST', `/chats/${id}/messages`, { id: 'line-one', text: 'My bill is <b>wrong</b>' })
    // Nobody has answered: nothing is sent, or anybody could write to anybody through us.
    expect((await send(own, id)).status).toBe(409)
    expect((await agent.ask('POST', `/interactions/${id}/accept`)).status).toBe(200)
    await agent.ask('POST', `/interactions/${id}/conversation/messages`, { id: 'line-two', text: 'I see' })
    expect((await send(own, id)).status).toBe(409)
    await own.ask('POST', `/chats/${id}/end`)
    const stranger = await begin()
    expect((await send(stranger.own, id)).status).toBe(401)
    expect((await send(own, id, 'no address')).status).toBe(422)
    expect((await send(own, id)).status).toBe(202)
    await centre.restart()
    await agent.ask('POST', `/interactions/${id}/wrap-up`, {})
    await centre.settle()
    // Asked again after a takeover, when the chat is history: it is the one that was sent.
    expect((await send(own, id)).status).toBe(202)
    expect(written()).toHaveLength(1)
    const [mail] = written()
    expect(mail).toMatchObject({ account: 'help', to: ['ada@customer.example'], state: 'waiting', interaction: id })
    expect(mail?.text).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d > My bill is <b>wrong<\/b>\n\S+ \S+ Agent 1: I see$/)
    expect(mail?.html).toBeUndefined()
    await stranger.own.ask('POST', `/chats/${stranger.id}/end`)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { Asker, TestCentre } from './api-kit.ts'

let centre: TestCentre
let agent: Asker
let process: Asker
let document: { readonly hash: string; readonly name: string }

const account = {
  ...{ name: 'faxes', queue: 'support', address: 'fax@centre.example', fax: { domain: 'fax.example' } },
  imap: { host: '127.0.0.1', port: 1, security: 'none' as const },
  smtp: { host: '127.0.0.1', port: 1, security: 'none' as const },
}

beforeAll(async () => {
  centre = await TestCentre.start()
  await centre.submit({
    ...{ type: 'ChangeConfiguration', by: 'admin', basedOn: centre.state.configuration.version },
    changes: [{ kind: 'mail-account', name: 'faxes', value: account }],
  })
  await centre.submit({ type: 'SetReachable', user: 'agent1', reachable: true })
  agent = await Asker.as(centre.base, 'agent1')
  process = await Asker.as(centre.base, 'supervisor')
  document = await upload('%PDF-1.4 a page', 'letter.pdf')
})
afterAll(() => centre?.close())

async function upload(content: string, name: string) {
  const answer = await fetch(`${centre.base}/api/v1/documents?name=${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${process.token}`, 'content-type': 'application/octet-stream' },
    body: Buffer.from(content, 'latin1'),
  })
  expect(answer.status).toBe(201)
  return { hash: ((await answer.json()) as { hash: string }).hash, name }
}

const comes = (more: object = {}) =>
  process.ask('POST', '/interactions', {
    ...{ type: 'received-fax', from: '+49 30 123456', queue: 'support', documents: [document], ...more },
  })

const sends = (more: object = {}, who = agent) =>
  who.ask('POST', '/interactions', { type: 'fax', account: 'faxes', to: '+4930777', documents: [document], ...more })

async function taken(more: object = {}): Promise<string> {
  const { status, body } = await comes(more)
  expect(status).toBe(201)
  await eventually('the offer', async () =>
    centre.state.interactions.get(body.id)?.phase.state === 'offered' ? true : undefined,
  )
  expect((await agent.ask('POST', `/interactions/${body.id}/accept`)).status).toBe(200)
  return body.id
}

async function finish(id: string): Promise<void> {
  await agent.ask('POST', `/interactions/${id}/complete`)
  await agent.ask('POST', `/interactions/${id}/wrap-up`, {})
}

const leavingOf = (interaction: string) =>
  [...centre.mails.outgoing.values()].filter((one) => one.interaction === interaction)

describe('a fax over the API', () => {
  it('comes once, however often a process says so, with its document and its number (DIG-10)', async () => {
    const id = await taken({ id: 'machine:7', subject: 'An order' })
    expect((await comes({ id: 'machine:7' })).body.id).toBe(id)
    expect((await agent.ask('GET', `/interactions/${id}`)).body).toMatchObject({
      ...{ medium: 'fax', direction: 'inbound', from: '+4930123456', queue: 'support', state: 'connected' },
    })
    const { body } = await agent.ask('GET', `/interactions/${id}/conversation`)
    const files = body.messages.flatMap((one: { files: object[] }) => one.files)
    expect(files).toEqual([{ ...document, type: 'application/pdf', bytes: 15 }])
    // It is opened as what it is, and by nobody who takes no part.
    const read = (token: string) =>
      fetch(`${centre.base}/api/v1/interactions/${id}/conversation/files/${document.hash}`, {
        headers: { authorization: `Bearer ${token}` },
      })
    const found = await read(agent.token)
    expect([found.headers.get('content-type'), found.headers.get('content-security-policy')]).toEqual([
      'application/pdf',
      "default-src 'none'; sandbox",
    ])
    expect(found.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(await found.text()).toBe('%PDF-1.4 a page')
    expect((await read((await Asker.as(centre.base, 'agent2')).token)).status).toBe(403)
    await finish(id)
    await centre.settle()
    expect((await agent.ask('GET', `/interactions/${id}`)).body).toMatchObject({ state: 'closed', medium: 'fax' })
    expect((await comes({ id: 'machine:7' })).body.id).toBe(id)
    expect(centre.state.interactions.has(id)).toBe(false)
  })

  it('is answered with a document, by the account of its queue, and is told of at its line; without one it is refused', async () => {
    const id = await taken()
    const write = (message: string, more: object) =>
      agent.ask('POST', `/interactions/${id}/conversation/messages`, { id: message, text: '', ...more })
    expect((await write('answer-none', { text: 'hello' })).status).toBe(422)
    const text = await upload('just words', 'words.txt')
    expect((await write('answer-text', { files: [text] })).status).toBe(422)
    for (let n = 0; n < 2; n++) expect((await write('answer-one', { files: [document] })).status).toBe(200)
    expect(leavingOf(id)).toMatchObject([
      { to: ['4930123456@fax.example'], account: 'faxes', user: 'agent1', files: [document], state: 'waiting' },
    ])
    await centre.submit({
      ...{ type: 'ReportMessage', interaction: id, message: 'answer-one' },
      delivery: { state: 'failed', reason: 'no such number' },
    })
    const read = async () => (await agent.ask('GET', `/interactions/${id}/conversation`)).body.deliveries
    const failed = [{ message: 'answer-one', state: 'failed', reason: 'no such number' }]
    expect(await read()).toEqual(failed)
    await centre.restart()
    expect(await read()).toEqual(failed)
    await finish(id)
  })

  it('is sent first, once for its id, and is the agent’s contact with wrap-up and history (DIG-10)', async () => {
    const id = 'ix-fax-begun'
    for (let n = 0; n < 3; n++) expect((await sends({ id })).body.id).toBe(id)
    expect(leavingOf(id)).toMatchObject([{ to: ['4930777@fax.example'], files: [document] }])
    expect((await agent.ask('GET', `/interactions/${id}`)).body).toMatchObject({
      ...{ medium: 'fax', direction: 'outbound', to: '+4930777', agent: 'agent1', queue: 'support' },
    })
    await finish(id)
    await centre.settle()
    expect((await agent.ask('GET', `/interactions/${id}`)).body).toMatchObject({ outcome: 'answered' })
  })

  it.each([
    ['a national number', { to: '030777' }],
    ['another account', { account: 'none' }],
    ['no document', { documents: [] }],
    ['a document that was never uploaded', { documents: [{ hash: 'a'.repeat(64), name: 'a.pdf' }] }],
  ])('is refused with %s, and nothing of it is left', async (_, wrong) => {
    const before = centre.mails.outgoing.size
    expect((await sends(wrong)).status).toBe(422)
    expect(centre.mails.outgoing.size).toBe(before)
  })

  it('is refused where it comes with what is no document, or into no queue', async () => {
    expect((await comes({ documents: [await upload('words', 'words.txt')] })).status).toBe(422)
    expect((await comes({ queue: 'none' })).status).toBe(422)
    const tiff = await upload('MM\u0000*a page', 'fax.tif')
    const { status, body } = await comes({ documents: [tiff], from: '' })
    expect(status).toBe(201)
    await process.ask('POST', `/interactions/${body.id}/end`)
  })
})

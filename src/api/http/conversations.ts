import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { ConversationHub, fileTypeOf, type Reader, viewConversation, viewOver } from '#api/chats'
import { type ConversationView, FILE_BYTES_MAX, type MessageFileView } from '#api/contract'
import { transcriptOf } from '#kernel/centre'
import { fileBlobKey, isWritten, type Message, type MessageFile } from '#kernel/interaction'
import { API_ERRORS } from './errors.ts'
import { EventStream } from './event-stream.ts'
import type { HttpApiPorts } from './ports.ts'
import { StreamWatch } from './stream-watch.ts'

/** History is a few milliseconds behind as a rule; whoever asks for what just closed waits for it this long. */
const HISTORY_WAIT_MS = 1_000
/** Visitors and agents of a large centre; each costs a few kilobytes. */
const STREAMS_MAX = 10_000

/** What is followed, as whom, from which line on. */
export interface ConversationStream {
  readonly id: string
  readonly reader: Reader
  readonly after?: string | undefined
  /** Fails when whoever follows may not any more. */
  readonly check?: () => Promise<void> | void
}

/** What both sides of a conversation do: read it, follow it, put files into it and take them out. */
export class Conversations {
  readonly #ports: HttpApiPorts
  #hub: ConversationHub | undefined
  readonly #watch: StreamWatch
  #streams = 0

  constructor(ports: HttpApiPorts) {
    this.#ports = ports
    this.#watch = new StreamWatch(ports.centre)
  }

  /** From the first who looks on. */
  get hub(): ConversationHub {
    this.#hub ??= new ConversationHub(this.#ports.centre, this.#ports.clock, this.#ports.typing)
    return this.#hub
  }

  /** The conversation, its lines from after the given one on; fails with a 404 when there is none. */
  async view(id: string, reader: Reader, after?: string): Promise<ConversationView> {
    const { centre, clock } = this.#ports
    const open = this.#open(id)
    const sources = { state: centre.state(), hub: this.hub, now: clock.now(), reader }
    if (open) return viewConversation(open, sources, after)
    return viewOver(id, await this.#past(id), sources, after)
  }

  /**
   * Follows a conversation as server-sent events (the `text/event-stream` of HTML): first what came after the given line, then each change. Every
   * event is a whole view with the lines that are new, so one that is lost is made good by the next connection.
   */
  async stream(reply: FastifyReply, { id, reader, after, check }: ConversationStream) {
    if (this.#streams >= STREAMS_MAX) throw API_ERRORS['api.too-fast']({ seconds: 5 })
    const { clock } = this.#ports
    let seen = after
    let told = ''
    const first = await this.view(id, reader, seen)
    const stream = new EventStream(() => {
      this.#streams--
      unwatch?.()
      unfollow()
    })
    const unwatch = check && this.#watch.add({ check, end: () => stream.abort() })
    const send = (view: ConversationView): void => {
      const { messages, ...rest } = view
      const standing = JSON.stringify(rest)
      if (messages.length === 0 && standing === told) return
      told = standing
      seen = messages.at(-1)?.id ?? seen
      stream.send('conversation', view)
      if (view.state === 'over') stream.end()
    }
    const look = (): void => {
      const open = this.#open(id)
      const sources = { state: this.#ports.centre.state(), hub: this.hub, now: clock.now(), reader }
      // What is closed is read from history, once.
      if (open) send(viewConversation(open, sources, seen))
      else void this.view(id, reader, seen).then(send, () => stream.abort())
    }
    this.#streams++
    const unfollow = this.hub.follow(id, look)
    send(first)
    return stream.answer(reply)
  }

  /** Every line of a conversation, open or closed; fails with a 404 when there is none. */
  async messages(id: string): Promise<readonly Message[]> {
    return this.#open(id)?.conversation?.messages ?? (await this.#past(id))
  }

  /** Fails unless the conversation goes on. */
  demandOpen(id: string): void {
    const open = this.#open(id)
    if (!open || open.phase.state === 'wrapping-up') throw API_ERRORS['api.over']({ interaction: id })
  }

  /** Takes a file in; it can be sent with a message from then on. */
  async putFile(content: Buffer, name: string): Promise<MessageFileView> {
    if (content.length > FILE_BYTES_MAX) throw API_ERRORS['api.invalid']({ path: '', problem: 'the file is too large' })
    const type = fileTypeOf(content)
    if (type === undefined) throw API_ERRORS['api.file-type']()
    const hash = createHash('sha256').update(content).digest('hex')
    if (!(await this.#ports.blobs.stat(fileBlobKey(hash)))) await this.#ports.blobs.put(fileBlobKey(hash), content)
    return { hash, name: safeName(name), type, bytes: content.length }
  }

  /** The files that a message names, as they lie in the blobs; fails with a 422 for one that was never uploaded. */
  async filesOf(named: readonly { readonly hash: string; readonly name: string }[]): Promise<readonly MessageFile[]> {
    return Promise.all(
      named.map(async ({ hash, name }, index) => {
        const stat = await this.#ports.blobs.stat(fileBlobKey(hash))
        const begin = stat && (await this.#begin(hash))
        const type = begin && fileTypeOf(begin)
        if (!stat || type === undefined) {
          throw API_ERRORS['api.invalid']({
            path: `/files/${index}/hash`,
            problem: 'there is no such file: upload it first',
          })
        }
        return { hash, name: safeName(name), type, bytes: stat.sizeBytes }
      }),
    )
  }

  /** Sends a file that was sent in this conversation, and no other. */
  async sendFile(reply: FastifyReply, id: string, hash: string) {
    const messages = await this.messages(id)
    const file = messages.flatMap(({ files = [] }) => files).find((one) => one.hash === hash)
    const found = file && (await this.#ports.blobs.get(fileBlobKey(hash)))
    if (!file || !found) throw API_ERRORS['api.no-such']({ what: 'file', name: hash })
    return reply
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`)
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cache-control', 'private, max-age=86400, immutable')
      .header('content-length', String(found.stat.sizeBytes))
      .type(file.type)
      .send(found.body)
  }

  close(): void {
    this.#hub?.close()
  }

  #open(id: string) {
    const interaction = this.#ports.centre.state().interactions.get(id)
    return interaction && isWritten(interaction.medium) ? interaction : undefined
  }

  async #past(id: string): Promise<readonly Message[]> {
    const { history, centre } = this.#ports
    const reached = await history.reached(centre.sequence(), HISTORY_WAIT_MS)
    const detail = await history.interaction(id)
    if (!detail?.summary || !isWritten(detail.summary.medium)) {
      if (!reached) throw API_ERRORS['api.history-away']()
      throw API_ERRORS['api.no-such']({ what: 'conversation', name: id })
    }
    return transcriptOf(detail.timeline)
  }

  async #begin(hash: string): Promise<Buffer | undefined> {
    const found = await this.#ports.blobs.get(fileBlobKey(hash), { start: 0, end: 4_095 })
    if (!found) return undefined
    const chunks: Buffer[] = []
    for await (const chunk of found.body) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  }
}

/** A name for people: no path, no characters that steer a terminal or a header. */
function safeName(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069"\\/]/g, '_').slice(0, 200) || 'file'
}

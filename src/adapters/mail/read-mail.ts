import { createHash } from 'node:crypto'
import { type AddressObject, type Attachment, type ParsedMail, simpleParser } from 'mailparser'
import { cleanHtml } from './clean-html.ts'
import {
  ADDRESS_CHARS_MAX,
  ADDRESSES_MAX,
  FILES_MAX,
  HEAD_BYTES_MAX,
  HTML_CHARS_MAX,
  HTML_DEPTH_MAX,
  HTML_PARSED_MAX,
  MESSAGE_ID_CHARS_MAX,
  PARTS_MAX,
  REFERENCES_MAX,
  SUBJECT_CHARS_MAX,
  TEXT_CHARS_MAX,
} from './limits.ts'
import { oneLine, safeFileName, safeFileType } from './safe-words.ts'
import { type AutomaticSigns, signsOf } from './signs.ts'

/** A file of a mail, before it is stored. */
export interface ReadFile {
  readonly name: string
  readonly type: string
  readonly content: Buffer
}

/** A mail as it is taken in: nothing in it runs, and nothing of it is too long for the log. */
export interface ReadMail extends AutomaticSigns {
  readonly messageId: string
  readonly inReplyTo?: string
  /** Oldest first. */
  readonly references: readonly string[]
  readonly subject: string
  /** The address that an answer goes to. */
  readonly replyTo: string
  readonly from: string
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly text: string
  /** Sanitised. */
  readonly html?: string
  readonly files: readonly ReadFile[]
  /** What is not there, in words. */
  readonly omitted: readonly string[]
}

/** How much of a mail is read: all of it; all but its formatting; its head alone. */
export type HowMuch = 'whole' | 'text' | 'head'

/** Reads a mail, whatever it is: what cannot be read of it is named, and its bytes go with it as a file. `bytes` is its whole size, where the source is cut. */
export async function readMail(source: Buffer, bytes = source.length, how: HowMuch = 'whole'): Promise<ReadMail> {
  const omitted = cutOff(source, bytes)
  const whole = omitted.length === 0
  try {
    if (how === 'head') return await readHead(source, omitted, 'it takes too long to read')
    return taken(source, await parse(source), { omitted, whole, how })
  } catch (cause) {
    return readHead(source, omitted, cause instanceof Error ? cause.message : String(cause))
  }
}

/** A mail that nothing can read: its bytes, and what it is known by. */
export function unreadMail(source: Buffer, bytes: number): ReadMail {
  const omitted = [...cutOff(source, bytes), 'everything: it could not be read']
  return { ...taken(source, emptyMail(), { omitted, whole: true, how: 'head' }), files: [original(source)] }
}

async function readHead(source: Buffer, omitted: string[], why: string): Promise<ReadMail> {
  omitted.push(`everything but its head: ${why}`)
  const head = await parse(source.subarray(0, headEnd(source))).catch(() => undefined)
  const mail = taken(source, head ?? emptyMail(), { omitted, whole: true, how: 'head' })
  return { ...mail, text: '', files: [original(source)] }
}

function original(source: Buffer): ReadFile {
  return { name: 'mail.eml', type: 'application/octet-stream', content: source }
}

function cutOff(source: Buffer, bytes: number): string[] {
  if (bytes <= source.length) return []
  return [`${bytes - source.length} of ${bytes} bytes: the mail is too large`]
}

const PARSER = {
  skipTextToHtml: true,
  skipTextLinks: true,
  // It takes minutes for markup that is nested deeply; the text is made below, of what is clean.
  skipHtmlToText: true,
  maxInlinedImagesSize: HTML_CHARS_MAX / 2,
  keepDeliveryStatus: true,
  maxHeadSize: HEAD_BYTES_MAX,
  maxChildNodes: PARTS_MAX,
}

function parse(source: Buffer): Promise<ParsedMail> {
  return simpleParser(source, PARSER)
}

/** Where the first head ends, or is cut. */
function headEnd(source: Buffer): number {
  const end = /\r?\n\r?\n/.exec(source.toString('latin1', 0, HEAD_BYTES_MAX / 2))
  return end ? end.index + end[0].length : 0
}

function emptyMail(): ParsedMail {
  return { headers: new Map(), headerLines: [], attachments: [], html: false } as unknown as ParsedMail
}

interface Taking {
  readonly omitted: string[]
  readonly whole: boolean
  readonly how: HowMuch
}

function taken(source: Buffer, parsed: ParsedMail, { omitted, whole, how }: Taking): ReadMail {
  const from = addresses(parsed.from)[0] ?? ''
  const files = filesOf(parsed.attachments, omitted, whole)
  const html = how === 'whole' ? htmlOf(parsed, omitted, files) : undefined
  if (how === 'text' && parsed.html) keepHtml(parsed.html, 'takes too long to read', { omitted, files })
  const shown = html ?? (how === 'text' && parsed.html ? wordsIn(parsed.html) : '')
  const text = textOf(parsed.text?.trim() ? parsed.text : plainOf(shown), omitted, files)
  const inReplyTo = messageId(parsed.inReplyTo)
  return {
    messageId: messageId(parsed.messageId) ?? `<${createHash('sha256').update(source).digest('hex')}@no-message-id>`,
    ...(inReplyTo !== undefined && { inReplyTo }),
    references: referencesOf(parsed.references),
    subject: oneLine(parsed.subject ?? '', SUBJECT_CHARS_MAX),
    from,
    replyTo: addresses(parsed.replyTo)[0] ?? from,
    to: addresses(parsed.to),
    cc: addresses(parsed.cc),
    text,
    ...(html !== undefined && { html }),
    files,
    omitted,
    ...signsOf(parsed),
  }
}

/** Cleaning costs the square of the depth: what is nested deeper than any letter goes along as a file, which nothing here opens. */
function htmlOf({ html }: ParsedMail, omitted: string[], files: ReadFile[]): string | undefined {
  if (!html) return undefined
  if (html.length > HTML_CHARS_MAX || markupOf(html) > HTML_PARSED_MAX || depthOf(html) > HTML_DEPTH_MAX) {
    keepHtml(html, 'is too large or too deep', { omitted, files })
    return undefined
  }
  const clean = cleanHtml(html)
  return clean.trim() === '' ? undefined : clean
}

function keepHtml(
  html: string,
  why: string,
  { omitted, files }: { readonly omitted: string[]; readonly files: ReadFile[] },
): void {
  omitted.push(`the formatting, which ${why}: the file mail.html has it`)
  files.push({ name: 'mail.html', type: 'application/octet-stream', content: Buffer.from(html) })
}

/** HTML without what is no words. It is shown as text alone. */
function wordsIn(html: string): string {
  return html.slice(0, HTML_PARSED_MAX).replace(/<(style|script|title|head)\b[^<>]*>[^<]*(?:<(?!\/\1)[^<]*)*/gi, '')
}

/** How much there is besides the pictures that are in it. */
function markupOf(html: string): number {
  return html.replace(/data:[\w/+.-]{1,100};base64,[A-Za-z0-9+/=]*/g, '').length
}

/** At most how many elements are open at once: those that are never closed count. */
function depthOf(html: string): number {
  let depth = 0
  let most = 0
  for (const [tag] of html.matchAll(/<\/?[a-z]/gi)) {
    depth += tag.startsWith('</') ? -1 : 1
    if (depth < 0) depth = 0
    if (depth > most) most = depth
  }
  return most
}

/** The words of clean HTML. */
function plainOf(html: string): string {
  const lines = html.replace(/<(br|\/p|\/div|\/tr|\/h[1-6]|\/li)[^<>]*>/gi, '\n').replace(/<[^<>]*>/g, '')
  const words = lines
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&nbsp;|\u00a0/g, ' ')
  return words.replace(/&amp;/g, '&').replace(/\n{3,}/g, '\n\n')
}

function textOf(text: string, omitted: string[], files: ReadFile[]): string {
  const plain = text.replaceAll('\0', '').trim()
  if (plain.length <= TEXT_CHARS_MAX) return plain
  omitted.push(`the text after ${TEXT_CHARS_MAX} of ${plain.length} characters: the file text.txt has all of it`)
  files.push({ name: 'text.txt', type: 'text/plain', content: Buffer.from(plain) })
  return plain.slice(0, TEXT_CHARS_MAX)
}

function filesOf(attachments: readonly Attachment[], omitted: string[], whole: boolean): ReadFile[] {
  // Pictures of the HTML are in it.
  const own = attachments.filter(({ related }) => !related)
  const kept = own.slice(0, FILES_MAX)
  if (own.length > kept.length) omitted.push(`${own.length - kept.length} of ${own.length} files`)
  // Where the mail was cut, so was the file that stood there.
  const cut = whole ? undefined : kept.pop()
  if (cut) omitted.push(`the file ${safeFileName(cut.filename)}`)
  return kept.map(({ filename, contentType, content }) => ({
    name: safeFileName(filename ?? (contentType === 'message/rfc822' ? 'mail.eml' : undefined)),
    type: safeFileType(contentType),
    content,
  }))
}

function addresses(field: AddressObject | AddressObject[] | undefined): readonly string[] {
  const all = (Array.isArray(field) ? field : field ? [field] : []).flatMap(({ value }) => value)
  return all
    .flatMap((one) => (one.group ? one.group : [one]))
    .flatMap(({ address }) => (address ? [oneLine(address, ADDRESS_CHARS_MAX).toLowerCase()] : []))
    .slice(0, ADDRESSES_MAX)
}

function referencesOf(field: string | string[] | undefined): readonly string[] {
  const all = typeof field === 'string' ? field.split(/\s+/) : (field ?? [])
  return all
    .slice(-REFERENCES_MAX)
    .map(messageId)
    .filter((id) => id !== undefined)
}

function messageId(field: string | undefined): string | undefined {
  const id = /<[^<>\s]+>/.exec(field ?? '')?.[0]
  return id !== undefined && id.length <= MESSAGE_ID_CHARS_MAX && /^[\x21-\x7e]+$/.test(id) ? id : undefined
}

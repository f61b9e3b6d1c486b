import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isNode, listFiles, parseSource, ROOT, type SourceFile, type SyntaxNode, walk } from './source-tree.ts'

/** A member of one of the kernel's unions. */
export interface KernelWord {
  readonly name: string
  /** Names of its fields, with commas. */
  readonly fields: string
  /** What the comment above the member says, if there is one. */
  readonly comment: string
}

/** The kernel's events and commands, and the states that an interaction and a party can be in, as their types list them. */
export function kernelWords(): { events: KernelWord[]; commands: KernelWord[]; states: string[] } {
  return {
    events: [
      ...membersBySubject('src/kernel/centre', 'event'),
      ...membersOf(source('src/kernel/config/event.ts')),
      ...membersOf(source('src/kernel/alert/event.ts')),
      ...membersOf(source('src/kernel/room/event.ts')),
      ...membersOf(source('src/kernel/mailbox/event.ts')),
    ],
    commands: [
      ...membersBySubject('src/kernel/centre', 'command'),
      ...membersOf(source('src/kernel/room/command.ts')),
      ...membersOf(source('src/kernel/mailbox/command.ts')),
    ],
    states: literalsOf(source('src/kernel/interaction/interaction.ts'), ['state', 'connection']),
  }
}

/** Of a machine with many of them: `event.ts` and, one file a subject, `event-….ts`. */
function membersBySubject(folder: string, name: 'event' | 'command'): KernelWord[] {
  const own = new RegExp(`/${name}(-[a-z-]+)?\\.ts$`)
  return listFiles(folder, ['.ts'])
    .filter((path) => own.test(path))
    .flatMap((path) => membersOf(source(path)))
}

function source(path: string): SourceFile {
  return parseSource(path, readFileSync(join(ROOT, path), 'utf8'))
}

function membersOf(file: SourceFile): KernelWord[] {
  const found: KernelWord[] = []
  walk(file.program, (node) => {
    if (node.type !== 'TSTypeLiteral') return
    const fields = (node['members'] as SyntaxNode[]).filter((member) => isNode(member['key']))
    const [first] = fields
    const name = first && keyOf(first) === 'type' ? literalOf(first) : undefined
    if (name === undefined || !/^[A-Z]/.test(name)) return
    found.push({ name, fields: fields.slice(1).map(keyOf).join(', '), comment: commentBefore(node, file) })
  })
  return found
}

function literalsOf(file: SourceFile, keys: readonly string[]): string[] {
  const found = new Set<string>()
  walk(file.program, (node) => {
    if (node.type !== 'TSPropertySignature' || !keys.includes(keyOf(node))) return
    walk(node['typeAnnotation'], (inner) => {
      if (inner.type === 'Literal' && typeof inner['value'] === 'string') found.add(inner['value'])
    })
  })
  return [...found]
}

function keyOf(member: SyntaxNode): string {
  const key = member['key']
  return isNode(key) ? String(key['name'] ?? key['value'] ?? '') : ''
}

function literalOf(member: SyntaxNode): string | undefined {
  let value: string | undefined
  walk(member['typeAnnotation'], (inner) => {
    if (inner.type === 'Literal' && typeof inner['value'] === 'string') value = inner['value']
  })
  return value
}

function commentBefore(node: SyntaxNode, file: SourceFile): string {
  const before = file.comments.find(
    (comment) => comment.end <= node.start && /^[\s|]*$/.test(file.text.slice(comment.end, node.start)),
  )
  return before
    ? before.value
        .replace(/^\*/, '')
        .replace(/\n\s*\*/g, '\n')
        .trim()
    : ''
}

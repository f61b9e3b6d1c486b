import { isNode, lineFinder, readSources, type SourceFile, type SyntaxNode, walk } from './source-tree.ts'

/** One line of a `defineErrors` table. */
export interface ErrorLine {
  readonly code: string
  readonly sentence: string
  readonly status: number
  /** The file and line that defines it. */
  readonly where: string
}

/** Every error of the product, read from the `defineErrors` tables of its sources, sorted by code. */
export function readErrorTable(files: readonly SourceFile[] = readSources('src')): ErrorLine[] {
  const lines = files.filter((file) => !file.isTest).flatMap(linesOf)
  return lines.sort((a, b) => (a.code < b.code ? -1 : 1))
}

function linesOf(file: SourceFile): ErrorLine[] {
  const lineOf = lineFinder(file.text)
  const found: ErrorLine[] = []
  walk(file.program, (node) => {
    const [table] = (node['arguments'] as SyntaxNode[] | undefined) ?? []
    if (node.type !== 'CallExpression' || nameOf(node['callee']) !== 'defineErrors') return
    for (const entry of propertiesOf(table)) {
      const kind = new Map(propertiesOf(entry['value']).map((one) => [keyOf(one), textOf(one['value'])]))
      found.push({
        code: keyOf(entry),
        sentence: kind.get('sentence') ?? '',
        status: Number(kind.get('status') ?? 0),
        where: `${file.path}:${lineOf(entry.start)}`,
      })
    }
  })
  return found
}

function nameOf(node: unknown): string {
  return isNode(node) ? String(node['name'] ?? '') : ''
}

function propertiesOf(node: unknown): SyntaxNode[] {
  const list = isNode(node) ? node['properties'] : undefined
  return Array.isArray(list) ? (list as SyntaxNode[]).filter((one) => one.type === 'Property') : []
}

function keyOf(property: SyntaxNode): string {
  const key = property['key']
  return isNode(key) ? String(key['value'] ?? key['name'] ?? '') : ''
}

/** The value of a literal, of pieces of text joined with `+`, or of a template without holes. */
function textOf(node: unknown): string {
  if (!isNode(node)) return ''
  if (node.type === 'Literal') return String(node['value'])
  if (node.type === 'BinaryExpression') return textOf(node['left']) + textOf(node['right'])
  const [only] = (node['quasis'] as { value: { cooked: string } }[] | undefined) ?? []
  return only?.value.cooked ?? ''
}

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync } from 'vite'

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')

/** A node of the syntax tree, as far as the rules look at it. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

export interface Comment {
  readonly type: 'Block' | 'Line'
  readonly value: string
  readonly start: number
  readonly end: number
}

/** One source file, parsed. */
export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly isTest: boolean
  readonly program: SyntaxNode
  readonly comments: readonly Comment[]
  readonly imports: readonly Import[]
}

export interface Import {
  readonly specifier: string
  readonly line: number
}

const SKIPPED = new Set(['node_modules', 'dist', 'data', '.git', '.artifacts', 'coverage'])

/** Files under a folder of the repository whose name ends so, sorted; none if the folder is not there. */
export function listFiles(folder: string, endings: readonly string[]): string[] {
  const start = join(ROOT, folder)
  if (!existsSync(start)) return []
  const found: string[] = []
  const visit = (path: string) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue
      const child = join(path, entry.name)
      if (entry.isDirectory()) visit(child)
      else if (endings.some((ending) => entry.name.endsWith(ending))) found.push(relative(ROOT, child))
    }
  }
  visit(start)
  return found.sort()
}

/** All sources under these folders, parsed. */
export function readSources(...folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => listFiles(folder, ['.ts', '.tsx']))
    .map((path) => parseSource(path, readFileSync(join(ROOT, path), 'utf8')))
}

/** Parses one text as if it stood at that path. */
export function parseSource(path: string, text: string): SourceFile {
  const result = parseSync(path, text)
  const program = result.program as unknown as SyntaxNode
  const lineOf = lineFinder(text)
  return {
    path,
    text,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    isTest: /\.(test|case)\.tsx?$/.test(path),
    program,
    comments: result.comments as unknown as Comment[],
    imports: importsOf(program).map(({ specifier, start }) => ({ specifier, line: lineOf(start) })),
  }
}

/** Gives the line (from 1) of an offset in the text. */
export function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}

/** Calls for every node of the tree, parents first. */
export function walk(node: unknown, call: (node: SyntaxNode, parent?: SyntaxNode) => void, parent?: SyntaxNode): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, call, parent)
    return
  }
  if (!isNode(node)) return
  call(node, parent)
  for (const key of Object.keys(node)) if (key !== 'parent') walk(node[key], call, node)
}

/** Whether a value of the tree is a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string'
}

/** The file under `src/` that a specifier means, from the root of the repository; undefined for packages and what is not there. */
export function resolveImport(from: string, specifier: string): string | undefined {
  const path = specifier.startsWith('#')
    ? `src/${specifier.slice(1)}/index.ts`
    : specifier.startsWith('.')
      ? relative(ROOT, join(ROOT, dirname(from), specifier))
      : undefined
  return path !== undefined && existsSync(join(ROOT, path)) ? path : undefined
}

function importsOf(program: SyntaxNode): { specifier: string; start: number }[] {
  const found: { specifier: string; start: number }[] = []
  walk(program, (node) => {
    const source = node['source']
    const imports = /^(Import|Export(Named|All))Declaration$|^(ImportExpression|TSImportType)$/.test(node.type)
    if (imports && isNode(source) && typeof source['value'] === 'string') {
      found.push({ specifier: source['value'], start: node.start })
    }
  })
  return found
}

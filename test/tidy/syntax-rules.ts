import { isNode, lineFinder, type SourceFile, type SyntaxNode, walk } from './source-tree.ts'

/** More lines than this in a function do not fit a screen. */
export const FUNCTION_LINES_MAX = 70

/** With more positions than this a reader must count; an options object has names. */
export const PARAMETERS_MAX = 4

/** What every rule gives: one line a person can act on, or none. */
type Rule = (file: SourceFile) => string[]

/** The rules for every file of the product, by the name that the test shows. */
export const SYNTAX_RULES: Readonly<Record<string, Rule>> = {
  'a function has at most 70 lines': functionLengths,
  'at most 4 positional parameters': parameterCounts,
  'no any, no enum, no namespace, no default export, no parameter property': forbiddenSyntax,
  'no plain Error: an error is a line in a table, a bug an assertion': plainErrors,
  'no mutable variable of a module': moduleVariables,
  'no unfinished business without the number of its issue': unfinished,
}

function functionLengths(file: SourceFile): string[] {
  const lineOf = lineFinder(file.text)
  return functionsOf(file).flatMap((node) => {
    const lines = lineOf(node.end) - lineOf(node.start) + 1
    return lines > FUNCTION_LINES_MAX ? [`${file.path}:${lineOf(node.start)}: a function of ${lines} lines`] : []
  })
}

function parameterCounts(file: SourceFile): string[] {
  const lineOf = lineFinder(file.text)
  return functionsOf(file).flatMap((node) => {
    const count = (node['params'] as unknown[]).length
    return count > PARAMETERS_MAX ? [`${file.path}:${lineOf(node.start)}: ${count} positional parameters`] : []
  })
}

const FORBIDDEN_NODES: Readonly<Record<string, string>> = {
  TSAnyKeyword: 'any',
  TSEnumDeclaration: 'an enum',
  TSModuleDeclaration: 'a namespace',
  TSParameterProperty: 'a parameter property',
  ExportDefaultDeclaration: 'a default export',
}

function forbiddenSyntax(file: SourceFile): string[] {
  const lineOf = lineFinder(file.text)
  const found: string[] = []
  walk(file.program, (node) => {
    const what = FORBIDDEN_NODES[node.type]
    // `declare module 'fastify'` adds to a library's types: that is no namespace.
    const adds = node.type === 'TSModuleDeclaration' && isNode(node['id']) && node['id'].type === 'Literal'
    if (what && !adds) found.push(`${file.path}:${lineOf(node.start)}: ${what}`)
  })
  return found
}

function plainErrors(file: SourceFile): string[] {
  const lineOf = lineFinder(file.text)
  const found: string[] = []
  walk(file.program, (node) => {
    const callee = node['callee']
    if (node.type === 'NewExpression' && isNode(callee) && callee['name'] === 'Error') {
      found.push(`${file.path}:${lineOf(node.start)}: new Error(`)
    }
  })
  return found
}

function moduleVariables(file: SourceFile): string[] {
  const lineOf = lineFinder(file.text)
  return (file.program['body'] as SyntaxNode[]).flatMap((statement) => {
    const inner = isNode(statement['declaration']) ? statement['declaration'] : statement
    const mutable = inner.type === 'VariableDeclaration' && inner['kind'] !== 'const' && inner['declare'] !== true
    return mutable ? [`${file.path}:${lineOf(inner.start)}: ${String(inner['kind'])} at the top of a module`] : []
  })
}

function unfinished(file: SourceFile): string[] {
  const lineOf = lineFinder(file.text)
  return file.comments.flatMap((comment) => {
    const word = /\b(TODO|FIXME|HACK|XXX)\b/.exec(comment.value)
    return word && !/#\d+/.test(comment.value) ? [`${file.path}:${lineOf(comment.start)}: ${word[0]}`] : []
  })
}

function functionsOf(file: SourceFile): SyntaxNode[] {
  const found: SyntaxNode[] = []
  walk(file.program, (node) => {
    if (
      Array.isArray(node['params']) &&
      node.type !== 'TSTypeParameterInstantiation' &&
      node.type !== 'TSTypeParameterDeclaration'
    )
      found.push(node)
  })
  return found
}

/** Names that reach outside: state that depends on them could not be folded again, nor run in a browser. */
const IMPURE_NAMES = new Set([
  'Buffer',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'process',
])
/** Packages that only compute. */
const PURE_PACKAGES = new Set(['zod'])
const IMPURE_CALLS = /^(Date\.now|Math\.random|performance\.now|crypto\.\w+)\(|^new Date\(\)/

/** What makes a file of a pure layer impure: the outside world, named by identifier, `async` or import. */
export function impurities(file: SourceFile): string[] {
  const lineOf = lineFinder(file.text)
  const found = file.imports
    .filter(
      ({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('#') && !PURE_PACKAGES.has(specifier),
    )
    .map(({ specifier, line }) => `${file.path}:${line}: imports ${specifier} in a pure layer`)
  walk(file.program, (node, parent) => {
    const what = impurityOf(node, parent, file.text)
    if (what) found.push(`${file.path}:${lineOf(node.start)}: ${what} in a pure layer`)
  })
  return found
}

function impurityOf(node: SyntaxNode, parent: SyntaxNode | undefined, text: string): string | undefined {
  if (node['async'] === true || node.type === 'AwaitExpression') return 'async'
  const isCall = node.type === 'CallExpression' || node.type === 'NewExpression'
  if (isCall) return IMPURE_CALLS.exec(text.slice(node.start, node.end))?.[0]
  if (node.type !== 'Identifier' || !IMPURE_NAMES.has(String(node['name']))) return undefined
  const isMember = parent?.type === 'MemberExpression' && parent['property'] === node && parent['computed'] !== true
  return isMember || parent?.['key'] === node ? undefined : String(node['name'])
}

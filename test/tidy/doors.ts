import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { doorFolder, layerOf, WEB_MAY_IMPORT, whyForbidden } from './layers.ts'
import { isNode, ROOT, resolveImport, type SourceFile, type SyntaxNode } from './source-tree.ts'

/** What is wrong with the imports of a file under `src/`: forbidden layers, and ways around a door. */
export function importFaults(file: SourceFile): string[] {
  const from = doorFolder(file.path.slice('src/'.length))
  return file.imports.flatMap(({ specifier, line }) => {
    const fault = faultOf(file.path, from, specifier)
    return fault ? [`${file.path}:${line}: ${specifier}: ${fault}`] : []
  })
}

function faultOf(path: string, from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) {
    const target = resolveImport(path, specifier)
    if (target === undefined) return 'no such file'
    if (!target.startsWith('src/')) return 'leaves src'
    if (doorFolder(target.slice('src/'.length)) !== from)
      return 'a relative import leaves its folder: go through the door'
    const ownDoor = target === `src/${from}/index.ts`
    return ownDoor ? 'inside a folder import the file itself, never the door' : undefined
  }
  if (!specifier.startsWith('#')) return undefined
  const to = specifier.slice(1)
  if (to === from) return 'inside a folder import the file itself, never the door'
  if (!isDoor(to)) return 'not a door'
  return whyForbidden(from, to)
}

/** Whether `#<folder>` names a door: a folder of the right depth with an index. */
export function isDoor(folder: string): boolean {
  const depth = layerOf(folder.split('/')[0] ?? '')?.doors === 'sub-folders' ? 2 : 1
  return folder.split('/').length === depth && existsSync(join(ROOT, 'src', folder, 'index.ts'))
}

/**
 * What is wrong with the imports of a file outside `src/` (tests, benchmarks, scripts, web): they too go through the doors. The
 * commands and roles are programs without a door, so they may be named by file.
 */
export function outsideImportFaults(file: SourceFile): string[] {
  return file.imports.flatMap(({ specifier, line }) => {
    const target = resolveImport(file.path, specifier)
    if (specifier.startsWith('#') && target === undefined) return [`${file.path}:${line}: ${specifier}: not a door`]
    if (!target?.startsWith('src/')) return []
    const folder = doorFolder(target.slice('src/'.length))
    if (file.path.startsWith('web/') && !WEB_MAY_IMPORT.includes(folder))
      return [`${file.path}:${line}: ${specifier}: web may import ${WEB_MAY_IMPORT.join(', ')}`]
    const program = folder === 'roles' || folder === 'cli'
    return specifier.startsWith('.') && !program ? [`${file.path}:${line}: ${specifier}: go through #${folder}`] : []
  })
}

/** Names that a door gives away without a doc comment where they are declared. */
export function undocumentedExports(door: SourceFile, files: ReadonlyMap<string, SourceFile>): string[] {
  return exportsOf(door, files)
    .filter(({ documented }) => !documented)
    .map(({ name, file }) => `${file}: ${name} has no doc comment (given away by ${dirname(door.path)})`)
}

interface Exported {
  readonly name: string
  readonly file: string
  readonly documented: boolean
}

/** All names that a file gives away, followed to where they are declared. */
export function exportsOf(file: SourceFile, files: ReadonlyMap<string, SourceFile>): Exported[] {
  return (file.program['body'] as SyntaxNode[]).flatMap((statement) => {
    const source = isNode(statement['source']) ? String(statement['source']['value']) : undefined
    const target = source === undefined ? undefined : files.get(resolveImport(file.path, source) ?? '')
    if (statement.type === 'ExportAllDeclaration') return target ? exportsOf(target, files) : []
    if (statement.type !== 'ExportNamedDeclaration') return []
    if (isNode(statement['declaration'])) return declared(statement, file)
    const wanted = (statement['specifiers'] as SyntaxNode[]).map(localName)
    if (target) return exportsOf(target, files).filter(({ name }) => wanted.includes(name))
    return source === undefined ? wanted.flatMap((name) => declaredHere(name, file)) : []
  })
}

function localName(specifier: SyntaxNode): string {
  const local = specifier['local']
  return isNode(local) ? String(local['name']) : ''
}

function declaredHere(name: string, file: SourceFile): Exported[] {
  const statements = file.program['body'] as SyntaxNode[]
  const owner = statements.find((statement) => namesOf(statement).includes(name))
  return owner ? [{ name, file: file.path, documented: hasDocComment(owner, file) }] : []
}

function declared(statement: SyntaxNode, file: SourceFile): Exported[] {
  const documented = hasDocComment(statement, file)
  return namesOf(statement['declaration'] as SyntaxNode).map((name) => ({ name, file: file.path, documented }))
}

function namesOf(declaration: SyntaxNode): string[] {
  if (isNode(declaration['id'])) return [String(declaration['id']['name'])]
  const list = declaration['declarations']
  return Array.isArray(list)
    ? list.flatMap((one: SyntaxNode) => (isNode(one['id']) ? [String(one['id']['name'])] : []))
    : []
}

function hasDocComment(node: SyntaxNode, file: SourceFile): boolean {
  return file.comments.some(
    (comment) =>
      comment.type === 'Block' &&
      comment.value.startsWith('*') &&
      comment.end <= node.start &&
      /^\s*$/.test(file.text.slice(comment.end, node.start)),
  )
}

import { resolveImport, type SourceFile } from './source-tree.ts'

/** Groups of files that import each other in a ring, types included (Tarjan's strongly connected components). */
export function findRings(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const onStack = new Set<string>()
  const rings: string[][] = []
  const visit = (node: string) => {
    index.set(node, index.size)
    low.set(node, index.get(node)!)
    stack.push(node)
    onStack.add(node)
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) visit(next)
      if (onStack.has(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!))
    }
    if (low.get(node) !== index.get(node)) return
    const ring = stack.splice(stack.indexOf(node))
    for (const member of ring) onStack.delete(member)
    if (ring.length > 1 || edges.get(node)?.includes(node)) rings.push(ring.sort())
  }
  for (const node of edges.keys()) if (!index.has(node)) visit(node)
  return rings
}

/** Who imports whom among these files. */
export function importEdges(files: readonly SourceFile[]): Map<string, string[]> {
  const edges = new Map<string, string[]>()
  for (const file of files) {
    const targets = file.imports.map(({ specifier }) => resolveImport(file.path, specifier))
    edges.set(file.path, [...new Set(targets.filter((target) => target !== undefined))])
  }
  return edges
}

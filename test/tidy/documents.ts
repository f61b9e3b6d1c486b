import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { isDoor } from './doors.ts'
import { ROOT } from './source-tree.ts'

/** One page of words. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** Links of a page that lead nowhere: files that are not there, and headings that are not in them. */
export function brokenLinks(page: Page): string[] {
  return linksOf(page.text).flatMap((link) => {
    if (/^[a-z]+:/i.test(link)) return []
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? page.path : relative(ROOT, join(ROOT, dirname(page.path), decodeURIComponent(path)))
    if (target !== page.path && !existsSync(join(ROOT, target))) return [`${page.path}: ${link}: no such file`]
    if (anchor === undefined || (target !== page.path && statSync(join(ROOT, target)).isDirectory())) return []
    const headings = anchorsOf(target === page.path ? page.text : readFileSync(join(ROOT, target), 'utf8'))
    return headings.includes(anchor) ? [] : [`${page.path}: ${link}: no such heading`]
  })
}

function linksOf(text: string): string[] {
  const inline = [...withoutCode(text).matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map((match) => match[1] ?? '')
  const named = [...text.matchAll(/^\[[^\]]+\]:\s+(\S+)/gm)].map((match) => match[1] ?? '')
  return [...inline, ...named]
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
}

function anchorsOf(text: string): string[] {
  return withoutFences(text)
    .split('\n')
    .filter((line) => /^#+ /.test(line))
    .map((line) =>
      line
        .replace(/^#+\s+/, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    )
}

function withoutFences(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '')
}

const NAMED_FOLDERS = /^(src|test|web|docs|scripts|bench|examples|bin)\/[\w./*-]+$/
/** What a build makes is not there in a fresh clone. */
const BUILT = /^web\/dist\b/
const DOOR = /^#[a-z][a-z/-]+$/
/** `createChannelServer`, `MediaSpec`, `defineErrors()`: a name with a capital inside it. Words such as `PCMU` are not names of code. */
const SYMBOL = /^(?:[a-z]+[a-z0-9]*(?:[A-Z][a-zA-Z0-9]*)+|[A-Z][a-z0-9]+(?:[A-Z][a-zA-Z0-9]*)+)(?:\(\))?$/

/** Things that a page names in code type and that do not exist: files, doors, and names in the sources. */
export function namesOfNothing(page: Page, knows: (symbol: string) => boolean): string[] {
  const spans = [...withoutFences(page.text).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
  return spans.flatMap((span) => {
    if (BUILT.test(span)) return []
    if (NAMED_FOLDERS.test(span) && !span.includes('*')) {
      return existsSync(join(ROOT, span)) ? [] : [`${page.path}: \`${span}\`: no such file`]
    }
    if (DOOR.test(span)) return isDoor(span.slice(1)) ? [] : [`${page.path}: \`${span}\`: no such door`]
    if (!SYMBOL.test(span)) return []
    return knows(span.replace('()', '')) ? [] : [`${page.path}: \`${span}\`: no such name in the sources`]
  })
}

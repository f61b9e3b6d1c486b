import sanitize from 'sanitize-html'

/** What formats text; nothing that runs, loads, sends or covers the page. */
const TAGS = [
  ...sanitize.defaults.allowedTags,
  ...['img', 'font', 'center', 'u', 's', 'del', 'ins', 'big', 'small', 'style'],
].filter((tag) => tag !== 'style')

const STYLED = ['style', 'align', 'valign', 'width', 'height', 'bgcolor', 'color', 'dir', 'lang', 'title']

/**
 * HTML of a stranger with everything taken out that is not text, pictures and their looks. The page shows it in a frame that runs nothing and
 * loads nothing besides (docs/decisions/0013-email.md); this is the first of the two walls.
 */
export function cleanHtml(html: string): string {
  return sanitize(html, {
    allowedTags: TAGS,
    allowedAttributes: {
      '*': STYLED,
      a: ['href', 'name', 'title'],
      img: ['src', 'alt', 'width', 'height', 'title', 'style'],
      font: ['face', 'size', 'color'],
      table: [...STYLED, 'border', 'cellpadding', 'cellspacing'],
      td: [...STYLED, 'colspan', 'rowspan', 'nowrap'],
      th: [...STYLED, 'colspan', 'rowspan', 'nowrap'],
      ol: ['start', 'type'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['http', 'https', 'data'] },
    allowProtocolRelative: false,
    // Styles may load too, by url().
    allowedStyles: { '*': { '*': [/^(?!.*(?:url|expression|image-set|@import|\\))[^<>{}]*$/i] } },
    parseStyleAttributes: true,
    transformTags: { a: sanitize.simpleTransform('a', { target: '_blank', rel: 'noopener noreferrer' }) },
    nestingLimit: 200,
    exclusiveFilter: ({ tag, attribs }) =>
      tag === 'img' &&
      (attribs['src'] ?? '').startsWith('data:') &&
      !/^data:image\/(png|jpe?g|gif|webp|bmp);base64,/i.test(attribs['src'] ?? ''),
  })
}

import { describe, expect, it } from 'vitest'
import type { Message } from '#kernel/interaction'
import { quoteOf } from './mail-quote.ts'

const line = (more: object = {}, text = 'Guten Tag\nAda'): Message => ({
  ...{ id: 'mail-1', at: Date.UTC(2026, 10, 27, 10), by: 'customer', text },
  mail: {
    ...{ messageId: '<a@x>', account: 'help', subject: 'A question', from: 'ada@customer.example' },
    to: ['help@centre.example'],
    ...more,
  },
})

describe('a mail that is quoted', () => {
  it('has its head and all of its text', () => {
    expect(quoteOf(line({ cc: ['bob@customer.example'], omitted: ['2 of 52 files'] })).text).toBe(
      [
        ...['', '', '---------- Forwarded message ----------', 'From: ada@customer.example'],
        ...['Date: Fri, 27 Nov 2026 10:00:00 GMT', 'Subject: A question', 'To: help@centre.example'],
        ...['Cc: bob@customer.example', 'Left out: 2 of 52 files', '', 'Guten Tag', 'Ada', ''],
      ].join('\n'),
    )
  })

  it('has its formatted text as it came; of one that has none its text, which stays text', () => {
    expect(quoteOf(line(), '<p>Guten <b>Tag</b></p>').html).toContain('<div><p>Guten <b>Tag</b></p></div>')
    const { html } = quoteOf(line({}, 'a <script>x</script>\nb & c'))
    expect(html).toContain('<div>a &lt;script&gt;x&lt;/script&gt;<br>b &amp; c</div>')
  })

  it('cannot write its head as it likes', () => {
    const { html } = quoteOf(line({ subject: '<img src=x onerror=y>', from: '"a"<br>To: eve@x' }), '<p>hi</p>')
    expect(html).toContain('Subject: &lt;img src=x onerror=y&gt;<br>')
    expect(html).toContain('From: &quot;a&quot;&lt;br&gt;To: eve@x<br>')
  })
})

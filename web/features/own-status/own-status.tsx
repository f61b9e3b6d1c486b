import { Button, Menu, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import type { AgentLive } from '#api/contract'
import { ApiClient } from '../../models/api-client.ts'
import { Dot } from '../../ui/dot.tsx'
import { Elapsed } from '../../ui/now.tsx'
import { STATUS_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'

const CHOICES = ['ready', 'not-ready', 'logged-off'] as const

/** What one is, since when, and the choice of what to be. The board shows the change when the server has it. */
export function OwnStatus({
  agent,
  token,
  onFailure,
}: {
  agent: AgentLive
  token: string
  onFailure: (words: string) => void
}) {
  const { t } = useWords()
  const [busy, setBusy] = useState(false)
  const choose = async (status: (typeof CHOICES)[number]): Promise<void> => {
    setBusy(true)
    try {
      await new ApiClient(token).chooseStatus(agent.user, status)
    } catch {
      onFailure(t('status.failed'))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Menu position="bottom-end" width={220} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          loading={busy}
          leftSection={<Dot tone={STATUS_TONES[agent.status]} beats={agent.status === 'offered'} />}
        >
          <VisuallyHidden>{t('status.label')}: </VisuallyHidden>
          {t(`status.${agent.status}`)}&ensp;
          <Elapsed since={agent.since} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('status.choose')}>
        {CHOICES.map((status) => (
          <Menu.Item
            key={status}
            leftSection={<Dot tone={STATUS_TONES[status]} />}
            aria-current={agent.chosen === status}
            fw={agent.chosen === status ? 700 : 400}
            onClick={() => choose(status)}
          >
            {t(`status.${status}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

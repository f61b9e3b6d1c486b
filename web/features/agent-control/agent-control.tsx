import { Button, Checkbox, Drawer, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import type { AgentLive } from '#api/contract'
import { ApiClient, ApiProblem } from '../../models/api-client.ts'
import { Dot } from '../../ui/dot.tsx'
import { NoteField } from '../../ui/note-field.tsx'
import { Elapsed } from '../../ui/now.tsx'
import { STATUS_TONES } from '../../ui/tones.ts'
import { useWords } from '../../ui/translations/use-words.ts'
import { useFocusBack } from '../../ui/use-focus-back.ts'
import styles from './agent-control.module.css'
import { StatusDay } from './status-day.tsx'

const CHOICES = ['ready', 'not-ready', 'logged-off'] as const

/** What a supervisor does for an agent: changes the status, and for today the queues. The log keeps who asked. */
export function AgentControl(props: { agent: AgentLive; token: string; onClose: () => void }) {
  useFocusBack()
  const { agent, token, onClose } = props
  const { t } = useWords()
  const [problem, setProblem] = useState('')
  const path = `/agents/${encodeURIComponent(agent.user)}`
  const ask = async (method: 'POST' | 'PUT', rest: string, body: unknown): Promise<void> => {
    setProblem('')
    try {
      await new ApiClient(token).send(method, path + rest, body)
    } catch (error) {
      setProblem(t('agentControl.refused', { detail: error instanceof ApiProblem ? error.message : '' }))
    }
  }
  return (
    <Drawer.Root opened onClose={onClose} position="right" size="md" transitionProps={{ duration: 120 }}>
      <Drawer.Overlay />
      <Drawer.Content>
        {/* Not Drawer.Header: a second banner would mislead those who jump between landmarks. */}
        <div className={styles['head']}>
          <Drawer.Title className={styles['title']}>{agent.displayName}</Drawer.Title>
          <Drawer.CloseButton aria-label={t('detail.close')} />
        </div>
        <Drawer.Body>
          <Stack gap="lg" data-agent-control={agent.user}>
            <div>
              <Dot tone={STATUS_TONES[agent.status]} /> {t(`status.${agent.status}`)} <Elapsed since={agent.since} />
              {agent.reason && ` · ${agent.reason}`}
            </div>
            {problem !== '' && (
              <div role="alert" className={styles['problem']}>
                {problem}
              </div>
            )}
            <section>
              <h3 className={styles['heading']}>{t('agentControl.status')}</h3>
              <Group gap="xs">
                {CHOICES.map((status) => (
                  <Button
                    key={status}
                    size="xs"
                    variant={agent.chosen === status ? 'filled' : 'default'}
                    aria-pressed={agent.chosen === status}
                    onClick={() => ask('POST', '/status', { status })}
                  >
                    {t(`agentControl.${status}`)}
                  </Button>
                ))}
              </Group>
            </section>
            <NoteField
              label={t('agentControl.note')}
              hint={t('agentControl.noteHint')}
              save={t('agentControl.noteSave')}
              note={agent.note ?? null}
              onSave={(note) => ask('PUT', '/note', { note })}
            />
            <Queues
              agent={agent}
              onChange={(queue, active) => ask('PUT', `/queues/${encodeURIComponent(queue)}`, { active })}
            />
            <StatusDay user={agent.user} status={`${agent.status} ${agent.reason}`} token={token} />
          </Stack>
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  )
}

function Queues({ agent, onChange }: { agent: AgentLive; onChange: (queue: string, active: boolean) => void }) {
  const { t } = useWords()
  const queues = [...new Set([...agent.queues, ...agent.inactive])].sort((a, b) => a.localeCompare(b))
  if (queues.length === 0) return null
  return (
    <section>
      <h3 className={styles['heading']}>{t('agentControl.queues')}</h3>
      <Stack gap="xs">
        {queues.map((queue) => (
          <Checkbox
            key={queue}
            label={queue}
            checked={!agent.inactive.includes(queue)}
            onChange={(event) => onChange(queue, event.currentTarget.checked)}
          />
        ))}
      </Stack>
    </section>
  )
}

import { Button, Group } from '@mantine/core'
import type { PromptView } from '#api/contract'
import { useWords } from '../../ui/translations/use-words.ts'
import styles from './prompt-sound.module.css'
import type { SoundSource } from './prompt-sound.tsx'
import { SoundPlayer } from './sound-player.tsx'

/** The prompts that the release brings: heard, and given a sound of one's own. */
export function PromptLibrary(props: {
  prompts: readonly PromptView[]
  source: Pick<SoundSource, 'builtInSound'>
  onReplace: (name: string) => void
}) {
  const { prompts, source, onReplace } = props
  const { t } = useWords()
  const builtIn = prompts.filter((one) => one.builtIn)
  return (
    <details data-library>
      <summary>{t('prompt.library', { count: builtIn.length })}</summary>
      <ul className={styles['library']}>
        {builtIn.map(({ name, own }) => (
          <li key={name} data-built-in={name}>
            <span>{name}</span>
            <Group gap="xs">
              <SoundPlayer fetchSound={() => source.builtInSound(name)} />
              <Button variant="subtle" onClick={() => onReplace(name)}>
                {t(own ? 'prompt.open' : 'prompt.giveOwn')}
              </Button>
            </Group>
          </li>
        ))}
      </ul>
    </details>
  )
}

/** What the lab does for the window's switches of the mail servers that it plays. */
import { editPlay } from '../../shared/lab/edit-play.ts';
import { refusalOf, textNote } from './edits.ts';
import type { Core, Handlers } from './handlers.ts';
import { UserError } from './user-error.ts';

export function playHandlers(core: Core): Pick<Handlers, 'upstream.play'> {
  return {
    'upstream.play': async ({ upstream, change }) => {
      const known = core.plan()?.upstreams.find(({ name }) => name === upstream);
      if (!known) throw new UserError(`The running lab has no upstream "${upstream}".`);
      if (known.external)
        throw new UserError(`${upstream} is a server of your own: the lab has no switches for what it does.`);
      const edited = (text: string) => {
        try {
          return editPlay(text, upstream, change);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          throw new UserError(`This cannot be done here: ${error.message}. The Lab file can be edited by hand.`);
        }
      };
      const problems = await core.run((now) => ({ ...now, text: edited(now.text) }), { note: textNote, careful: true });
      return { problem: refusalOf(problems) };
    },
  };
}

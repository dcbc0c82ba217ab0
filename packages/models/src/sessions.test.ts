import { describe, expect, it } from 'vitest';
import { Sessions } from './sessions.js';

function session(closed: string[], name: string) {
  return {
    close: async () => {
      closed.push(name);
    },
  };
}

describe('Sessions', () => {
  it('closes what was opened when opening the next one fails, and says why it failed', async () => {
    const closed: string[] = [];
    const opening = Sessions.open(async (sessions) => {
      sessions.add(session(closed, 'first'));
      sessions.add({ release: session(closed, 'second').close });
      throw new Error('the third is damaged');
    });
    await expect(opening).rejects.toThrow('the third is damaged');
    expect(closed).toEqual(['first', 'second']);
  });

  it('says why opening failed even where closing fails too', async () => {
    const opening = Sessions.open(async (sessions) => {
      sessions.add({ close: () => Promise.reject(new Error('closing')) });
      throw new Error('opening');
    });
    await expect(opening).rejects.toThrow('opening');
  });

  it('leaves all open until they are closed together', async () => {
    const closed: string[] = [];
    const opened = await Sessions.open(async (sessions) => {
      sessions.add(session(closed, 'only'));
      return sessions;
    });
    expect(closed).toEqual([]);
    await opened.close();
    expect(closed).toEqual(['only']);
  });
});

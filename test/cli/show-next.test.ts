import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandShop } from '../support/command-shop.ts';

describe('qms show of a revision that is not released', () => {
  const shop = new CommandShop();

  beforeAll(async () => {
    await shop.foundWithThree();
    shop.git('alice', 'switch', '-q', '-c', 'work');
    await shop.draft();
    shop.git('alice', 'switch', '-q', 'main');
    shop.write('notes.txt', 'Beside.\n');
    shop.commit('alice', 'Take notes');
    shop.now += 60;
    shop.git('carol', 'merge', '-q', '--no-ff', '-S', '-m', 'Merge: approved', 'work');
  });
  afterAll(() => {
    shop.remove();
  });

  it('says that a signed merge approves nothing, and whom to ask', async () => {
    const { code, stdout, stderr } = await shop.run('alice', 'show', 'SOP-001');
    const words = stdout.replace(/\s+/g, ' ');
    expect(code).toBe(0);
    expect(words).toContain('SOP-001 Buying State draft, not released Revision 1, in commit ');
    expect(words).toMatch(
      /The merge commit [0-9a-f]{12} by Carol <carol@mill\.example>, signed with SHA256:\S+, a key of carol, approves nothing: an approval is a signed tag that names the text\./,
    );
    expect(words).toContain('Bob (bob) could give it: qms approve SOP-001.');
    expect(stderr).toContain('An approval is a signed tag (qms approve)');
  });

  it('says the same where a release is refused', async () => {
    const answer = await shop.run('carol', 'release', 'SOP-001');
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(/The merge commit [0-9a-f]{12} by Carol .* approves nothing/);
  });

  it('says what is not counted and why, and what is still open', async () => {
    await shop.do('alice', 'approve', 'SOP-001');
    const { stdout } = await shop.do('alice', 'show', 'SOP-001@1', '--json');
    const next = JSON.parse(stdout) as Record<string, unknown>;
    expect(next).toMatchObject({
      id: 'SOP-001',
      revision: '1',
      state: 'in-review',
      approvals: [],
      notCounted: [
        {
          person: 'alice',
          name: 'Alice',
          tag: 'qms/approve/SOP-001/1/alice',
          why: 'wrote the only commit that made it',
        },
      ],
    });
    expect(next['open']).toHaveLength(2);
  });

  it('says that an approval of another text does not count for this one', async () => {
    await shop.do('bob', 'approve', 'SOP-001');
    shop.write('qms-docs/sop/SOP-001.md', `${shop.read('qms-docs/sop/SOP-001.md')}\nMore.\n`);
    shop.commit('alice', 'A word more');
    const words = (await shop.do('bob', 'show', 'SOP-001')).stdout.replace(/\s+/g, ' ');
    const why =
      'Bob (bob) signed qms/approve/SOP-001/1/bob for another text of revision 1 than the one that is here';
    expect(words).toMatch(/State draft, not released/);
    expect(words).toContain(` ${why} Open `);
    expect(words).toContain('Bob (bob) could give it');
    expect((await shop.run('carol', 'release', 'SOP-001')).stderr).toContain(why);
  });

  it('says when it is approved, and then shows it as released', async () => {
    await shop.do('bob', 'approve', 'SOP-001');
    await shop.do('carol', 'approve', 'SOP-001');
    const next = await shop.do('carol', 'show', 'SOP-001');
    expect(next.stdout).toMatch(/State +approved, not released/);
    expect(next.stderr).toContain('Next: qms release SOP-001');
    await shop.do('carol', 'release', 'SOP-001');
    const { stdout } = await shop.do('alice', 'show', 'SOP-001');
    expect(stdout).toMatch(/State +in force/);
    expect(stdout).not.toContain('not released');
  });

  it('shows the next revision behind the one in force', async () => {
    await shop.do('alice', 'revise', 'SOP-001', '-m', 'Ask for two offers');
    shop.commit('alice', 'SOP-001: ask for two offers');
    const { stdout } = await shop.do('alice', 'show', 'SOP-001');
    expect(stdout).toMatch(/in force[^]+draft, not released[^]+wrote the only commit since/);
    const one = await shop.do('alice', 'show', 'SOP-001@2');
    expect(one.stdout).toMatch(/^SOP-001 Buying\n\nState +draft/);
    expect((await shop.run('alice', 'show', 'SOP-009')).stderr).toContain('audit/document-unknown');
  });

  it('tells by document what a release did not count', async () => {
    await shop.do('bob', 'approve', 'SOP-001');
    await shop.do('carol', 'approve', 'SOP-001');
    await shop.do('alice', 'approve', 'SOP-001');
    const dry = await shop.do('carol', 'release', 'SOP-001', '--dry-run');
    expect(dry.stderr).toContain(
      'not counted for SOP-001: alice wrote the only commit since revision 1',
    );
  });
});

/** The branch that each release moves on, so that an ordinary fetch brings the releases. */
export const registerBranch = 'refs/heads/register';

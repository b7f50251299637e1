/** Stands for a member that is withheld, wherever people read. */
export const withheldText = '(withheld)';

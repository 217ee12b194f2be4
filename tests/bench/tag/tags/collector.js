/** Where every tag of the bench sends: the origin its own script came from. */
export const collector = new URL(import.meta.url).origin;

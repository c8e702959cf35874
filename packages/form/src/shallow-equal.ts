/** Whether two values are the same, or objects whose members are. */
export function shallowEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || one === null || typeof other !== "object" || other === null) return false;
  const members = Object.entries(one);
  return (
    members.length === Object.keys(other).length &&
    members.every(([name, member]) => {
      const theirs = Object.getOwnPropertyDescriptor(other, name);
      return theirs !== undefined && Object.is(member, theirs.value);
    })
  );
}

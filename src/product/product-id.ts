/**
 * The entity id in what somebody gave for a product: `prod-…`, or a GUID, as older products have; also with a revision
 * (`prod-…@7`), or in an ARN. Null for what can only be a product code or a title.
 */
export function entityIdIn(said: string): string | null {
  const inArn = /^arn:[\w-]+:aws-marketplace:[\w-]*:\d*:[\w-]+\/\w+\/([^/\s]+)$/.exec(said.trim())?.[1];
  const id = (inArn ?? said.trim()).replace(/@\d+$/, '');
  const isId = /^prod-[\w-]+$/.test(id) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
  return isId || inArn !== undefined ? id : null;
}

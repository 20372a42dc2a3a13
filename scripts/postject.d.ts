/** postject ships no types. */
declare module "postject" {
  // oxlint-disable-next-line max-params -- as it is shipped
  export function inject(
    file: string,
    resource: string,
    data: Buffer,
    options: { readonly sentinelFuse: string },
  ): Promise<void>;
}
